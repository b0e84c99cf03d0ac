/** QoS 2 is a promise of both halves: who takes a message for one of QoS 1 has not given it. */
import { describe, expect, it } from 'vitest';
import { breachOf, FLAG, PUBACK_FOR_QOS_2 } from '#kernel';
import { about, COMMAND, healthy, type Setting, type Story } from '../testing/story.ts';
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
