/**
 * A stream is data: one that a capability brings is judged like the five that every plan has,
 * without a word about it anywhere.
 */
import { describe, expect, it } from 'vitest';
import { FLAG, layStreams, plannedCount, type StreamPlan } from '#kernel';
import conservation from '../checkers/conservation.ts';
import duplicatesExplained from '../checkers/duplicates-explained.ts';
import exactlyOnce from '../checkers/exactly-once.ts';
import inOrder from '../checkers/in-order.ts';
import noAckedLoss from '../checkers/no-acked-loss.ts';
import noPhantom from '../checkers/no-phantom.ts';
import notVacuous from '../checkers/not-vacuous.ts';
import retainedCurrent from '../checkers/retained-current.ts';
import {
  about,
  DRAINED,
  hashFor,
  healthy,
  type Story,
  tellMessage,
  tellScheduled,
} from '../testing/story.ts';
import { unaccounted } from '../wording.ts';
import { receiverOf, senderOf } from './witness.ts';

const CHECKERS = [conservation, noAckedLoss];

describe('a stream that a capability brings', () => {
  const echo: StreamPlan = {
    name: 'echo',
    code: 64,
    way: 'up',
    from: 'device',
    noun: 'echo',
    schedule: { by: 'rounds', firstAt: 3000, everyMs: 2000, devices: [{ device: 1, offsetMs: 0 }] },
    arrives: 'store',
    qos: 1,
    retained: false,
    counted: true,
    measured: false,
    skips: [],
  };
  const ECHOES = 9;
  const told = (): Story => {
    const story = healthy({ streams: [echo] });
    tellScheduled(story, 1, echo.code);
    return story;
  };

  it('may answer what the plan does not schedule, and is owed all the same', () => {
    const call: StreamPlan = { ...echo, name: 'call', code: 64, schedule: { by: 'event' } };
    const answer: StreamPlan = { ...echo, code: 65, schedule: { by: 'reply', to: call.code } };
    const tell = (): Story => {
      const story = healthy({ streams: [call, answer] });
      for (const n of [0, 1, 2]) {
        tellMessage(story, 1, call.code, n, 5000 + n * 1000);
        tellMessage(story, 1, answer.code, n, 5100 + n * 1000);
      }
      return story;
    };
    expect(tell().judge(CHECKERS).verdict).toBe('pass');
    const lost = tell()
      .drop(about('stored', 1, answer.code, 2))
      .judge(CHECKERS);
    expect(lost.messages.lost).toBe(1);
    expect(lost.verdict).toBe('fail');
  });

  it('leaves out what it declares to leave out, and is in doubt about the rest', () => {
    const tell = (skips: string[]) => {
      const story = healthy({ streams: [{ ...echo, skips }] });
      tellScheduled(story, 1, echo.code);
      for (const op of ['sent', 'observed', 'acked', 'stored'] as const) {
        story.drop(about(op, 1, echo.code, 4));
      }
      const message = { device: 1, stream: echo.code, n: 4 };
      const result = story.add('not-sent', 11_000, { ...message, why: 'a whim' }).judge(CHECKERS);
      expect(unaccounted(result.messages)).toBe(0);
      return { ...result, books: result.checkers.find(({ id }) => id === 'conservation') };
    };
    const declared = tell(['a whim']);
    expect(declared.messages).toMatchObject({ notSent: 1, info: 0 });
    expect(declared.books?.undecided).toBe(0);
    const silent = tell([]);
    expect(silent.messages).toMatchObject({ notSent: 0, info: 1 });
    expect(silent.books?.undecided).toBe(1);
    expect(silent.books?.summary).toMatch(/1 undecided: .* nobody declares: a whim/);
  });

  it('is counted with the others', () => {
    const before = healthy().judge(CHECKERS).messages;
    const { messages, verdict } = told().judge(CHECKERS);
    expect(verdict).toBe('pass');
    expect(messages.intended).toBe(before.intended + ECHOES);
    expect(messages.delivered).toBe(before.delivered + ECHOES);
  });

  it('loses nothing that was acknowledged, or the run fails', () => {
    const story = told().drop(about('stored', 1, echo.code, 4));
    const { messages, verdict, checkers } = story.judge(CHECKERS);
    expect(verdict).toBe('fail');
    expect(messages.lost).toBe(1);
    expect(unaccounted(messages)).toBe(0);
    const [finding] = checkers.find(({ id }) => id === 'no-acked-loss')?.findings ?? [];
    expect(finding?.message).toMatch(/echo 4, acknowledged at 11\.0 s, never stored/);
  });
});

