/**
 * What a platform sends its devices of its own accord: a user's service answers what devices ask,
 * and nobody of ours saw the answer go. An honest one is not called an inventor, and what it gets
 * wrong is found.
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Result } from '#reports';
import { Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
  box.write('asks.ts', PART);
});
afterEach(() => box.close());

/** Asks at each connect, and again a while after it has been answered. */
const PART = `export default {
  family: 'part', kind: 'asks', summary: 'asks for advice', fits: () => true,
  streams: [
    { name: 'ask', way: 'up', schedule: { by: 'event' } },
    { name: 'advice', way: 'down', from: 'target', schedule: { by: 'reply', to: 'ask' } },
  ],
  start: (device) => {
    let n = 0;
    const ask = () => n < 5 && device.send({ stream: device.code('ask'), n: n++, values: {} });
    const later = { fire: () => (ask(), Infinity) };
    const again = () => device.at(device.now() + 1500, later);
    return { online: ask, inbox: ({ stream }) => stream === 'advice' && again() };
  },
};
`;

/** \`answer\` does what it wants with its own number and how to say something under one. */
const service = (answer: string): string => `export default {
  family: 'service', kind: 'adviser', summary: 'gives advice', schema: '', truth: 'adviser',
  start: ({ publish, topicOf }) => ({
    takes: (stream) => stream === 'ask',
    take: ({ device, n, intended: t }) => {
      const topic = topicOf(device, 'advice');
      const say = (n, said) => publish({
        topic, qos: 1, retain: false,
        payload: Buffer.from(JSON.stringify({ n, e: 0, t, v: { said } })),
      });
      ${answer}
    },
    routes: { adviser: () => ({}) },
  }),
};
`;

async function advised(code: number, answer: string): Promise<Result> {
  box.write('adviser.ts', service(answer));
  box.write('own.yaml', scene({ more: ['plugins: [./asks.ts, ./adviser.ts]'] }));
  const result = await box.judged(code, 'run', 'own.yaml');
  box.expectClean();
  return result;
}

const failing = ({ checkers }: Result): string[] =>
  checkers.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id);

it('is delivered and counted', async () => {
  const { messages } = await advised(0, "say(n, 'take care');");
  const { delivered, lost, refused, notSent, info, intended } = messages;
  expect(delivered + lost + refused + notSent + info).toBe(intended);
  const advice = (await box.ledger('run', '--op', 'received')).length;
  expect(advice).toBeGreaterThan(30);
  const silent = await advised(0, '');
  expect(intended - silent.messages.intended).toBeGreaterThan(advice);
});

it.each([
  [
    'comes twice',
    "say(n, 'take care'); if (n === 2) say(n, 'take care');",
    ['duplicates-explained'],
  ],
  ['answers nothing', "say(n, 'take care'); if (n === 2) say(n + 7, 'take care');", ['no-phantom']],
])('is found when it %s', async (_, answer, found) => {
  expect(failing(await advised(1, answer))).toEqual(found);
});
