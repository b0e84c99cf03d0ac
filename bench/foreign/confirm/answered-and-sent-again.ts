/**
 * Subscribers on standing connections are sent a message at QoS 1. Others send a message again,
 * marked DUP; then the subscribers answer, and must not be sent again what they answered.
 */
import { confirm, RawClient, sleep } from './raw-client.ts';

const CLIENTS = 8;
const LONG_MS = 15_000;

await confirm(async (door) => {
  const open = (name: string, answers: boolean): Promise<RawClient[]> =>
    Promise.all(
      Array.from({ length: CLIENTS }, (_, k) => RawClient.open(door, `${name}-${k}`, { answers })),
    );
  const watchers = await open('twice-watcher', false);
  for (const watcher of watchers) await watcher.subscribe(['twice/once'], 1);
  const senders = await open('twice-sender', true);
  senders[0]?.publish('twice/once', 'once', 1);
  const sent = await Promise.all(watchers.map((watcher) => watcher.next('publish')));
  const words = { topic: 'twice/once', payload: 'again', qos: 1, retain: false } as const;
  for (const sender of senders) sender.send({ cmd: 'publish', messageId: 2, dup: true, ...words });
  await sleep(1000);
  for (const [k, packet] of sent.entries()) {
    watchers[k]?.send({ cmd: 'puback', messageId: packet?.messageId ?? 0 });
  }
  await sleep(LONG_MS);
  const copies = watchers.map(
    ({ messages }) => messages.filter(({ payload }) => payload === 'once').length,
  );
  const twice = copies.filter((count) => count > 1).length;
  return [twice > 0, `of ${CLIENTS} that had answered, ${twice} were sent it again`];
});
