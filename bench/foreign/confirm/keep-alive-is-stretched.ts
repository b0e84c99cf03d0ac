/** A client that says nothing must be given up after one and a half keep-alives. */
import { confirm, RawClient, until } from './raw-client.ts';

const KEEP_ALIVE_S = 3;
const LONGEST_MS = 20_000;
/** A tenth more than is allowed is no habit yet. */
const ALLOWED = 1.65;

await confirm(async (door) => {
  const client = await RawClient.open(door, 'silent', { keepalive: KEEP_ALIVE_S });
  const beganAt = performance.now();
  await until(() => client.isClosed, LONGEST_MS);
  const factor = (performance.now() - beganAt) / 1000 / KEEP_ALIVE_S;
  if (!client.isClosed) return [true, `not given up after ${factor.toFixed(1)} keep-alives`];
  return [factor > ALLOWED, `given up after ${factor.toFixed(1)} keep-alives of silence`];
});
