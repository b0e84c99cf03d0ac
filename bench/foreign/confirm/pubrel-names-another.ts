/**
 * A kept session is sent messages at QoS 2 by many clients at the same time, and answers each with
 * a PUBREC. A receiver hands a message on when the PUBREL of its number comes (MQTT 3.1.1 §4.3.3,
 * method A): where that never comes the message is lost, and where it comes late it is overtaken.
 */
import { confirm, RawClient, sleep } from './raw-client.ts';

const CLIENTS = 30;
const EACH = 40;
const PAUSE_MS = 20;

await confirm(async (door) => {
  const watcher = await RawClient.open(door, `pubrel-${process.pid}`, { clean: false });
  await watcher.subscribe(['pubrel/#'], 2);
  const senders = await Promise.all(
    Array.from({ length: CLIENTS }, (_, k) => RawClient.open(door, `pubrel-${k}`)),
  );
  for (let n = 0; n < EACH; n++) {
    for (const [k, sender] of senders.entries()) sender.publish(`pubrel/${k}`, `${k} ${n}`, 2);
    await sleep(PAUSE_MS);
  }
  await Promise.all(senders.map((sender) => sender.all('pubcomp', EACH)));
  await sleep(1000);
  const waiting = new Map<number, string>();
  const last = new Map<string, number>();
  let came = 0;
  let overtaken = 0;
  for (const packet of watcher.packets) {
    const { messageId = 0 } = packet;
    if (packet.cmd === 'publish') waiting.set(messageId, packet.payload.toString());
    const payload = packet.cmd === 'pubrel' ? waiting.get(messageId) : undefined;
    if (payload === undefined) continue;
    waiting.delete(messageId);
    came++;
    const [sender = '', n = ''] = payload.split(' ');
    if (Number(n) < (last.get(sender) ?? -1)) overtaken++;
    last.set(sender, Math.max(Number(n), last.get(sender) ?? -1));
  }
  const lost = waiting.size;
  return [lost > 0, `released ${came} of ${CLIENTS * EACH}, ${overtaken} late, ${lost} never`];
});
