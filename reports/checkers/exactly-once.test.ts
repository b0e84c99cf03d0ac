/** QoS 2 is a promise of both halves: who takes a message for one of QoS 1 has not given it. */
import { describe, expect, it } from 'vitest';
import { breachOf, FLAG, PUBACK_FOR_QOS_2, type StreamPlan } from '#kernel';
import {
  about,
  COMMAND,
  forgetful,
  hashFor,
  healthy,
  type Setting,
  type Story,
  TELEMETRY,
} from '../testing/story.ts';
import exactlyOnce from './exactly-once.ts';

/** Commands to device 1 at 3, 5, 7 … s. */
const commanded = (qos: 0 | 1 | 2, entry: Setting['entry'] = {}): Story =>
  healthy({
    entry,
    commands: { firstAt: 3000, everyMs: 2000, qos, devices: [{ device: 1, offsetMs: 0 }] },
  });

const granted = (story: Story, qos: number): Story =>
  story.add('subscribed', 120, { device: 1, granted: qos });

/** Command 1, got at 5.005 s, carries these flags. */
const cameAs = (story: Story, flags: number): Story =>
  story.change(about('received', 1, COMMAND, 1), ({ fields }) => ({
    fields: { ...fields, flags },
  }));

const asked = (story: Story) => {
  const { verdict, findings, summary } = story.ask(exactlyOnce);
  return { verdict, messages: findings.map(({ message }) => message), summary };
};

const FINE = { verdict: 'pass', messages: [] };

describe('a QoS 2 message that the target takes for another', () => {
  it("is answered by PUBACK: an operator's", () => {
    const story = commanded(2)
      .drop(about('acked', 1, COMMAND, 1))
      .add('abandoned', 5006, {
        ...{ device: 1, stream: COMMAND, n: 1, why: breachOf(PUBACK_FOR_QOS_2) },
      });
    expect(asked(story)).toMatchObject({
      verdict: 'fail',
      messages: [
        expect.stringMatching(/1, command 1 at QoS 2 was answered by PUBACK, .* at 5\.0 s/),
      ],
      summary: expect.stringMatching(/^1 message at QoS 2 taken for another, 0 duplicates among/),
    });
  });

  it("is answered by PUBACK: a device's, which hangs up", () => {
    const story = commanded(1, { qos: 2 })
      .add('offline', 8000, { device: 2, why: breachOf(PUBACK_FOR_QOS_2) })
      .add('offline', 9000, { device: 3, why: 'closed' });
    expect(asked(story)).toMatchObject({
      verdict: 'fail',
      messages: [
        expect.stringMatching(/2, a message at QoS 2 was answered by PUBACK, .* at 8\.0 s/),
      ],
    });
  });

  it('is merely given up for another reason', () => {
    const story = commanded(2).drop(about('acked', 1, COMMAND, 1));
    story.add('abandoned', 5006, { device: 1, stream: COMMAND, n: 1, why: 'session-lost' });
    expect(asked(story)).toMatchObject(FINE);
  });

  it('comes at QoS 1 over a subscription that was granted at QoS 2', () => {
    expect(asked(cameAs(granted(commanded(2), 2), 1))).toMatchObject({
      verdict: 'fail',
      messages: [expect.stringMatching(/1, command 1, sent at QoS 2, came at QoS 1 at 5\.0 s/)],
    });
  });

  it('comes as it was granted, or nobody knows how, or as the target retains it', () => {
    expect(asked(granted(commanded(2), 2))).toMatchObject(FINE);
    expect(asked(cameAs(granted(commanded(2), 1), 1))).toMatchObject(FINE);
    expect(asked(cameAs(commanded(2), 1))).toMatchObject(FINE);
    expect(asked(cameAs(granted(commanded(2), 2), 1 | FLAG.retain))).toMatchObject(FINE);
    expect(asked(granted(commanded(0), 2))).toMatchObject(FINE);
  });
});

