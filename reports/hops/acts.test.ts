/** What followed from a decision is told to its end: each call of a webhook; that none was sent. */
import { expect, it } from 'vitest';
import { ACT_OPS, ACT_TRUTHS, type ActPlan, type Plan, RULE_OPS } from '#kernel';
import { DRAINED, healthy, type Story } from '../testing/story.ts';
import { traceOne } from '../tracing/trace-run.ts';
import acts from './acts.ts';

const READ = DRAINED + 200;
const WHO = 'things/0';
const KEY = 'call/1';
const WEBHOOK = { host: 'here', port: 1, path: '/', token: '', downs: [] };

function decided(does: ActPlan['does']): Story {
  const act = { name: 'call', rule: 'high', on: 'raised', at: 0, stops: [], guard: {}, does };
  const workflows = [{ workflow: 'acts', session: 'acts', resolved: act }];
  const story = healthy({
    ...{ devices: 1, ops: [RULE_OPS, ACT_OPS, ACT_TRUTHS] },
    workflows: workflows as unknown as Plan['workflows'],
  });
  const alarm = { act: 'call', rule: 'high', version: 1, subject: idIn(story), at: 5000 };
  const outcome = { place: 0, decided: 5040, done: true, why: '', by: '', values: '{}', key: KEY };
  return story.add('acts/decided', READ, { device: 0, ...alarm, ...outcome });
}

const idIn = ({ plan }: Story): string => plan.devices[0]?.id ?? WHO;

function called(story: Story, t: number, status: number, device = 0): Story {
  const told = { act: 'call', rule: 'high', version: 1, subject: idIn(story), at: 5000 };
  const said = { by: 'call', key: KEY, status, decided: 5040, values: '{}' };
  return story.add('acts/called', t, { device, ...told, ...said });
}

function stepsOf(story: Story): string[] {
  const request = { plan: story.plan, planSha256: 'sha', segments: story.segments() };
  const { trace } = traceOne({ ...request, hops: [acts] }, `decision:call@${idIn(story)}@5000`);
  const own = trace.things.filter(({ role }) => role === 'itself');
  return own.flatMap(({ hops }) => hops.map(({ as, what }) => `${as}: ${what}`));
}

it('says how each call of a webhook was answered, and what came besides', () => {
  const story = decided({ webhook: WEBHOOK });
  called(story, 5100, 503);
  called(story, 5600, 204);
  called(story, 6600, 204, -1);
  story.add('acts/whole', READ + 1, { device: 0 });
  expect(stepsOf(story)).toEqual([
    'decided: decides to tell of it by HTTP',
    'refused: is told of it, and answers 503',
    'told: is told of it, and answers 204',
    'told: is told of it again, though he had taken it, and answers 204',
  ]);
});

it('says that nothing was sent, once all was read', () => {
  const story = decided({ command: { name: 'heater', value: 0 } });
  const first = 'decided: decides to command it to set heater to 0';
  expect(stepsOf(story)).toEqual([first]);
  story.add('acts/whole', READ + 1, { device: 0 });
  expect(stepsOf(story)).toEqual([first, 'never sent: tells of nothing that it sent for it']);
  story.add('acts/sent', READ, { device: 0, key: KEY, n: 0, sent: 5040 });
  expect(stepsOf(story)).toEqual([first]);
});
