/**
 * What a target owes a device is what the device had subscribed to: one that refuses or lowers a
 * subscription has lost nothing, and one that granted it has.
 */
import { describe, expect, it } from 'vitest';
import { SUBSCRIPTION_REFUSED } from '#kernel';
import exactlyOnce from '../checkers/exactly-once.ts';
import noAckedLoss from '../checkers/no-acked-loss.ts';
import sessionKept from '../checkers/session-kept.ts';
import { about, COMMAND, healthy, type Setting, type Story } from '../testing/story.ts';

/** Commands to device 1 at 3, 5, 7 … s; it came online at 0.1 s. */
const commanded = (qos: 1 | 2): Setting => ({
  entry: { session: 'persistent' },
  commands: { firstAt: 3000, everyMs: 2000, qos, devices: [{ device: 1, offsetMs: 0 }] },
});

/** What the target said to its SUBSCRIBE. */
const subscribed = (story: Story, t: number, granted: number): Story =>
  story.add('subscribed', t, { device: 1, granted });

/** Command 1, of 5 s, was acknowledged and never came. */
const lossy = (qos: 1 | 2 = 1): Story =>
  healthy(commanded(qos)).drop(about('received', 1, COMMAND, 1));

/** The connection ends at 4.2 s, and the device is back at 4.5 s. */
const returned = (story: Story, present: boolean): Story =>
  story
    .add('offline', 4200, { device: 1, why: 'closed' })
    .add('connect', 4400, { device: 1, attempt: 1 })
    .add('online', 4500, { device: 1, present });

/** It restarts at 3.5 s, loses that connection, and is back in a session at 6 s. */
const restarted = (story: Story, present: boolean): Story =>
  subscribed(story, 120, 1)
    .add('off', 3500, { device: 1, cause: 'power-cut' })
    .add('boot', 3600, { device: 1, epoch: 2, cause: 'power-on' })
    .add('online', 3700, { device: 1, present })
    .add('subscribed', 3710, { device: 1, granted: 1 })
    .add('offline', 4200, { device: 1, why: 'closed' })
    .add('online', 6000, { device: 1, present: true })
    .add('subscribed', 6010, { device: 1, granted: 1 });

const NOT_OWED = (why: string) => ({
  verdict: 'pass',
  findings: [],
  summary: expect.stringContaining(`1 not owed: ${why}.`),
});
const OPEN = (why: string) => ({
  findings: [],
  undecided: 1,
  summary: expect.stringContaining(`1 undecided: ${why}.`),
});
const LOST = { verdict: 'fail', findingCount: 1 };

describe('an acknowledged command that never came', () => {
  it.each([
    ['nobody told of the grant', lossy(), LOST],
    ['it was granted', subscribed(lossy(), 120, 1), LOST],
    ['it was granted in the last moment', subscribed(lossy(), 5000, 1), LOST],
    [
      'it was sent in the instant of a connection with a new session',
      subscribed(
        subscribed(lossy(), 120, 1)
          .add('offline', 4200, { device: 1, why: 'closed' })
          .add('online', 5001, { device: 1, present: false }),
        5001,
        1,
      ),
      NOT_OWED('the session ended before it was taken'),
    ],
    [
      'it came back clean after a restart, and an attempt whose answer it missed began a session',
      restarted(lossy(), false),
      NOT_OWED('the session ended before it was taken'),
    ],
    ['it came back to its session after a restart', restarted(lossy(), true), LOST],
    [
      'it was refused',
      subscribed(lossy(), 120, SUBSCRIPTION_REFUSED),
      NOT_OWED("the target refused the device's subscription"),
    ],
    [
      'it was granted at QoS 0',
      subscribed(lossy(), 120, 0),
      NOT_OWED('the target granted the device only QoS 0'),
    ],
    [
      'it was granted later',
      subscribed(lossy(), 5500, 1),
      NOT_OWED('the device had not subscribed yet'),
    ],
    ['a grant for QoS 2 was lowered', subscribed(lossy(2), 120, 1), LOST],
    ['the session was kept', returned(subscribed(lossy(), 120, 1), true), LOST],
    [
      'the session was kept, and then refused',
      subscribed(returned(subscribed(lossy(), 120, 1), true), 4600, SUBSCRIPTION_REFUSED),
      NOT_OWED("the target refused the device's subscription"),
    ],
    [
      'the session was new, and nothing granted in it',
      returned(subscribed(lossy(), 120, 1), false),
      NOT_OWED('the device had not subscribed yet'),
    ],
    [
      'the session was kept, and nobody told what it holds',
      subscribed(returned(lossy(), true), 9000, 1),
      OPEN('whether the device had subscribed is not known'),
    ],
  ])('where %s', (_, story, expected) => {
    expect(story.ask(noAckedLoss)).toMatchObject(expected);
  });
});

describe('a device that nobody answers, in a run that tells of grants', () => {
  /** Device 2, of the same or another lane, had its answer. */
  const answered = (story: Story): Story => story.add('subscribed', 120, { device: 2, granted: 1 });

  it.each([[[0]], [[0, 1, 2]]])('is owed nothing, and no session (lanes %j)', (lanes) => {
    const setting = { ...commanded(1), lanes };
    const lost = healthy(setting).drop(about('received', 1, COMMAND, 1));
    expect(lost.ask(noAckedLoss)).toMatchObject(LOST);
    expect(answered(lost).ask(noAckedLoss)).toMatchObject(
      NOT_OWED('the device had not subscribed yet'),
    );
    const gone = returned(healthy(setting), false);
    expect(gone.ask(sessionKept).verdict).toBe('fail');
    expect(answered(gone).ask(sessionKept).findings).toEqual([]);
  });
});

describe('exactly once', () => {
  const doubled = (): Story => {
    const story = healthy(commanded(2));
    const [first] = story.events.filter(about('received', 1, COMMAND, 1));
    if (first === undefined) throw new Error('the story has no command 1');
    return story.add('received', 5900, first.fields);
  };

  it('is promised to who was granted QoS 2, or where nobody tells, and to nobody else', () => {
    expect(doubled().ask(exactlyOnce).verdict).toBe('fail');
    expect(subscribed(doubled(), 120, 2).ask(exactlyOnce).verdict).toBe('fail');
    expect(subscribed(doubled(), 120, 1).ask(exactlyOnce).findings).toEqual([]);
  });
});

describe('a session', () => {
  /** Gone after a connection of half a second. */
  const gone = (): Story =>
    returned(healthy(commanded(1)), false)
      .change(
        ({ op, t, fields }) => op === 'online' && t === 100 && fields.device === 1,
        () => ({ t: 3700 }),
      )
      .change(
        ({ op, t, fields }) => op === 'connect' && t === 50 && fields.device === 1,
        () => ({ t: 3650 }),
      );

  it('is promised once something was granted in it, however short it was', () => {
    expect(gone().ask(sessionKept).findings).toEqual([]);
    expect(subscribed(gone(), 3720, 1).ask(sessionKept)).toMatchObject({
      verdict: 'fail',
      findings: [{ message: expect.stringContaining('its session was gone') }],
    });
  });

  it('is not promised to who was refused, or got no answer', () => {
    const long = (): Story => returned(healthy(commanded(1)), false);
    expect(long().ask(sessionKept).verdict).toBe('fail');
    expect(subscribed(long(), 120, SUBSCRIPTION_REFUSED).ask(sessionKept).findings).toEqual([]);
    expect(subscribed(long(), 4600, 1).ask(sessionKept).findings).toEqual([]);
  });
});
