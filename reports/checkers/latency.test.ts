/** Each limit is that of its own percentile, over its own stretch, of what was sent. */
import { describe, expect, it } from 'vitest';
import { about, healthy, type Story, TELEMETRY } from '../testing/story.ts';
import latency from './latency.ts';

/** 1,600 readings in the steady phase, of which so many come half a second late. */
function slow(count: number, params: Readonly<Record<string, number | string>>): Story {
  const story = healthy({
    entry: { everyMs: 10 },
    expect: [{ checker: 'latency', params: { during: 'steady', ...params } }],
  });
  let left = count;
  return story.change(
    ({ op, t }) => op === 'observed' && t > 2500 && t < 5500 && left-- > 0,
    ({ t }) => ({ t: t + 500 }),
  );
}

describe('a limit on latency', () => {
  it.each([
    ['p50', 800],
    ['p90', 160],
    ['p99', 16],
    ['p999', 1],
    ['max', 0],
  ] as const)('%s bears %i slow readings of 1,600, and not one more', (name, borne) => {
    expect(slow(borne, { [name]: 100 }).ask(latency)).toMatchObject({
      verdict: 'pass',
      decided: 1600,
    });
    const broken = slow(borne + 1, { [name]: 100 }).ask(latency);
    expect(broken.verdict).toBe('fail');
    expect(broken.findings[0]?.message).toMatch(new RegExp(`^${name} during steady was 50\\d ms`));
  });

  it('is what the result says of that stretch, too', () => {
    const rows = (count: number) => {
      const row = slow(count, { max: 1000 })
        .judge([])
        .latency.find(({ phase }) => phase === 'steady');
      const { p50, p90, p99, p999, max } = row ?? {};
      return [p50, p90, p99, p999, max]
        .map((value) => ((value ?? 0) > 400 ? 'slow' : 'fast'))
        .join(' ');
    };
    expect(rows(0)).toBe('fast fast fast fast fast');
    expect(rows(1)).toBe('fast fast fast fast slow');
    expect(rows(2)).toBe('fast fast fast slow slow');
    expect(rows(17)).toBe('fast fast slow slow slow');
    expect(rows(161)).toBe('fast slow slow slow slow');
    expect(rows(801)).toBe('slow slow slow slow slow');
  });
});

/** Readings of device 1 that are intended within come half a second late. */
function slowFrom(from: number, to: number, during: string): Story {
  return healthy({ expect: [{ checker: 'latency', params: { max: 100, during } }] }).change(
    ({ op, fields, t }) =>
      op === 'observed' &&
      fields.device === 1 &&
      fields.stream === TELEMETRY &&
      t >= from &&
      t < to,
    ({ t }) => ({ t: t + 500 }),
  );
}

describe('the stretch it is measured over', () => {
  it('is, as `all`, from the steady phase to the end of sampling', () => {
    const asked = (from: number, to: number) => slowFrom(from, to, 'all').ask(latency).verdict;
    expect(asked(0, 2000)).toBe('pass');
    expect(asked(2000, 3100)).toBe('fail');
    expect(asked(9000, 10_100)).toBe('fail');
    expect(asked(19_000, 20_100)).toBe('fail');
    const { obligations } = slowFrom(0, 0, 'all').ask(latency);
    expect(obligations).toBe(4 * 18);
    const all = slowFrom(0, 0, 'all')
      .judge([])
      .latency.find(({ phase }) => phase === 'all');
    expect(all?.count).toBe(obligations);
  });

  it('is, as a phase, that phase alone', () => {
    expect(slowFrom(9000, 10_100, 'steady').ask(latency).verdict).toBe('pass');
    expect(slowFrom(9000, 10_100, 'chaos').ask(latency).verdict).toBe('fail');
  });
});

describe('a reading that nobody saw', () => {
  /** Three readings of device 1 did not go, or went and were not seen. */
  const unseen = (why: string | null): Story => {
    const story = slowFrom(0, 0, 'steady');
    for (const n of [1, 2, 3]) {
      story.drop(about('observed', 1, TELEMETRY, n));
      if (why === null) continue;
      for (const op of ['sent', 'acked'] as const) story.drop(about(op, 1, TELEMETRY, n));
      story.add('not-sent', 2000, { device: 1, stream: TELEMETRY, n, why });
    }
    return story;
  };

  it('is none where it was never sent', () => {
    expect(unseen('device-off').ask(latency)).toMatchObject({ verdict: 'pass', undecided: 0 });
  });

  it('leaves it open where it was sent, or waited too long to be', () => {
    expect(unseen(null).ask(latency)).toMatchObject({ verdict: 'unknown', undecided: 3 });
    for (const why of ['buffer-overflow', 'still-buffered']) {
      expect(unseen(why).ask(latency)).toMatchObject({ verdict: 'unknown', undecided: 3 });
    }
  });
});
