/**
 * A stream is data: one that a capability brings is judged like the five that every plan has,
 * without a word about it anywhere.
 */
import { describe, expect, it } from 'vitest';
import type { StreamPlan } from '#kernel';
import conservation from '../checkers/conservation.ts';
import noAckedLoss from '../checkers/no-acked-loss.ts';
import { about, healthy, type Story, tellMessage, tellScheduled } from '../testing/story.ts';
import { unaccounted } from '../wording.ts';

const CHECKERS = [conservation, noAckedLoss];

describe('a stream that a capability brings', () => {
  const echo: StreamPlan = {
    name: 'echo',
    code: 64,
    way: 'up',
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
