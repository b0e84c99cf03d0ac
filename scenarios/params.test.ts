import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, type Params } from '#kernel';
import { parseParams } from './params.ts';

const PARAMS: Params = {
  delay: { kind: 'duration', about: 'One way.', min: '1ms', max: '10s' },
  jitter: { kind: 'duration', about: 'Around it.', default: '0ms' },
  share: { kind: 'share', about: 'How many.', default: '100%' },
  rate: { kind: 'bytes-per-second', about: 'How fast.', optional: true },
  drift: { kind: 'number', about: 'How far.', unit: '/min', optional: true, min: 0, max: 2 },
  times: { kind: 'integer', about: 'How often.', optional: true, min: 1 },
  direction: { kind: 'choice', about: 'Which way.', of: ['both', 'up', 'down'], default: 'both' },
  after: { kind: 'text', about: 'After what.', names: 'fault', optional: true },
  hard: { kind: 'boolean', about: 'How.', default: false },
};
const read = (raw: Record<string, unknown>) => parseParams(PARAMS, raw, 'chaos[0].with');

describe('parseParams', () => {
  it('reads every kind and fills in defaults', () => {
    expect(read({ delay: '800ms' })).toEqual({
      values: { delay: 800, jitter: 0, share: 1, direction: 'both', hard: false },
      problems: [],
    });
    const everything = read({
      delay: '1s',
      jitter: '5ms',
      share: 0.5,
      rate: '20kB/s',
      drift: '0.5/min',
      times: 3,
      direction: 'up',
      after: 'north-dark',
      hard: true,
    });
    expect(everything).toEqual({
      values: {
        delay: 1000,
        jitter: 5,
        share: 0.5,
        rate: 20_000,
        drift: 0.5,
        times: 3,
        direction: 'up',
        after: 'north-dark',
        hard: true,
      },
      problems: [],
    });
  });

  it('wants at least one of a group', () => {
    const limit = { kind: 'duration', about: 'A limit.', optional: true, group: 'limit' } as const;
    const grouped = (raw: Record<string, unknown>) =>
      parseParams({ p50: limit, p99: limit, during: PARAMS.after as never }, raw, 'expect[0]');
    expect(grouped({ p99: '1s' })).toEqual({ values: { p99: 1000 }, problems: [] });
    expect(grouped({ p50: '1s', p99: '2s' }).problems).toEqual([]);
    for (const raw of [{}, { during: 'all' }]) {
      const [problem, ...more] = grouped(raw).problems;
      expect(more).toEqual([]);
      expect(problem).toMatchObject({
        path: 'expect[0]',
        message: 'expect[0] must give at least one of p50, p99',
      });
    }
    // What is given and wrong is told as that, not as missing.
    expect(grouped({ p99: 'soon' }).problems.map(({ code }) => code)).toEqual(['bad-param']);
  });

  it('says everything that is wrong at once, each with its path', () => {
    const { values, problems } = read({
      delai: '1s',
      jitter: 5,
      share: '120%',
      rate: '20',
      drift: '3/min',
      times: 1.5,
      direction: 'upp',
      after: 7,
      hard: null,
    });
    expect(values).toEqual({});
    expect(problems.map(({ path, message, hint }) => [path, message, hint])).toMatchInlineSnapshot(`
      [
        [
          "chaos[0].with.delai",
          "there is no parameter 'delai' in chaos[0].with",
          "did you mean 'delay'?",
        ],
        [
          "chaos[0].with.delay",
          "chaos[0].with.delay is missing",
          "One way. Give a duration such as 8s.",
        ],
        [
          "chaos[0].with.jitter",
          "chaos[0].with.jitter must be a duration such as 8s, not 5",
          "write a number with a unit: 250ms, 8s",
        ],
        [
          "chaos[0].with.share",
          "chaos[0].with.share must be at most 100%",
          undefined,
        ],
        [
          "chaos[0].with.rate",
          "chaos[0].with.rate must be a rate such as 20kB/s, not '20'",
          "write a number with a unit: 500B/s, 20kB/s",
        ],
        [
          "chaos[0].with.drift",
          "chaos[0].with.drift must be at most 2",
          undefined,
        ],
        [
          "chaos[0].with.times",
          "chaos[0].with.times must be a whole number, not 1.5",
          undefined,
        ],
        [
          "chaos[0].with.direction",
          "chaos[0].with.direction must be both, up or down, not 'upp'",
          "did you mean 'up'?",
        ],
        [
          "chaos[0].with.after",
          "chaos[0].with.after must be the name of a fault, not 7",
          undefined,
        ],
        [
          "chaos[0].with.hard",
          "chaos[0].with.hard is empty, and must be true or false",
          undefined,
        ],
      ]
    `);
  });

  it('says when a plug-in takes nothing', () => {
    expect(parseParams({}, { x: 1 }, 'p').problems).toMatchObject([
      { code: 'unknown-param', path: 'p.x', hint: 'it takes no parameters' },
    ]);
  });

  it('is not fooled by names every object has', () => {
    const { problems } = read({ delay: '1s', constructor: 1, toString: 2 });
    expect(problems.map((problem) => problem.path)).toEqual([
      'chaos[0].with.constructor',
      'chaos[0].with.toString',
    ]);
    expect(parseParams(PARAMS, JSON.parse('{"__proto__": 1}'), 'p').problems).toHaveLength(2);
  });

  it('accepts exactly the durations within range', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), (ms) => {
        const { values, problems } = read({ delay: formatDuration(ms) });
        const legal = ms >= 1 && ms <= 10_000;
        expect(problems.length === 0).toBe(legal);
        if (legal) expect(values.delay).toBeCloseTo(ms, 6);
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it('never throws, and never yields a value of a wrong type', () => {
    const kinds = {
      delay: 'number',
      jitter: 'number',
      share: 'number',
      rate: 'number',
      drift: 'number',
      times: 'number',
      direction: 'string',
      after: 'string',
      hard: 'boolean',
    };
    const raw = fc.record(
      Object.fromEntries(Object.keys(PARAMS).map((name) => [name, fc.anything()])),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(raw, (given) => {
        const { values, problems } = read(given);
        for (const [name, value] of Object.entries(values)) {
          expect(typeof value).toBe(kinds[name as keyof typeof kinds]);
          if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
        }
        for (const problem of problems) expect(problem.path).toMatch(/^chaos\[0\]\.with\./);
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});
