/**
 * Devices send a message at QoS 1 again, marked DUP, as they must after a lost connection.
 * Afterwards clients that were never there before must still be let in.
 */
import { confirm, RawClient } from './raw-client.ts';

const SENDERS = 8;
const FRESH = 20;

await confirm(async (door) => {
  const watcher = await RawClient.open(door, 'again-watcher');
  await watcher.subscribe(['again/#'], 1);
  let answered = 0;
  for (let k = 0; k < SENDERS; k++) {
    const sender = await RawClient.open(door, `again-${k}`).catch(() => null);
    const words = { topic: `again/${k}`, payload: 'again', qos: 1, retain: false } as const;
    sender?.send({ cmd: 'publish', messageId: 1, dup: true, ...words });
    if ((await sender?.next('puback', 2000)) !== null) answered++;
  }
  const fresh = await Promise.allSettled(
    Array.from({ length: FRESH }, (_, k) => RawClient.open(door, `again-fresh-${k}`)),
  );
  const letIn = fresh.filter(({ status }) => status === 'fulfilled').length;
  const said = `${answered} of ${SENDERS} resends were answered, then ${letIn} of ${FRESH} let in`;
  return [letIn < FRESH, said];
});
