/** A topic on which devices speak is no inbox: a mistake of the plan, told with its place. */
import { expect, it } from 'vitest';
import { plan } from '../testing/planned.ts';

const RULES = 'rules: [{ name: warm, when: temperature > 4.0 }]';

function told(topic: string, devices: string | null = null) {
  const target = devices === null ? [] : [`target: { url: "mqtt://127.0.0.1", ${devices} }`];
  const inbox = `workflows: [{ inbox: { topic: "${topic}", ${RULES} } }]`;
  const outcome = plan({ gear: devices === null ? 'sim' : 'real', more: [...target, inbox] });
  return outcome.ok ? [] : outcome.problems;
}

it.each([
  ['tw', null],
  ['tw/any', null],
  ['tw/any/3/rooms', null],
  ['plant', 'topic: "plant/{device}/{stream}"'],
  ['plant/alarms', 'topic: "plant/{device}/{stream}"'],
  ['plant/x-7', 'topic: "plant/x-{run}/{device}/{stream}"'],
])('%s is taken by devices that speak in %j', (topic, devices) => {
  const [problem, ...more] = told(topic, devices);
  expect(more).toEqual([]);
  expect(problem).toMatchObject({ code: 'topic-taken', path: 'workflows[0].inbox.topic' });
  expect(problem?.hint).toBe('take a topic apart from theirs, such as alarms');
});

it('has a way out where devices take all there is', () => {
  const [problem] = told('alarms', 'topic: "{device}/{stream}"');
  expect(problem?.message).toContain('comes on #');
  expect(problem?.hint).toContain('target.topic');
});

it.each([
  ['alarms', null],
  ['twins', null],
  ['tw/any/alarms', null],
  ['plants/alarms', 'topic: "plant/{device}/{stream}"'],
  ['plant/out', 'topic: "plant/in/{device}/{stream}"'],
])('%s is free beside devices that speak in %j', (topic, devices) => {
  expect(told(topic, devices)).toEqual([]);
});

it('says of what is no topic that alone', () => {
  expect(told('#').map(({ code }) => code)).toEqual(['bad-value']);
});
