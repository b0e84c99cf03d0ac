/** An alarm that one shard was told for all is told like one that its own shard heard. */
import { expect, it } from 'vitest';
import { INBOX_OPS, type Plan } from '#kernel';
import { healthy, type Story } from '../testing/story.ts';
import { traceOne } from '../tracing/trace-run.ts';
import inbox from './inbox.ts';
import rules from './rules.ts';

const RULE = {
  ...{ name: 'high', of: '', at: 0, when: 'level > 5.0', clear: 'level < 2.0' },
  ...{ forMs: 0, clearForMs: 0, deadlineMs: 500 },
  ...{ per: 'device', terms: [], window: null, silentMs: 0, changes: [] },
};

/** Two devices of two shards; the alarms of the second are posted to the first. */
function posted(...told: [t: number, what: string, at: number][]): Story {
  const resolved = { topic: 'alarms', http: {}, rules: [RULE] };
  const story = healthy({
    ...{ devices: 2, lanes: [0, 1], ops: [INBOX_OPS] },
    workflows: [{ workflow: 'inbox', session: 'inbox', resolved }] as unknown as Plan['workflows'],
  });
  for (const [n, level] of [6, 1].entries()) {
    const at = 5000 + 1000 * n;
    const reading = { n, at, received: at + 40, values: JSON.stringify({ level }) };
    story.add('inbox/reading', at + 40, { device: 1, ...reading });
  }
  const subject = story.plan.devices[1]?.id ?? '';
  for (const [t, what, at] of told) {
    const alarm = { rule: RULE.name, what, since: 5000, at, isAgain: false };
    story.add('inbox/posted', t, { device: -1, subject, ...alarm });
  }
  return story;
}

it('is traced from its reading to its end', () => {
  const story = posted([5050, 'raised', 5000], [6050, 'cleared', 6000]);
  const { id = '' } = story.plan.devices[1] ?? {};
  const request = { plan: story.plan, planSha256: 'sha', segments: story.segments() };
  const { trace } = traceOne({ ...request, hops: [inbox, rules] }, `high@${id}@5000`);
  const own = trace.things.filter(({ role }) => role === 'itself');
  const hops = own.flatMap((one) => one.hops.map(({ as, t }) => [as, t]));
  expect(hops).toContainEqual(['raised', 5050]);
  expect(hops).toContainEqual(['cleared', 6050]);
  expect(trace.things.filter(({ role }) => role === 'cause')).toHaveLength(2);
});