describe('a stream that the target itself sends', () => {
  const notice: StreamPlan = {
    name: 'notice',
    code: 64,
    way: 'down',
    from: 'target',
    noun: 'notice',
    schedule: { by: 'event' },
    arrives: 'device',
    qos: 1,
    retained: false,
    counted: true,
    measured: false,
    skips: [],
  };
  const ask: StreamPlan = {
    ...notice,
    ...{ name: 'ask', code: 65, way: 'up', from: 'device', noun: 'question', arrives: 'observer' },
  };
  const answer: StreamPlan = {
    ...notice,
    ...{ name: 'advice', code: 66, noun: 'advice', schedule: { by: 'reply', to: ask.code } },
  };
  const all = [conservation, noAckedLoss, noPhantom, duplicatesExplained, inOrder];
  const told = (): Story => healthy({ streams: [notice, ask, answer] });
  const got = (story: Story, t: number, stream: StreamPlan, n: number, hash = 7): Story =>
    story.add('received', t, { device: 1, stream: stream.code, n, hash, flags: 1 });
  const findings = (story: Story): string[] =>
    story.judge(all).checkers.flatMap((one) => one.findings.map(({ message }) => message));

  it('is not invented, and counts among what was delivered', () => {
    const before = healthy().judge(all).messages;
    const story = told();
    // In whatever order, with numbers of its own choice.
    for (const n of [3, 0, 4_000_000_000]) got(story, 8000 + (n % 7), notice, n);
    const { messages, verdict } = story.judge(all);
    expect(verdict).toBe('pass');
    expect(messages.delivered).toBe(before.delivered + 3);
    expect(messages.intended).toBe(before.intended + 3);
    expect(unaccounted(messages)).toBe(0);
  });

  it('comes once', () => {
    const story = got(got(told(), 8000, notice, 0), 9000, notice, 0);
    expect(findings(story)).toEqual([
      'pumps/north-1/1, notice 0, delivered again at 9.0 s without a cause',
    ]);
    expect(story.judge(all).messages.duplicates).toBe(1);
    // The device was gone in between, and may not have acknowledged it.
    story
      .add('offline', 8200, { device: 1, why: 'closed' })
      .add('connect', 8300, { device: 1, attempt: 1 })
      .add('online', 8400, { device: 1, present: true });
    expect(findings(story)).toEqual([]);
  });

  it('comes with the bytes with which it came', () => {
    const story = got(got(told(), 8000, notice, 0), 9000, notice, 0, 8);
    expect(findings(story).sort()).toEqual([
      'pumps/north-1/1, notice 0, delivered again at 9.0 s without a cause',
      expect.stringMatching(/received by the device at 9\.0 s, had come with other bytes before$/),
    ]);
  });

  it('answers what was asked, as often as it was asked', () => {
    const story = told();
    tellMessage(story, 1, ask.code, 0, 8000);
    got(story, 8010, answer, 0);
    expect(findings(story)).toEqual([]);
    expect(findings(got(told(), 8010, answer, 0))).toEqual([
      'pumps/north-1/1, advice 0, received by the device at 8.0 s, answers nothing that was sent',
    ]);
    got(story, 8020, answer, 0);
    expect(findings(story)).toHaveLength(1);
    const sent = { device: 1, stream: ask.code, n: 0, hash: hashFor(1, ask.code, 0), late: 0 };
    story.add('sent', 8015, { ...sent, flags: FLAG.resend | 1 });
    expect(findings(story)).toEqual([]);
  });

  it('may say something of what it said itself, also where that is late or lost', () => {
    const more: StreamPlan = { ...answer, code: 67, schedule: { by: 'reply', to: notice.code } };
    const tell = (...at: number[]): Story => {
      const story = got(healthy({ streams: [notice, more] }), 8010, more, 5);
      for (const t of at) got(story, t, notice, 5);
      return story;
    };
    for (const at of [[8000], [8020], []]) expect(findings(tell(...at))).toEqual([]);
    const { messages } = tell(8000).judge(all);
    expect(messages.delivered).toBe(healthy().judge(all).messages.delivered + 2);
    // There is nothing to say of what answers a question that nobody asked.
    const most: StreamPlan = { ...more, code: 68, schedule: { by: 'reply', to: answer.code } };
    const far = (): Story => got(healthy({ streams: [ask, answer, most] }), 8010, most, 5);
    expect(findings(far())).toEqual([expect.stringMatching(/advice 5, .* answers nothing/)]);
    const asked = far();
    tellMessage(asked, 1, ask.code, 5, 8000);
    expect(findings(got(asked, 8020, answer, 5))).toEqual([]);
    const again = ['pumps/north-1/1, advice 5, delivered again at 8.0 s without a cause'];
    for (const at of [[8000], [8005], []]) {
      expect(findings(got(tell(...at), 8030, more, 5))).toEqual(again);
    }
  });

  it('can itself be answered', () => {
    const reply: StreamPlan = { ...ask, code: 67, schedule: { by: 'reply', to: notice.code } };
    const tell = (): Story => {
      const story = got(healthy({ streams: [notice, reply] }), 8000, notice, 5);
      tellMessage(story, 1, reply.code, 5, 8010);
      return story;
    };
    expect(findings(tell())).toEqual([]);
    expect(findings(tell().drop(about('observed', 1, reply.code, 5)))).toEqual([
      expect.stringMatching(/question 5, acknowledged at 8\.0 s, never delivered/),
    ]);
  });
});

