/**
 * TEST ONLY. A life in which a rule waits for something to last: devices say three times that it is
 * so, and what they say then is between its two bounds; the platform dies in between.
 */
import type { Platform } from '../../platform.ts';
import { connect, topicOf } from '../twin.ts';

const NOTHING = new URLSearchParams();
const RULE = { of: '', when: 'level > 5.0', clear: 'level < 2.0', forMs: 1500 };
const LEVELS = [6, 7, 8, 4, 9, 1];

/** What anybody could see of it. */
export default async function rulesLife(
  platform: Platform,
  ids: readonly string[],
  again: () => Promise<Platform>,
) {
  let living = platform;
  living.request('POST', '/rules/high', NOTHING, RULE);
  for (const [n, level] of LEVELS.entries()) {
    for (const id of ids) {
      const device = await connect(living, id);
      const said = JSON.stringify({ n, e: 1, t: n * 1000, v: { level } });
      await device.publish(topicOf(id, 'telemetry'), said, 1);
      await device.end();
    }
    if (n === 0) living = await again();
  }
  const { body } = living.request('GET', '/rules', new URLSearchParams('limit=999'));
  return JSON.parse(
    JSON.stringify(body, (key, one: unknown) =>
      ['raised', 'from'].includes(key) ? undefined : one,
    ),
  );
}
