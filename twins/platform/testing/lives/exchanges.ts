/**
 * TEST ONLY. A life in which a device says each QoS 2 message twice before it releases it, as one
 * does whose PUBREC was lost.
 */
import type { Platform } from '../../platform.ts';
import { connectRaw } from '../raw.ts';
import { connect, envelope, otherAccount, quiet, topicOf } from '../twin.ts';

/** What an observer sees of it. */
async function exchangesLife(platform: Platform, ids: readonly string[]) {
  const observer = await connect(platform, 'observer');
  await observer.subscribe('tw/r1/3/#', 2);
  const [id = ''] = ids;
  const device = await connectRaw(platform, id, false);
  for (const messageId of [1, 2, 3]) {
    const payload = Buffer.from(envelope(messageId));
    const head = { cmd: 'publish' as const, topic: topicOf(id, 'telemetry'), payload, messageId };
    const said = { ...head, qos: 2 as const, dup: false, retain: false };
    await device.ask(said, 'pubrec');
    await device.ask({ ...said, dup: true }, 'pubrec');
    await device.ask({ cmd: 'pubrel', messageId }, 'pubcomp');
  }
  await quiet();
  const seen = observer.received.map(({ topic, text }) => `${topic} ${text}`);
  await observer.end();
  return { seen };
}

export default Object.assign(exchangesLife, {
  accounts: [otherAccount('observer', 'observer')],
});