describe('a QoS 2 message that comes again', () => {
  const DURABLE = forgetful({ durableSessions: true });
  /** Reading 5 of device 1 is sent at 6.011 s, and is seen again at 6.9 s. */
  const again = (guarantees = DURABLE, qos: 0 | 2 = 2): Story =>
    healthy({ entry: { qos }, target: { guarantees } }).add('observed', 6900, {
      ...{
        device: 1,
        stream: TELEMETRY,
        n: 5,
        hash: hashFor(1, TELEMETRY, 5),
        flags: qos,
        epoch: 1,
      },
    });
  const killed = (story: Story, from: number, to: number): Story =>
    story.add('target', from, { is: 'killed' }).add('target', to, { is: 'accepting' });
  const verdict = (story: Story) => story.ask(exactlyOnce).verdict;

  it('is no excuse of a target that remembers its sessions over a kill', () => {
    expect(verdict(killed(again(), 6500, 6800))).toBe('fail');
  });

  it('is none of one that forgets them, but of no kill since', () => {
    expect(verdict(killed(again(forgetful()), 6500, 6800))).toBe('pass');
    expect(verdict(killed(again(forgetful()), 5000, 6000))).toBe('fail');
    expect(verdict(killed(again(forgetful()), 7000, 7500))).toBe('fail');
    expect(verdict(again(forgetful()))).toBe('fail');
  });

  it('was sent as two messages of one name', () => {
    const sent = (flags: number): Story =>
      again().add('sent', 6800, {
        ...{ device: 1, stream: TELEMETRY, n: 5, late: 0, hash: hashFor(1, TELEMETRY, 5), flags },
      });
    expect(verdict(sent(2))).toBe('pass');
    expect(verdict(sent(2 | FLAG.resend))).toBe('fail');
  });

  it('was sent anew after the target had handed it on, by an operator that it forgot', () => {
    const anew = (at: number, flags: number, qos: 1 | 2 = 2, target: Setting['target'] = {}) => {
      const story = healthy({
        target,
        commands: { firstAt: 3000, everyMs: 2000, qos, devices: [{ device: 1, offsetMs: 0 }] },
      });
      const named = { device: 1, stream: COMMAND, n: 1, hash: hashFor(1, COMMAND, 1) };
      story.drop(about('acked', 1, COMMAND, 1));
      story.add('sent', at, { ...named, late: 0, flags });
      return story.add('received', 6900, { ...named, flags: qos });
    };
    expect(asked(anew(6800, 2))).toMatchObject({
      verdict: 'fail',
      messages: [expect.stringMatching(/command 1, sent 2 times .* forgot who .* again at 6\.9 s/)],
    });
    // Sent anew before anybody had it, as the same, or where twice is no harm.
    expect(asked(anew(5002, 2))).toMatchObject(FINE);
    expect(asked(anew(6800, 1, 1)).verdict).not.toBe('fail');
    expect(verdict(killed(anew(6800, 2, 2, { guarantees: forgetful() }), 6500, 6700))).toBe('pass');
  });

  it('comes no more often than it was sent as a message of its own', () => {
    const named = { device: 1, stream: TELEMETRY, n: 5, hash: hashFor(1, TELEMETRY, 5) };
    const times = (sendings: readonly number[], sightings: number): Story => {
      const story = again();
      for (const flags of sendings) story.add('sent', 6800, { ...named, late: 0, flags });
      for (let k = 2; k < sightings; k++) {
        story.add('observed', 6900 + k, { ...named, flags: 2, epoch: 1 });
      }
      return story;
    };
    expect(verdict(times([2], 3))).toBe('fail');
    expect(verdict(times([2, 2], 3))).toBe('pass');
    expect(verdict(times([2, 2 | FLAG.resend], 3))).toBe('fail');
  });

  it("is the target's answer to a question that was asked again", () => {
    const ask: StreamPlan = {
      ...{ name: 'ask', code: 64, way: 'up', from: 'device', noun: 'ask', arrives: 'observer' },
      ...{ schedule: { by: 'event' }, qos: 1, retained: false, counted: true, measured: false },
      skips: [],
    };
    const advice: StreamPlan = {
      ...{ ...ask, name: 'advice', code: 65, way: 'down', from: 'target', noun: 'advice' },
      ...{ schedule: { by: 'reply', to: ask.code }, arrives: 'device', qos: 2 },
    };
    const asked = (flags: readonly number[]): Story => {
      const story = healthy({ streams: [ask, advice] });
      flags.forEach((flag, k) => {
        const question = { device: 1, stream: ask.code, n: 0, hash: hashFor(1, ask.code, 0) };
        const answer = { device: 1, stream: advice.code, n: 0, hash: hashFor(1, advice.code, 0) };
        story.add('sent', 8000 + k, { ...question, late: 0, flags: flag });
        story.add('received', 8100 + k, { ...answer, flags: 2 });
      });
      return story.add('received', 8200, {
        ...{ device: 1, stream: advice.code, n: 0, hash: hashFor(1, advice.code, 0), flags: 2 },
      });
    };
    expect(verdict(asked([1]))).toBe('fail');
    expect(verdict(asked([1, 5]).drop((event) => event.t === 8200))).toBe('pass');
    expect(verdict(asked([1, 5]))).toBe('fail');
  });

  it('was given to an observer that came back without its session', () => {
    const away = (why: string): Story =>
      again()
        .add('observer', 6300, { up: false, first: 0, lanes: 1, why: 'closed' })
        .add('observer', 6600, { up: true, first: 0, lanes: 1, why });
    expect(away('new-session').ask(exactlyOnce)).toMatchObject({ findings: [], undecided: 1 });
    expect(verdict(away('session-present'))).toBe('fail');
  });
});
