/**
 * TEST ONLY. A life in which alarms are sent to a topic: devices say that it is so and that it is
 * over, somebody listens, and the platform dies while an alarm stands, and again when it is over.
 */
import type { Platform } from '../../platform.ts';
import { connect, otherAccount, quiet, topicOf } from '../twin.ts';

const NOTHING = new URLSearchParams();
const RULES = [{ name: 'high', of: '', when: 'level > 5.0', clear: 'level < 2.0' }];
const LEVELS = [1, 6, 4, 1, 7, 1];
const DIES_AFTER = [1, 3];

/** What anybody could see of it. */
async function inboxLife(
  platform: Platform,
  ids: readonly string[],
  again: () => Promise<Platform>,
) {
  let living = platform;
  const { status } = living.request('POST', '/inbox/rules', NOTHING, {
    ...{ topic: 'alarms', rules: RULES },
  });
  const heard: string[] = [];
  let listener = await connect(living, 'listener', { clean: false });
  await listener.subscribe('alarms/#', 1);
  for (const [n, level] of LEVELS.entries()) {
    for (const id of ids) {
      const device = await connect(living, id);
      const said = JSON.stringify({ n, e: 1, t: 1000 * n, v: { level } });
      await device.publish(topicOf(id, 'telemetry'), said, 1);
      await device.end();
    }
    await quiet();
    heard.push(...listener.received.splice(0).map(({ topic, text }) => `${topic} ${text}`));
    if (!DIES_AFTER.includes(n)) continue;
    living = await again();
    listener = await connect(living, 'listener', { clean: false });
  }
  await listener.end();
  const { body } = living.request('GET', '/inbox', new URLSearchParams('limit=999'));
  return { status, heard: heard.sort(), body };
}

export default Object.assign(inboxLife, { accounts: [otherAccount('listener', 'service')] });
