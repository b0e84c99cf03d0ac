/**
 * One body for every device model: a new file in this folder is tested without being named
 * anywhere.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { streamKey } from '#kernel';
import type { DeviceModel, Physics } from '../device.ts';
import { drawParams } from '../draw.ts';

const DAY_MS = 86_400_000;

const folder = new URL('.', import.meta.url);
const files = readdirSync(fileURLToPath(folder)).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
);
const models = await Promise.all(
  files.map(async (name) => {
    const module = (await import(new URL(name, folder).href)) as { default: DeviceModel };
    return [name.slice(0, -3), module.default] as const;
  }),
);

function alive(
  model: DeviceModel,
  index: number,
  seed = 42,
  overrides: Record<string, number> = {},
): Physics {
  const id = `${model.kind}/north-1/${index}`;
  const values = drawParams(model.params, overrides, seed, id);
  const params: Record<string, number> = {};
  Object.keys(model.params).forEach((name, i) => {
    params[name] = values[i] ?? 0;
  });
  return model.start({ params, key: streamKey(seed, `device/${id}/signal`) });
}

function day(physics: Physics, everyMs: number): Record<string, number>[] {
  const samples: Record<string, number>[] = [];
  for (let n = 0; n * everyMs < DAY_MS; n++) samples.push(physics.sample(n * everyMs, n));
  return samples;
}

/** A legal thing to do to a device, drawn blindly. */
const acts = (model: DeviceModel) =>
  fc.array(
    fc.record({
      t: fc.integer({ min: 0, max: DAY_MS }),
      what: fc.constantFrom('on', 'off', ...numericOf(model).map(([name]) => name)),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { maxLength: 20 },
  );

/** Its commands that carry a number. */
function numericOf(model: DeviceModel): [string, { low: number; high: number }][] {
  return Object.entries(model.commands).flatMap(([name, spec]) =>
    'low' in spec ? [[name, spec] as [string, { low: number; high: number }]] : [],
  );
}

function apply(model: DeviceModel, physics: Physics, what: string, share: number, t: number): void {
  const spec = numericOf(model).find(([name]) => name === what)?.[1];
  if (spec === undefined) physics.power(what === 'on', t);
  else expect(physics.command(what, spec.low + share * (spec.high - spec.low), t)).toBe(true);
}

test('the folder is read', () => {
  expect(models.length).toBeGreaterThanOrEqual(2);
});

describe.each(models)('%s', (file, model) => {
  test('says who it is and what it measures', () => {
    expect(model.kind).toBe(file);
    expect(model.summary.length).toBeGreaterThan(10);
    expect(model.everyMs).toBeGreaterThan(0);
    expect(Object.keys(model.signals).length).toBeGreaterThan(0);
    for (const spec of Object.values(model.signals)) {
      expect(spec.high).toBeGreaterThan(spec.low);
      expect(spec.step).toBeGreaterThan(0);
    }
    for (const { value, min = -Infinity, max = Infinity, about } of Object.values(model.params)) {
      expect(value).toBeGreaterThanOrEqual(min);
      expect(value).toBeLessThanOrEqual(max);
      expect(about).not.toBe('');
    }
  });

  test('one simulated day: every declared signal, within its rails, on its steps, and alive', () => {
    const samples = day(alive(model, 1), model.everyMs);
    for (const sample of samples) {
      expect(Object.keys(sample)).toEqual(Object.keys(model.signals));
      for (const [name, { low, high, step }] of Object.entries(model.signals)) {
        const value = sample[name] ?? Number.NaN;
        const onGrid = Math.abs(value / step - Math.round(value / step)) < 1e-6;
        if (!(value >= low && value <= high && onGrid)) {
          expect.fail(`${name} = ${value} is off its rails or its grid`);
        }
      }
    }
    for (const name of Object.keys(model.signals)) {
      expect(new Set(samples.map((sample) => sample[name])).size, name).toBeGreaterThan(1);
    }
  });

  test('same seed, same values; another seed or device, others', () => {
    const samples = day(alive(model, 1), 60_000);
    expect(day(alive(model, 1), 60_000)).toEqual(samples);
    expect(day(alive(model, 2), 60_000)).not.toEqual(samples);
    expect(day(alive(model, 1, 43), 60_000)).not.toEqual(samples);
  });

  test('a sample hangs on (t, n): asking twice, or not at all, changes nothing', () => {
    const thorough = alive(model, 3);
    const sparse = alive(model, 3);
    for (let n = 0; n <= 2000; n++) {
      const t = n * 7000;
      const sample = thorough.sample(t, n);
      expect(thorough.sample(t, n)).toEqual(sample);
      thorough.truth(t);
      if (n % 97 === 0) expect(sparse.sample(t, n)).toEqual(sample);
    }
  });

  test('the noise of a measured value hangs on n', () => {
    const physics = alive(model, 4);
    const reads = Array.from({ length: 50 }, (_, n) => JSON.stringify(physics.sample(1000, n)));
    expect(new Set(reads).size).toBeGreaterThan(1);
  });

  test('any commands and power cycles at any time: still within the rails, and path-independent', () => {
    fc.assert(
      fc.property(acts(model), (drawn) => {
        const watched = alive(model, 5);
        const unwatched = alive(model, 5);
        const story = [...drawn].sort((a, b) => a.t - b.t);
        let n = 0;
        for (const { t, what, share } of story) {
          for (; n * 600_000 <= t; n++) watched.sample(n * 600_000, n);
          apply(model, watched, what, share, t);
          apply(model, unwatched, what, share, t);
        }
        const end = watched.sample(DAY_MS, 144);
        expect(unwatched.sample(DAY_MS, 144)).toEqual(end);
        for (const [name, { low, high }] of Object.entries(model.signals)) {
          expect(end[name]).toBeGreaterThanOrEqual(low);
          expect(end[name]).toBeLessThanOrEqual(high);
        }
      }),
      { seed: 10, numRuns: 40 },
    );
  });

  test('refuses what is no command or out of range, and stays as it was', () => {
    const asked = alive(model, 6);
    expect(asked.command('no-such-command', 1, 1000)).toBe(false);
    for (const [name, { low, high }] of numericOf(model)) {
      for (const value of [low - 1, high + 1, Number.NaN, Number.POSITIVE_INFINITY, {}, 'on']) {
        expect(asked.command(name, value, 1000)).toBe(false);
      }
    }
    expect(asked.truth(DAY_MS)).toEqual(alive(model, 6).truth(DAY_MS));
  });

  test('every command has an effect on what is measured', () => {
    for (const [name, { low, high }] of numericOf(model)) {
      const [lowest, highest] = [low, high].map((value) => {
        const physics = alive(model, 7);
        physics.command(name, value, 1000);
        return day(physics, 600_000);
      });
      expect(lowest).not.toEqual(highest);
    }
  });

  test('power has an effect, and being told of power that is there has none', () => {
    const dark = alive(model, 8);
    dark.power(false, 1000);
    expect(day(dark, 600_000)).not.toEqual(day(alive(model, 8), 600_000));
    const blinked = alive(model, 8);
    blinked.power(true, 1000);
    expect(blinked.truth(DAY_MS)).toEqual(alive(model, 8).truth(DAY_MS));
  });

  test('every parameter has an effect', () => {
    const plain = JSON.stringify(day(alive(model, 9), 60_000));
    for (const [name, { value, max = Infinity }] of Object.entries(model.params)) {
      const changed = Math.min(max, value * 1.3 + 1e-9);
      const samples = day(alive(model, 9, 42, { [name]: changed }), 60_000);
      expect(JSON.stringify(samples), name).not.toBe(plain);
    }
  });

  test('a fleet is not in step', () => {
    const starts = Array.from({ length: 50 }, (_, index) => alive(model, index).truth(0));
    expect(new Set(starts.map((start) => JSON.stringify(start))).size).toBe(50);
  });
});
