/**
 * One message at QoS 1 is sent again, marked DUP. Whatever is acknowledged after that must still
 * reach all subscribers, whose connections stand.
 */
import { confirm, RawClient, sleep } from './raw-client.ts';

const CLIENTS = 8;
const LONG_MS = 5000;

await confirm(async (door) => {
  const open = (name: string): Promise<RawClient[]> =>
    Promise.all(Array.from({ length: CLIENTS }, (_, k) => RawClient.open(door, `${name}-${k}`)));
  const watchers = await open('after-watcher');
  for (const watcher of watchers) await watcher.subscribe(['after/#'], 1);
  const senders = await open('after-sender');
  const words = { topic: 'after/again', payload: 'again', qos: 1, retain: false } as const;
  senders[0]?.send({ cmd: 'publish', messageId: 1, dup: true, ...words });
  await sleep(1000);
  for (const [k, sender] of senders.entries()) sender.publish('after/once', String(k), 1);
  const answers = await Promise.all(senders.map((sender) => sender.next('puback', LONG_MS)));
  await sleep(LONG_MS);
  const acknowledged = answers.flatMap((answer, k) => (answer === null ? [] : [String(k)]));
  const came = (payload: string): boolean =>
    watchers.every(({ messages }) => messages.some((one) => one.payload === payload));
  const lost = acknowledged.filter((payload) => !came(payload));
  const said = `${acknowledged.length} acknowledged after it, ${lost.length} missed by some`;
  return [lost.length > 0, said];
});
