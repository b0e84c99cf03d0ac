/**
 * Clients that left a will lose their connection: before a message at QoS 1 was sent again, marked
 * DUP, and after it.
 */
import { confirm, RawClient, sleep } from './raw-client.ts';

const CLIENTS = 8;
const LONG_MS = 4000;

await confirm(async (door) => {
  const watcher = await RawClient.open(door, 'wills-watcher');
  await watcher.subscribe(['wills/#'], 1);
  const armed = (name: string): Promise<RawClient[]> =>
    Promise.all(
      Array.from({ length: CLIENTS }, (_, k) => {
        const will = {
          topic: `wills/${name}/${k}`,
          payload: 'gone',
          qos: 1,
          retain: false,
        } as const;
        return RawClient.open(door, `wills-${name}-${k}`, { will });
      }),
    );
  const cameOf = (name: string): number =>
    watcher.messages.filter(({ topic }) => topic.startsWith(`wills/${name}/`)).length;
  const [before, after] = [await armed('before'), await armed('after')];
  for (const client of before) client.destroy();
  await sleep(LONG_MS);
  const words = { topic: 'wills/again', payload: 'again', qos: 1, retain: false } as const;
  after[0]?.send({ cmd: 'publish', messageId: 1, dup: true, ...words });
  await sleep(1000);
  for (const client of after) client.destroy();
  await sleep(LONG_MS);
  const [first, second] = [cameOf('before'), cameOf('after')];
  const said = `of ${CLIENTS} wills each, ${first} came before the resend and ${second} after it`;
  return [first === CLIENTS && second < CLIENTS, said];
});
