/** Of devices that nobody watches, a message is in the store once, or for each time it was sent. */
import { expect, it } from 'vitest';
import { FLAG, type ProtocolPlan } from '#kernel';
import duplicates from '../checkers/duplicates-explained.ts';
import once from '../checkers/exactly-once.ts';
import order from '../checkers/in-order.ts';
import presence from '../checkers/presence.ts';
import { withFault } from '../testing/fault-story.ts';
import {
  about,
  forgetful,
  hashFor,
  healthy,
  type Setting,
  type Story,
  TELEMETRY,
  tellFault,
} from '../testing/story.ts';

const PROTOCOL: ProtocolPlan = {
  ...{ kind: 'http', params: {}, channel: 'http' },
  ...{ sessions: false, watched: false, window: 1 },
};
const READING = { device: 1, stream: TELEMETRY, n: 5 };
const hash = hashFor(1, TELEMETRY, 5);

/** Nobody sees anything of these, but the store at the end. */
function posted(qos: 0 | 1 | 2, protocol = PROTOCOL, more: Setting = {}): Story {
  const story = healthy({ ...more, entry: { qos, protocol } });
  return protocol.watched ? story : story.drop(({ op }) => op === 'observed');
}
const sentAgain = (story: Story, qos: number): Story =>
  story.add('sent', 6900, { ...READING, hash, late: 0, flags: qos | FLAG.resend });
function storedAgain(story: Story): Story {
  const first = story.events.find(about('stored', 1, TELEMETRY, 5));
  return story.add('stored', (first?.t ?? 0) + 1, { ...READING, hash });
}
const verdicts = (story: Story) => [story.ask(once).verdict, story.ask(duplicates).verdict];

it('is fine where each is there once, also what was sent again', () => {
  expect(verdicts(posted(2))).toEqual(['pass', 'not-applicable']);
  expect(verdicts(sentAgain(posted(2), 2))).toEqual(['pass', 'not-applicable']);
  expect(verdicts(posted(1))).toEqual(['not-applicable', 'pass']);
});

it('at QoS 2 is one too many, however often it was sent under its name', () => {
  const story = storedAgain(sentAgain(posted(2), 2));
  expect(story.ask(once)).toMatchObject({
    verdict: 'fail',
    findings: [{ message: expect.stringMatching(/5, sent 2 times .*, is in the store 2 times/) }],
  });
  expect(verdicts(storedAgain(posted(2)))[0]).toBe('fail');
});

it('at QoS 1 is explained by each time that it was sent, and by nothing else', () => {
  expect(verdicts(storedAgain(sentAgain(posted(1), 1)))).toEqual(['not-applicable', 'pass']);
  expect(verdicts(storedAgain(posted(1)))).toEqual(['not-applicable', 'fail']);
});

it('is not promised by a platform that may forget, where a piece of it was away', () => {
  const away = withFault({
    ...{ acts: 'behind', cohorts: [], devices: [0, 1, 2, 3], params: { hand: 'server' } },
    proof: { kind: 'hand-down', cuts: false },
  });
  const judged = (isDurable: boolean): unknown => {
    const guarantees = forgetful({ durableTelemetry: isDurable });
    const story = storedAgain(posted(2, PROTOCOL, { ...away, target: { guarantees } }));
    tellFault(story, 'f');
    return verdicts(story)[0];
  };
  expect([judged(true), judged(false)]).toEqual(['fail', 'pass']);
});

it('is left to observers where they see it', () => {
  expect(verdicts(storedAgain(posted(2, { ...PROTOCOL, watched: true })))[0]).toBe('pass');
});

it('says nothing of order, nor of presence, which no such target knows', () => {
  expect(posted(2).ask(order).verdict).toBe('not-applicable');
  const offered = { offers: ['presence'] };
  const applies = ({ plan }: Story) => presence.applies(plan, {}, () => null as never);
  expect(applies(posted(2, PROTOCOL, { target: offered }))).toBe(false);
  expect(applies(healthy({ target: offered }))).toBe(true);
  expect(healthy({ entry: { qos: 2 } }).ask(order).verdict).toBe('pass');
});
