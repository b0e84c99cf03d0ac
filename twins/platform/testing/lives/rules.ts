/**
 * TEST ONLY. A life in which a rule waits for something to last, another looks at windows that wait
 * for what comes late, and others speak of the first one's alarms: devices say several times that
 * it is so, once with an old reading and once by a clock that is far ahead, and what they say in
 * between is between two bounds. The platform dies while one waits, and while an alarm stands.
 */
import type { Platform } from '../../platform.ts';
import { connect, topicOf } from '../twin.ts';

const NOTHING = new URLSearchParams();
const RULE = { of: '', when: 'level > 5.0', clear: 'level < 2.0', forMs: 1500 };
const MANY = {
  ...{ of: '', per: 'fleet', when: 'many >= 1.0', clear: 'many < 1.0' },
  terms: [{ name: 'many', does: 'count', what: ['level > 5.0'] }],
  window: { everyMs: 1000, overMs: 1000, gapMs: 0, mostMs: 0, lateMs: 4000 },
};
const speaking = (when: string, clear: string, overMs: number) => ({
  ...{ of: '', when, clear },
  terms: [{ name: 'was', does: 'alarm', what: ['high'], of: '', overMs, last: 0 }],
});

/** When by the device, and how much; each comes two seconds later. */
const SAID = [
  ...[[0, 1] as const, [1000, 6] as const, [2000, 7] as const, [3000, 8] as const],
  ...[[4000, 4] as const, [500, 1] as const, [5000, 9] as const, [60_000, 1] as const],
  ...[[6000, 1] as const],
];

/** What anybody could see of it. */
async function rulesLife(
  platform: Platform,
  ids: readonly string[],
  again: () => Promise<Platform>,
  pass: (ms: number) => Promise<void>,
) {
  let living = platform;
  // One that waits for another may be asked for before that.
  living.request('POST', '/rules/both', NOTHING, speaking('was', '!was', 0));
  living.request(
    'POST',
    '/rules/soon',
    NOTHING,
    speaking('was && level < 2.0', 'level < 0.5', 1500),
  );
  living.request('POST', '/rules/high', NOTHING, RULE);
  living.request('POST', '/rules/many', NOTHING, MANY);
  await pass(2000);
  for (const [n, [t, level]] of SAID.entries()) {
    await pass(1000);
    for (const id of ids) {
      const device = await connect(living, id);
      const said = JSON.stringify({ n, e: 1, t, v: { level } });
      await device.publish(topicOf(id, 'telemetry'), said, 1);
      await device.end();
    }
    if (n === 1 || n === 4) living = await again();
  }
  await pass(20_000);
  const { body } = living.request('GET', '/rules', new URLSearchParams('limit=999'));
  return body as object;
}

export default Object.assign(rulesLife, { timed: true as const });