describe('a stream down that the target keeps for who subscribes later', () => {
  const wish: StreamPlan = {
    name: 'wish',
    code: 64,
    way: 'down',
    from: 'operator',
    noun: 'wish',
    schedule: { by: 'rounds', firstAt: 8000, everyMs: 1000, devices: [{ device: 1, offsetMs: 0 }] },
    arrives: 'device',
    qos: 2,
    retained: true,
    counted: true,
    measured: false,
    skips: [],
  };
  const advice: StreamPlan = { ...wish, from: 'target', schedule: { by: 'event' } };
  const all = [exactlyOnce, duplicatesExplained, inOrder, noPhantom, notVacuous, retainedCurrent];
  const failing = (story: Story): string[] =>
    story.judge(all).checkers.flatMap(({ id, findings }) => (findings.length > 0 ? [id] : []));
  const got = (story: Story, t: number, n: number, flags: number): Story =>
    story.add('received', t, { device: 1, stream: 64, n, hash: hashFor(1, 64, n), flags });
  const wished = (): Story => {
    const story = healthy({ streams: [wish], entry: { qos: 2 } });
    tellScheduled(story, 1, wish.code);
    const last = plannedCount(story.plan, wish, 1) - 1;
    const kept = { device: 1, stream: wish.code, n: last, hash: hashFor(1, wish.code, last) };
    return story.add('retained', DRAINED + 300, kept);
  };

  it('is handed over again at each return, which is no delivery', () => {
    expect(failing(got(wished(), 9500, 1, 2 | FLAG.retain))).toEqual([]);
    expect(failing(got(wished(), 9500, 1, 2))).toEqual(['exactly-once']);
  });

  it('may be handed over before what waits in the queue, itself among it', () => {
    const story = wished().drop(about('received', 1, wish.code, 1));
    got(story.drop(about('received', 1, wish.code, 2)), 10_500, 2, 2 | FLAG.retain);
    got(got(story, 10_501, 1, 2), 10_502, 2, 2);
    expect(failing(story)).toEqual([]);
    expect(failing(got(story, 10_503, 2, 2))).toEqual(['exactly-once']);
  });

  it('is missed where it is gone in the end', () => {
    const gone = wished().drop(({ op, fields }) => op === 'retained' && fields.stream === 64);
    expect(failing(gone)).toEqual(['retained-current']);
  });

  it('nobody knows of it what is current where the target itself sends it', () => {
    const story = healthy({ streams: [advice], entry: { qos: 2 } });
    expect(failing(story)).toEqual([]);
    got(got(story, 8000, 5, 2), 9000, 5, 2 | FLAG.retain);
    story.add('retained', DRAINED + 300, { device: 1, stream: 64, n: 5, hash: hashFor(1, 64, 5) });
    expect(failing(story)).toEqual([]);
    expect(story.judge(all).messages.duplicates).toBe(0);
    expect(failing(got(story, 9500, 5, 2))).toEqual(['exactly-once']);
  });

  it('may come first as what was kept where the target itself sends it', () => {
    const story = healthy({ streams: [advice], entry: { qos: 2 } });
    got(got(story, 8000, 5, 2 | FLAG.retain), 8001, 5, 2);
    expect(failing(story)).toEqual([]);
    expect(failing(got(story, 8002, 5, 2))).toEqual(['exactly-once']);
  });
});

it.each([
  { from: 'operator', sender: 'operator' },
  { from: 'target', sender: 'target' },
] as const)('what the $from sends down is told as such', ({ from, sender }) => {
  const streams = layStreams([{ name: 'a', way: 'down', schedule: { by: 'event' } }], true);
  const plan = { ...healthy().plan, streams: streams.map((one) => ({ ...one, from })) };
  expect(senderOf(plan, { device: 1, stream: 64 })).toBe(sender);
  expect(receiverOf(plan, { device: 1, stream: 64 })).toBe('pumps/north-1/1');
});
