/**
 * A kept session is sent messages at QoS 2 by many clients at the same time and answers to the end
 * of each handshake. When it returns from a lost connection, none whose PUBREL it had may come
 * again.
 */
import { confirm, RawClient, sleep } from './raw-client.ts';

const CLIENTS = 30;
const EACH = 40;
const PAUSE_MS = 20;

await confirm(async (door) => {
  const name = `released-${process.pid}`;
  const first = await RawClient.open(door, name, { clean: false });
  await first.subscribe(['released/#'], 2);
  const senders = await Promise.all(
    Array.from({ length: CLIENTS }, (_, k) => RawClient.open(door, `released-from-${k}`)),
  );
  for (let n = 0; n < EACH; n++) {
    for (const [k, sender] of senders.entries()) sender.publish(`released/${k}`, `${k} ${n}`, 2);
    await sleep(PAUSE_MS);
  }
  await Promise.all(senders.map((sender) => sender.all('pubcomp', EACH)));
  await sleep(1000);
  const waiting = new Map<number, string>();
  const released = new Set<string>();
  for (const packet of first.packets) {
    const { messageId = 0 } = packet;
    if (packet.cmd === 'publish') waiting.set(messageId, packet.payload.toString());
    const payload = packet.cmd === 'pubrel' ? waiting.get(messageId) : undefined;
    if (payload !== undefined) released.add(payload);
  }
  first.destroy();
  const second = await RawClient.open(door, name, { clean: false });
  await sleep(3000);
  const again = second.messages.filter(({ payload }) => released.has(payload)).length;
  return [again > 0, `of ${released.size} released, ${again} came again after the return`];
});
