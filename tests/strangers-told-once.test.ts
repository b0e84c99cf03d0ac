/**
 * One lie, one finding: what a single act of a broker does to several promises is told by the
 * checker that is meant for it, once; and what a broker did in the last seconds of a run is told as
 * well.
 */
import { describe, expect, it } from 'vitest';
import type { Result } from '#reports';
import { compare } from '../bench/strangers/compare.ts';
import { readHead } from '../harness/dialects/codecs/json.ts';
import type { LieRecord } from '../harness/testing/lie-book.ts';
import duplicatesExplained from '../reports/checkers/duplicates-explained.ts';
import exactlyOnce from '../reports/checkers/exactly-once.ts';
import inOrder from '../reports/checkers/in-order.ts';
import noAckedLoss from '../reports/checkers/no-acked-loss.ts';
import noPhantom from '../reports/checkers/no-phantom.ts';
import retainedCurrent from '../reports/checkers/retained-current.ts';
import sessionKept from '../reports/checkers/session-kept.ts';
import { garbled, READING } from '../reports/testing/garbled.ts';
import {
  ANSWER,
  about,
  COMMAND,
  forgetful,
  hashFor,
  healthy,
  type Setting,
  STATUS,
  type Story,
  TELEMETRY,
} from '../reports/testing/story.ts';

/** A broker that keeps nothing: delivered means seen. */
const BROKER: Setting = { target: { keepsTelemetry: false, offers: ['retained'] } };
const RETAINING: Setting = { ...BROKER, entry: { retainStatus: true } };
const COMMANDED: Setting = {
  ...BROKER,
  entry: { session: 'persistent' },
  commands: { firstAt: 3000, everyMs: 2000, qos: 1, devices: [{ device: 1, offsetMs: 0 }] },
};

/** Device 1 is away from `from` to `to`, and finds its session again. */
const away = (story: Story, from: number, to: number): Story =>
  story
    .add('offline', from, { device: 1, why: 'closed' })
    .add('connect', to - 1, { device: 1, attempt: 1 })
    .add('online', to, { device: 1, present: true });

/** Readings of device 1 arrive in this order, at a time when nothing else does. */
function arriving(order: readonly number[]): Story {
  const story = healthy(BROKER);
  order.forEach((n, index) => {
    story.change(about('observed', 1, TELEMETRY, n), () => ({ t: 15_100 + index }));
  });
  return story;
}

describe('an inversion', () => {
  it.each([
    { order: [8, 9, 10, 11, 12], findings: 0 },
    { order: [12, 8, 9, 10, 11], findings: 1 },
    { order: [9, 10, 11, 12, 8], findings: 1 },
    { order: [12, 9, 10, 11, 8], findings: 1 },
    { order: [9, 8, 11, 10, 12], findings: 2 },
    { order: [10, 11, 12, 8, 9], findings: 2 },
  ])('$order is told $findings times', ({ order, findings }) => {
    // Readings 8 to 12 are held up and come before reading 15, which is sent at 16 s.
    const story = arriving([...order, 13, 14]);
    expect(story.ask(inOrder).findingCount).toBe(findings);
  });

  it('in a queue is told, also when it is handed over after a return', () => {
    const story = away(healthy(COMMANDED), 6500, 9500)
      .change(about('received', 1, COMMAND, 2), () => ({ t: 9602 }))
      .change(about('received', 1, COMMAND, 3), () => ({ t: 9601 }));
    const { findingCount, findings } = story.ask(inOrder);
    expect(findingCount).toBe(1);
    // As it happened, and by whom it is known.
    expect(findings[0]?.witness.map(({ who, what }) => `${who} ${what}`)).toEqual([
      'operator sent command 2',
      'operator sent command 3',
      'pumps/north-1/1 got command 3',
      'pumps/north-1/1 got command 2',
    ]);
  });

  // The target may not have known yet that the device had left.
  it.each([
    [30_000, 9602, 0],
    [90, 9602, 1],
    // It had been there since long before.
    [30_000, null, 1],
  ])('of what a target sends again within %i ms is not, while it may', (ms, queuedAt, count) => {
    const guarantees = forgetful({ redeliversWithinMs: ms });
    const story = away(
      healthy({ ...COMMANDED, target: { ...BROKER.target, guarantees } }),
      6500,
      9500,
    );
    const late = queuedAt === null ? { n: 4, at: 13_600 } : { n: 2, at: queuedAt };
    const told = story
      .change(about('received', 1, COMMAND, late.n), () => ({ t: late.at }))
      .change(about('received', 1, COMMAND, late.n + 1), () => ({ t: late.at - 1 }));
    expect(told.ask(inOrder).findingCount).toBe(count);
  });

  it('of what was under way when the connection broke is not', () => {
    const story = away(healthy(COMMANDED), 7500, 9500)
      .change(about('received', 1, COMMAND, 2), () => ({ t: 9602 }))
      .change(about('received', 1, COMMAND, 3), () => ({ t: 9601 }));
    expect(story.ask(inOrder).findingCount).toBe(0);
  });
});

