import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration } from '../time.ts';
import { readParams, writeParams } from './param-values.ts';
import type { Param, Params, ParamValue } from './params.ts';
import { formatPath, type Path } from './path.ts';

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
const AT = ['chaos', 0, 'with'];
const read = (raw: Record<string, unknown>) => readParams(PARAMS, raw, AT);

describe('readParams', () => {
  it('reads every kind and fills in defaults', () => {
    expect(read({ delay: '800ms' })).toEqual({
      values: { delay: 800, jitter: 0, share: 1, direction: 'both', hard: false },
      flaws: [],
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
      flaws: [],
    });
  });

  it('wants at least one of a group', () => {
    const limit = { kind: 'duration', about: 'A limit.', optional: true, group: 'limit' } as const;
    const grouped = (raw: Record<string, unknown>) =>
      readParams({ p50: limit, p99: limit, during: PARAMS.after as never }, raw, ['expect', 0]);
    expect(grouped({ p99: '1s' })).toEqual({ values: { p99: 1000 }, flaws: [] });
    expect(grouped({ p50: '1s', p99: '2s' }).flaws).toEqual([]);
    for (const raw of [{}, { during: 'all' }]) {
      const [flaw, ...more] = grouped(raw).flaws;
      expect(more).toEqual([]);
      expect(flaw).toMatchObject({
        path: ['expect', 0],
        message: 'expect[0] must give at least one of p50, p99',
      });
    }
    // What is given and wrong is told as that, not as missing.
    expect(grouped({ p99: 'soon' }).flaws.map(({ code }) => code)).toEqual(['bad-param']);
  });

  it('says everything that is wrong at once, each with its path', () => {
    const { values, flaws } = read({
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
    expect(
      flaws.map(({ path, message, hint }) => [formatPath(path), message, hint]),
    ).toMatchInlineSnapshot(`
      [
        [
          "chaos[0].with.delai",
          "there is no parameter 'delai' in chaos[0].with",
          "did you mean 'delay'?",
        ],
        [
          "chaos[0].with",
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
    expect(readParams({}, { x: 1 }, ['p']).flaws).toMatchObject([
      { code: 'unknown-param', path: ['p', 'x'], hint: 'it takes no parameters' },
    ]);
  });

  it('is not fooled by names every object has', () => {
    const { flaws } = read({ delay: '1s', constructor: 1, toString: 2 });
    expect(flaws.map(({ path }) => formatPath(path))).toEqual([
      'chaos[0].with.constructor',
      'chaos[0].with.toString',
    ]);
    expect(readParams(PARAMS, JSON.parse('{"__proto__": 1}'), ['p']).flaws).toHaveLength(2);
  });

  it('accepts exactly the durations within range', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), (ms) => {
        const { values, flaws } = read({ delay: formatDuration(ms) });
        const legal = ms >= 1 && ms <= 10_000;
        expect(flaws.length === 0).toBe(legal);
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
        const { values, flaws } = read(given);
        for (const [name, value] of Object.entries(values)) {
          expect(typeof value).toBe(kinds[name as keyof typeof kinds]);
          if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
        }
        for (const { path } of flaws) expect(path.slice(0, 3)).toEqual(AT);
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});

const RULES: Params = {
  rules: {
    kind: 'list',
    about: 'What to watch for.',
    min: 1,
    of: {
      kind: 'record',
      about: 'One rule.',
      fields: {
        when: { kind: 'duration', about: 'For how long.', min: '1s' },
        above: { kind: 'number', about: 'Which value.', unit: '°C' },
        after: { kind: 'text', about: 'After what.', names: 'fault', optional: true },
      },
    },
  },
  settings: {
    kind: 'map',
    about: 'Settings by name.',
    of: { kind: 'list', about: 'Steps.', of: { kind: 'share', about: 'A step.' } },
    default: {},
  },
};

describe('lists, maps and records', () => {
  const at = ['w', 0];
  const nested = (raw: Record<string, unknown>) =>
    readParams(RULES, raw, at, { namesOf: () => ['dark'], everyMs: null });

  it('are read inside out', () => {
    const rules = [
      { when: '1m', above: '4 °C', after: 'dark' },
      { when: '2s', above: 5 },
    ];
    expect(nested({ rules, settings: { fan: ['5%', 1], __proto: [] } })).toEqual({
      values: {
        rules: [
          { when: 60_000, above: 4, after: 'dark' },
          { when: 2000, above: 5 },
        ],
        settings: { fan: [0.05, 1], __proto: [] },
      },
      flaws: [],
    });
    expect(nested({ rules: [{ when: '1s', above: 1 }] }).values.settings).toEqual({});
  });

  it('tell every problem with its path inside', () => {
    const rules = [{ when: '1m', above: 4 }, 7, { when: 'soon', abov: 4, after: 'drak' }];
    const { flaws } = nested({ rules, settings: { fan: ['5%', 'much'], 'odd key': 3, '': [] } });
    expect(
      flaws.map(({ path, message, hint }) => [formatPath(path), message, hint ?? '']),
    ).toMatchInlineSnapshot(`
      [
        [
          "w[0].rules[1]",
          "w[0].rules[1] must be a map with when, above, after, not 7",
          "",
        ],
        [
          "w[0].rules[2].abov",
          "there is no parameter 'abov' in w[0].rules[2]",
          "did you mean 'above'?",
        ],
        [
          "w[0].rules[2].when",
          "w[0].rules[2].when must be a duration such as 8s, not 'soon'",
          "write a number with a unit: 250ms, 8s",
        ],
        [
          "w[0].rules[2]",
          "w[0].rules[2].above is missing",
          "Which value. Give a number (°C).",
        ],
        [
          "w[0].rules[2].after",
          "w[0].rules[2].after: there is no fault 'drak'",
          "did you mean 'dark'?",
        ],
        [
          "w[0].settings.fan[1]",
          "w[0].settings.fan[1] must be a share such as 10%, not 'much'",
          "",
        ],
        [
          "w[0].settings["odd key"]",
          "w[0].settings["odd key"] must be a list, each item a share such as 10%, not 3",
          "",
        ],
        [
          "w[0].settings[""]",
          "w[0].settings[""] is no name: 1 to 64 characters that can be seen",
          "",
        ],
      ]
    `);
    const empty = nested({ rules: [] }).flaws;
    expect(empty.map(({ message }) => message)).toMatchInlineSnapshot(`
      [
        "w[0].rules must have at least 1 of them",
      ]
    `);
  });

  it('keep a key called __proto__', () => {
    const settings = JSON.parse('{"__proto__": ["5%"]}') as Record<string, unknown>;
    const { values, flaws } = nested({ rules: [{ when: '1s', above: 1 }], settings });
    expect(flaws).toEqual([]);
    expect(JSON.stringify(values.settings)).toBe('{"__proto__":[0.05]}');
  });
});

/** Any declaration, with a value written as it asks. */
interface Case {
  param: Param;
  written: unknown;
}
const about = 'A thing.';
const single: fc.Arbitrary<Case> = fc.oneof(
  fc
    .tuple(fc.nat(1e9), fc.constantFrom('us', 'ms', 's', 'm', 'h', 'd'))
    .map(([n, unit]): Case => ({ param: { kind: 'duration', about }, written: `${n}${unit}` })),
  fc
    .nat({ max: 100_000 })
    .map((n): Case => ({ param: { kind: 'share', about }, written: `${n / 1000}%` })),
  fc
    .double({ min: 0, max: 1, noNaN: true })
    .map((n): Case => ({ param: { kind: 'share', about }, written: n })),
  fc.tuple(fc.nat(1e9), fc.constantFrom('B/s', 'kB/s', 'MB/s', 'KiB/s', 'bit/s', 'kbit/s')).map(
    ([n, unit]): Case => ({
      param: { kind: 'bytes-per-second', about },
      written: `${n}${unit}`,
    }),
  ),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((n): Case => ({ param: { kind: 'number', about, unit: 'K' }, written: n })),
  fc.integer().map((n): Case => ({ param: { kind: 'integer', about }, written: n })),
  fc.boolean().map((written): Case => ({ param: { kind: 'boolean', about }, written })),
  fc.string({ minLength: 1 }).map((written): Case => ({ param: { kind: 'text', about }, written })),
  fc
    .constantFrom('up', 'down')
    .map((written): Case => ({ param: { kind: 'choice', about, of: ['up', 'down'] }, written })),
);
const key = fc.oneof(fc.stringMatching(/^[a-z]{1,6}$/), fc.constant('odd key'));
const { any: anyCase } = fc.letrec<{ any: Case }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    single,
    fc.tuple(tie('any'), fc.nat(3)).map(
      ([{ param, written }, n]): Case => ({
        param: { kind: 'list', about, of: param },
        written: Array.from({ length: n }, () => written),
      }),
    ),
    fc.tuple(tie('any'), fc.uniqueArray(key, { maxLength: 3 })).map(
      ([{ param, written }, keys]): Case => ({
        param: { kind: 'map', about, of: param },
        written: Object.fromEntries(keys.map((name) => [name, written])),
      }),
    ),
    fc.dictionary(key, tie('any'), { maxKeys: 3, noNullPrototype: true }).map((inner): Case => {
      const parts = Object.entries(inner);
      const fields = Object.fromEntries(parts.map(([name, { param }]) => [name, param]));
      const written = Object.fromEntries(parts.map(([name, one]) => [name, one.written]));
      return { param: { kind: 'record', about, fields }, written };
    }),
  ),
}));

describe('any declaration', () => {
  it('reads what it has written as the same values', () => {
    fc.assert(
      fc.property(anyCase, ({ param, written }) => {
        const params = { x: param };
        const { values, flaws } = readParams(params, { x: written });
        expect(flaws).toEqual([]);
        const printed = writeParams(params, values);
        expect(readParams(params, printed)).toEqual({ values, flaws: [] });
        // As a file would hold it.
        expect(readParams(params, JSON.parse(JSON.stringify(printed))).flaws).toEqual([]);
      }),
      { seed: 31, numRuns: 600 },
    );
  });

  it('of any input tells problems at places that the input has, and never throws', () => {
    const raw = fc.dictionary(fc.constantFrom('x', 'y', '__proto__'), fc.anything(), {
      noNullPrototype: true,
    });
    const damaged = anyCase.chain((one) =>
      fc.tuple(fc.constant(one), fc.anything(), fc.nat(9)).map(([{ param, written }, put, at]) => ({
        param,
        raw: { x: damage(written, put, at) } as Record<string, unknown>,
      })),
    );
    const foreign = fc.tuple(anyCase, raw).map(([{ param }, given]) => ({ param, raw: given }));
    let wrong = 0;
    fc.assert(
      fc.property(fc.oneof(damaged, foreign), ({ param, raw: given }) => {
        const { values, flaws } = readParams({ x: param }, given);
        for (const { path, message } of flaws) {
          expect(isIn(given, path), formatPath(path)).toBe(true);
          expect(message).not.toMatch(/undefined|\[object|NaN/);
        }
        expect(isPlain(values)).toBe(true);
        wrong += flaws.length;
      }),
      { seed: 32, numRuns: 1500 },
    );
    expect(wrong).toBeGreaterThan(300);
  });
});

/** The same with one part, near the `at`th, replaced. */
function damage(written: unknown, put: unknown, at: number): unknown {
  if (at === 0 || typeof written !== 'object' || written === null) return put;
  const parts = Object.entries(written);
  const [name, inner] = parts[at % Math.max(1, parts.length)] ?? ['more', null];
  const next = damage(inner, put, at - 1);
  if (!Array.isArray(written)) return { ...written, [name]: next };
  return written.map((item: unknown, index) => (String(index) === name ? next : item));
}

function isIn(root: unknown, path: Path): boolean {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return false;
    value = (value as Record<string | number, unknown>)[part];
  }
  return true;
}

const isPlain = (value: ParamValue): boolean =>
  typeof value === 'object'
    ? Object.values(value).every(isPlain)
    : typeof value !== 'number' || Number.isFinite(value);

describe('what is known around the values', () => {
  const params: Params = {
    bands: {
      kind: 'map',
      about: 'How far.',
      keys: 'signal',
      of: { kind: 'number', about: 'In its unit.', min: 0 },
    },
    window: { kind: 'duration', about: 'How long.', wholeOf: 'every', optional: true },
  };
  const around = { namesOf: () => ['temperature', 'door'], everyMs: 500 };
  const told = (raw: Record<string, unknown>, known = around) =>
    readParams(params, raw, ['w'], known).flaws.map(
      ({ path, what, message, hint }) => `${formatPath(path)} ${what}: ${message}; ${hint ?? ''}`,
    );

  it('is a name that somebody must carry, as the key of a map', () => {
    expect(told({ bands: { temperature: 0.2, door: 0 } })).toEqual([]);
    expect(told({ bands: { temprature: 0.2, door: -1 } })).toEqual([
      "w.bands.temprature key: w.bands.temprature: there is no signal 'temprature'; " +
        "did you mean 'temperature'?",
      'w.bands.door value: w.bands.door must be at least 0; ',
    ]);
    expect(readParams(params, { bands: { whatever: 1 } }).flaws).toEqual([]);
  });

  it('is how often something is measured, of which a duration is a multiple', () => {
    const window = (written: string, known = around) => told({ bands: {}, window: written }, known);
    expect(window('500ms')).toEqual([]);
    expect(window('1m')).toEqual([]);
    expect(window('1.2s')).toEqual([
      'w.window value: w.window must be a multiple of every, which is 500ms, not 1.2s; write 1s',
    ]);
    expect(window('0s')).toHaveLength(1);
    expect(window('1.2s', { ...around, everyMs: null as unknown as number })).toEqual([]);
  });
});
