/**
 * TEST ONLY. A life in which devices say differences: from the sample before, from one further back
 * because what came between was not acknowledged, and from one that nobody has.
 */
import type { Platform } from '../../platform.ts';
import { connect, quiet, topicOf } from '../twin.ts';

/** What anybody could see of it. */
export default async function deltaLife(platform: Platform, ids: readonly string[]) {
  for (const id of ids.slice(0, 3)) {
    const device = await connect(platform, id);
    const say = (n: number, v: object): Promise<unknown> =>
      device.publish(topicOf(id, 'telemetry'), JSON.stringify({ n, e: 1, t: n * 1000, v }), 1);
    await say(0, { whole: true, level: 4, lid: 'shut' });
    await say(1, { of: 0, by: { level: 0.5 }, also: { lid: 'open' } });
    await say(2, { of: 1, by: {}, also: { lid: 'open' } });
    await say(3, { of: 1, by: { level: -1 } });
    await say(4, { of: 77, by: { level: 1 } });
    await say(5, { level: 9 });
    await say(3, { of: 1, by: { level: -1 } });
    await device.end();
  }
  await quiet();
  const { body } = platform.request('GET', '/delta', new URLSearchParams('limit=999'));
  const { deltasAdded, deltasWithoutBase } = platform.stats();
  return { delta: (body as { delta: unknown[] }).delta, deltasAdded, deltasWithoutBase };
}
