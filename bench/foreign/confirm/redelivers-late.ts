/** What had no PUBACK must be sent again when a kept session returns, and not only later. */
import { confirm, RawClient, until } from './raw-client.ts';

const LATE_MS = 5000;
const LONGEST_MS = 60_000;

await confirm(async (door) => {
  const first = await RawClient.open(door, 'late-reader', { clean: false, answers: false });
  await first.subscribe(['late/#'], 1);
  const writer = await RawClient.open(door, 'late-writer');
  writer.publish('late/one', 'one', 1);
  if (!(await until(() => first.messages.length > 0, LATE_MS))) return [false, 'it never came'];
  first.destroy();
  const second = await RawClient.open(door, 'late-reader', { clean: false });
  const beganAt = performance.now();
  if (!(await until(() => second.messages.length > 0, LONGEST_MS))) {
    return [true, `not sent again within ${LONGEST_MS / 1000} s of the return`];
  }
  const seconds = (performance.now() - beganAt) / 1000;
  return [seconds * 1000 > LATE_MS, `sent again ${seconds.toFixed(1)} s after the return`];
});