describe('the last seconds', () => {
  it('do not excuse a loss: the drain was its time to arrive', () => {
    const story = healthy(BROKER).drop(about('observed', 1, TELEMETRY, 18));
    const { findingCount, undecided } = story.ask(noAckedLoss);
    expect({ findingCount, undecided }).toEqual({ findingCount: 1, undecided: 0 });
  });

  it('nor the loss of a command', () => {
    const story = healthy(COMMANDED).drop(about('received', 1, COMMAND, 8));
    const { findingCount, undecided } = story.ask(noAckedLoss);
    expect({ findingCount, undecided }).toEqual({ findingCount: 1, undecided: 0 });
  });

  it('but an acknowledgement at the very end decides nothing', () => {
    const story = healthy(BROKER)
      .drop(about('observed', 1, TELEMETRY, 18))
      .change(about('acked', 1, TELEMETRY, 18), () => ({ t: 22_900 }));
    const { findingCount, undecided } = story.ask(noAckedLoss);
    expect({ findingCount, undecided }).toEqual({ findingCount: 0, undecided: 1 });
  });
});

/** All that the checkers say of what a broker did. */
const judgeAll = (story: Story): string[] =>
  story
    .judge([inOrder, noAckedLoss, noPhantom, exactlyOnce, retainedCurrent, sessionKept])
    .checkers.flatMap(({ findings }) => findings.map(({ message }) => message));

it.each([
  [0, { findingCount: 1, undecided: 0 }],
  [30_000, { findingCount: 0, undecided: 1 }],
])('a command to an absent device, redelivered within %i ms, is decided no sooner', (ms, found) => {
  const guarantees = forgetful({ redeliversWithinMs: ms });
  const story = away(
    healthy({ ...COMMANDED, target: { ...BROKER.target, guarantees } }),
    6500,
    9500,
  );
  const { findingCount, undecided } = story.drop(about('received', 1, COMMAND, 2)).ask(noAckedLoss);
  expect({ findingCount, undecided }).toEqual(found);
});

it('a reading that comes again at each return is told once', () => {
  const story = healthy(BROKER);
  const hash = hashFor(1, TELEMETRY, 5);
  for (const t of [6900, 9900, 12_900]) {
    story.add('observed', t, { device: 1, stream: TELEMETRY, n: 5, hash, flags: 1, epoch: 1 });
  }
  expect(story.ask(duplicatesExplained).findingCount).toBe(1);
});

describe('a command that was dropped', () => {
  it.each([
    { when: 'while the device was there', n: 0, said: 'acknowledged at 3.0 s, never received' },
    {
      when: 'while it was away',
      n: 2,
      said: 'acknowledged at 7.0 s while the device was away, never received',
    },
  ])('$when is a loss, told once', ({ n, said }) => {
    const story = away(healthy(COMMANDED), 6500, 9500).drop(about('received', 1, COMMAND, n));
    expect(judgeAll(story)).toEqual([`pumps/north-1/1, command ${n}, ${said}`]);
  });
});

describe('a reading of which one byte was changed', () => {
  /** Every byte in turn: those of the number, of the form, of the values. */
  it.each([...READING].map((letter, at) => ({ letter, at })))(
    'is told once, as what it was, when it is byte $at ($letter)',
    ({ at }) => {
      const bytes = Buffer.from(READING);
      bytes[at] = (bytes[at] ?? 0) ^ 2;
      const arrived = bytes.toString('latin1');
      const told = judgeAll(garbled(arrived, readHead(bytes)?.n));
      expect(told).toEqual([
        'pumps/north-1/1, reading 5, seen by an observer at 6.0 s, was never sent with these bytes',
      ]);
    },
  );

  it('is lost, and a stranger came, when nothing of it is left', () => {
    expect(judgeAll(garbled('?'))).toEqual([
      'pumps/north-1/1, reading 5, acknowledged at 6.0 s, never delivered',
      'pumps/north-1/1, a message of stream telemetry, seen by an observer at 6.0 s, cannot be read',
    ]);
  });
});

describe('a retained status', () => {
  it('that was dropped is a loss, and no stale value on top', () => {
    const story = healthy(RETAINING)
      .drop(about('observed', 1, STATUS, 0))
      .drop(about('retained', 1, STATUS, 0));
    expect(story.ask(noAckedLoss).findingCount).toBe(1);
    expect(story.ask(retainedCurrent).findingCount).toBe(0);
  });

  it('whose bytes were changed on the way is a phantom, and no wrong value on top', () => {
    const story = healthy(RETAINING);
    for (const op of ['observed', 'retained'] as const) {
      story.change(about(op, 1, STATUS, 0), ({ fields }) => ({ fields: { ...fields, hash: 9 } }));
    }
    expect(story.ask(noPhantom).findingCount).toBe(1);
    expect(story.ask(retainedCurrent).findingCount).toBe(0);
  });

  it('whose bytes are changed only in the register is a wrong value', () => {
    const story = healthy(RETAINING).change(about('retained', 1, STATUS, 0), ({ fields }) => ({
      fields: { ...fields, hash: 9 },
    }));
    expect(story.ask(noPhantom).findingCount).toBe(0);
    expect(story.ask(retainedCurrent).findingCount).toBe(1);
  });
});

it.each([40, 20_000_000, 1_000_000_007])(
  'command %i, invented, is told; its answer is ours',
  (n) => {
    const message = { device: 1, n };
    const answer = { ...message, stream: ANSWER, hash: hashFor(1, ANSWER, n) };
    const story = healthy(COMMANDED)
      .add('received', 8000, { ...message, stream: COMMAND, hash: 5, flags: 1 })
      .add('sent', 8001, { ...answer, late: 0, flags: 1 })
      .add('observed', 8003, { ...answer, flags: 1, epoch: 1 })
      .add('acked', 8004, { ...message, stream: ANSWER });
    expect(story.ask(noPhantom).findingCount).toBe(1);
    // Another one's bytes under its name are not.
    story.add('observed', 8005, { ...answer, hash: 77, flags: 1, epoch: 1 });
    expect(story.ask(noPhantom).findingCount).toBe(2);
  },
);

describe('the comparison', () => {
  const record: LieRecord = {
    lie: 'drop-qos1',
    topic: 'tw/ab12/3/rooms/north-1/7/telemetry',
    payload: Buffer.from('{"n":21,"e":1,"t":5,"v":{}}').toString('base64'),
    at: 0,
  };
  const resultWith = (messages: readonly string[]): Result => {
    const result = healthy().judge([noAckedLoss]);
    const devices = ['rooms/north-1/7'];
    const findings = messages.map((message) => ({ message, devices, at: 0, witness: [] }));
    const [checker] = result.checkers;
    if (checker === undefined) throw new Error('no checker judged');
    const told = { ...checker, findings, findingCount: messages.length };
    return { ...result, checkers: [told] };
  };
  const finding = 'rooms/north-1/7, reading 21, acknowledged at 1.0 s, never delivered';

  it('takes a lie that two checkers tell for told once too often', () => {
    const result = resultWith([finding]);
    const [checker] = result.checkers;
    if (checker === undefined) throw new Error('no checker judged');
    const also = { ...checker, id: 'session-kept' };
    const { missed, surplus } = compare([record], { ...result, checkers: [checker, also] });
    expect({ missed, surplus }).toEqual({
      missed: [],
      surplus: ['session-kept: rooms/north-1/7 telemetry 21'],
    });
  });

  it.each([
    { log: [record], told: [finding], missed: 0, surplus: 0 },
    { log: [record], told: [], missed: 1, surplus: 0 },
    { log: [], told: [finding], missed: 0, surplus: 1 },
    { log: [record], told: [finding, finding], missed: 0, surplus: 1 },
    { log: [record, record], told: [finding], missed: 1, surplus: 0 },
    { log: [record], told: [finding.replace('21', '22')], missed: 1, surplus: 1 },
  ])('counts $missed missed and $surplus made up', ({ log, told, missed, surplus }) => {
    const found = compare(log, resultWith(told));
    expect({ missed: found.missed.length, surplus: found.surplus.length }).toEqual({
      missed,
      surplus,
    });
  });
});
