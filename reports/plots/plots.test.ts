import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passing } from '../reporters/fixtures/results.ts';
import { readTags } from '../reporters/fixtures/tags.ts';
import type { CourseStretch, Series } from '../result.ts';
import type { Band } from './bands.ts';
import { courseChart, tonesOf } from './course-chart.ts';
import { heatMap } from './heat-map.ts';
import { embeddedJson, markup } from './markup.ts';
import { percentileCurve } from './percentile-curve.ts';
import { recoveryLadder } from './recovery-ladder.ts';
import { linearScale, spreadScale, timeTicks } from './scale.ts';
import { visibleShares } from './stacked-bar.ts';
import { isLogarithmic, peakOf, timeChart } from './time-chart.ts';

const series = (values: (number | null)[], unit = 'ms'): Series => ({
  name: 'p99',
  unit,
  t0: 0,
  step: 100,
  values,
});

const chart = (
  values: (number | null)[],
  shape: 'line' | 'area' | 'bars' = 'line',
  unit = 'ms',
) => ({
  title: 'Latency',
  span: { from: 0, to: values.length * 100 },
  curves: [{ series: series(values, unit), label: 'p99', shape, tone: 's-p99' }],
  bands: [],
  phases: [],
});

const paths = (
  values: (number | null)[],
  shape?: 'line' | 'area' | 'bars',
  unit?: string,
): string[] =>
  readTags(timeChart(chart(values, shape, unit)).text, true).flatMap(
    ({ attributes }) => attributes.get('d') ?? [],
  );

describe('markup', () => {
  it('escapes what is put in and not what is written', () => {
    expect(
      markup`<b title="${'"&\'`'}">${'<i>'}${markup`<u/>`}${[1, null, 'x']}${false}</b>`.text,
    ).toBe('<b title="&#34;&#38;&#39;&#96;">&#60;i&#62;<u/>1x</b>');
  });

  it('embeds JSON that reads back and cannot end its element', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { text } = embeddedJson(value);
        expect(text).not.toMatch(/[<>&\u2028\u2029]/);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { seed: 5 },
    );
  });
});

describe('scales', () => {
  it('hold every value and put it between their ticks', () => {
    const positive = fc.double({ min: 1e-6, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(fc.array(positive, { minLength: 1 }), (values) => {
        const largest = Math.max(...values);
        for (const scale of [linearScale(largest), spreadScale(values)]) {
          expect(scale.to).toBeGreaterThanOrEqual(largest * (1 - 1e-9));
          for (const value of values) expect(scale.at(value)).toBeGreaterThanOrEqual(0);
          expect(scale.at(largest)).toBeLessThanOrEqual(1);
          expect(scale.ticks.length).toBeGreaterThan(0);
          expect(scale.ticks.length).toBeLessThan(12);
          expect([...scale.ticks].sort((a, b) => a - b)).toEqual(scale.ticks);
        }
      }),
      { seed: 9 },
    );
  });

  it('have whole ticks where they count', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (largest) => {
        const { ticks, to } = linearScale(largest, true);
        expect(to).toBeGreaterThanOrEqual(largest);
        expect(ticks.length).toBeLessThan(7);
        expect(ticks.filter((tick) => !Number.isInteger(tick))).toEqual([]);
      }),
      { seed: 9 },
    );
    expect(linearScale(1, true).ticks).toEqual([0, 1]);
    expect(linearScale(2, true).ticks).toEqual([0, 1, 2]);
    expect(linearScale(10, true).ticks).toEqual([0, 5, 10]);
    expect(linearScale(2).ticks).toEqual([0, 0.5, 1, 1.5, 2]);
  });

  it('become logarithmic only when values spread far', () => {
    expect(spreadScale([10, 400]).kind).toBe('linear');
    expect(spreadScale([10, 6000])).toMatchObject({
      kind: 'log',
      from: 10,
      to: 10_000,
      ticks: [10, 100, 1000, 10_000],
    });
    expect(spreadScale([]).kind).toBe('linear');
    expect(spreadScale([0, 0]).to).toBe(1);
  });

  it('tick time at round instants inside the span', () => {
    expect(timeTicks({ from: 0, to: 64_000 }).map(({ label }) => label)).toEqual([
      '0',
      '10s',
      '20s',
      '30s',
      '40s',
      '50s',
      '1m',
    ]);
    expect(timeTicks({ from: 0, to: 3_600_000 }).map(({ label }) => label)).toContain('30m');
    expect(timeTicks({ from: 5, to: 5 })).toEqual([]);
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e10, noNaN: true }), (to) => {
        const ticks = timeTicks({ from: 0, to });
        expect(ticks.length).toBeGreaterThan(1);
        expect(ticks.length).toBeLessThan(25);
        for (const { t } of ticks) expect(t).toBeLessThanOrEqual(to * (1 + 1e-9));
      }),
      { seed: 13 },
    );
  });
});

describe('charts over time', () => {
  it('leave gaps where nothing was measured', () => {
    expect(paths([1, 2, null, 2, 1])).toEqual(['M100 80L300 0M700 0L900 80']);
    expect(paths([null, null])).toEqual(['']);
    expect(paths([null, 2, null])).toEqual(['M500 0h0.01']);
  });

  it('close areas at the ground and draw a bar per value that is not zero', () => {
    expect(paths([2, 2], 'area', 'devices')).toEqual([
      'M250 0L750 0L750 160L250 160Z',
      'M250 0L750 0',
    ]);
    expect(paths([0, 2], 'bars', 'messages')).toEqual(['M540 160V0H960V160Z']);
  });

  it('say the peak and when it was', () => {
    expect(peakOf(series([1, 9, null]))).toEqual({ value: 9, t: 150 });
    expect(peakOf(series([null]))).toBeUndefined();
    expect(timeChart(chart([1, 9])).text).toContain('p99: highest 9 ms at 0.150 s');
  });

  it('put a log axis under values that spread, for durations only', () => {
    expect(isLogarithmic(chart([1, 900]))).toBe(true);
    expect(isLogarithmic(chart([1, 900], 'line', 'devices'))).toBe(false);
  });
});

describe('the other plots', () => {
  it('widen slivers without changing the whole', () => {
    const counts = fc.array(fc.nat({ max: 1_000_000 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(counts, (parts) => {
        const shares = visibleShares(parts);
        const whole = parts.reduce((sum, part) => sum + part, 0);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(whole > 0 ? 1 : 0, 9);
        parts.forEach((part, index) => {
          if (part > 0) expect(shares[index]).toBeGreaterThan(0.005);
          else expect(shares[index]).toBe(0);
        });
      }),
      { seed: 17 },
    );
  });

  it('colour only the cells that were met, and find no inherited name', () => {
    const fault = passing.faults[0];
    const states = [{ state: 'a', visits: 2, devices: 1, during: { 'north-dark': 2 } }];
    const faults = fault === undefined ? [] : [fault, { ...fault, id: 'constructor' }];
    const cells = readTags(heatMap(states, faults).text, true).filter(({ name }) => name === 'td');
    expect(cells.map(({ attributes }) => attributes.get('style'))).toEqual([
      undefined,
      undefined,
      '--heat:1',
      undefined,
    ]);
  });

  it('draw a recovery only where somebody left and came back', () => {
    const recovery = passing.faults[0]?.recovery;
    if (!recovery) throw new Error('the fixture has a recovery');
    expect(recoveryLadder(recovery)?.text).toContain(
      '95 % after 2.31 s, 99 % after 3.16 s, 100 % after 4.02 s',
    );
    expect(recoveryLadder(recovery)?.text).not.toContain('50 % after');
    expect(recoveryLadder({ ...recovery, disconnectedShare: 0 })).toBeUndefined();
    const never = { to50Ms: null, to95Ms: null, to99Ms: null, to100Ms: null };
    expect(recoveryLadder({ ...recovery, ...never })).toBeUndefined();
  });

  it('draw a curve per phase that has values', () => {
    const none = {
      name: 'drain',
      count: 0,
      p50: null,
      p90: null,
      p99: null,
      p999: null,
      max: null,
    };
    const rows = passing.latency.map(({ phase, ...figures }) => ({ name: phase, ...figures }));
    const text = percentileCurve('Latency', [...rows, none]).text;
    expect(text).toContain('chaos');
    expect(text).not.toContain('drain');
    expect(percentileCurve('Latency', [none]).text).toContain('Nothing was measured.');
  });
});

describe('a course', () => {
  const parts = (all: number[][]) =>
    all.map((values, at) => ({
      sense: at === all.length - 1 ? ('good' as const) : ('way' as const),
      series: { name: `part ${at}`, unit: 'devices', t0: 0, step: 100, values },
    }));
  const drawn = (all: number[][], rows: CourseStretch[][] = [], bands: Band[] = []): string =>
    courseChart({
      course: { title: 'Tides', about: 'All of it.', parts: parts(all), rows },
      span: { from: 0, to: (all[0]?.length ?? 1) * 100 },
      bands,
      phases: [],
    }).text;
  const areas = (text: string): string[] =>
    readTags(text, true).flatMap(({ attributes }) => attributes.get('d') ?? []);

  it('stacks its parts from the ground, each as high as there are of it', () => {
    const [above, below] = areas(
      drawn([
        [2, 1],
        [2, 3],
      ]),
    );
    expect(below).toBe('M0 95H500V47.5H1000V190H500H0Z'.replace('H500H0', 'H0'));
    expect(above).toBe('M0 0H1000V47.5H500V95H0Z');
  });

  it('covers the whole picture, whatever the parts', () => {
    const counts = fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)), { minLength: 1 });
    fc.assert(
      fc.property(counts, (columns) => {
        // A whole stays as large as it is.
        const all = columns.map((column) => [...column, 27 - column.reduce((a, b) => a + b)]);
        const text = drawn([0, 1, 2, 3].map((part) => all.map((column) => column[part] ?? 0)));
        const surface = areas(text).reduce((sum, path) => sum + surfaceOf(path), 0);
        expect(Math.abs(surface - 1000 * 190)).toBeLessThan(1 + columns.length * 40);
      }),
      { seed: 8, numRuns: 50 },
    );
  });

  it('shows the longest text that fits, and all of it to who asks', () => {
    const stretch = (from: number, to: number): CourseStretch => ({
      ...{ from, to, sense: 'bad' },
      labels: ['a very long text about one wave of many', 'wave 1', '1'],
    });
    const texts = (to: number, more: CourseStretch[] = []): string[] =>
      drawn([[...Array(10).keys()]], [[stretch(0, to), ...more]])
        .match(/wide-only" [^>]*>[^<]*/g)
        ?.map((text) => text.replace(/[\s\S]*>/, '')) ?? [];
    expect(texts(900)[0]).toMatch(/^a very long/);
    // Behind it there is room, and inside there is not.
    expect(texts(10)[0]).toMatch(/^a very long/);
    expect(texts(100, [stretch(100, 900)])[0]).toBe('wave 1');
    expect(drawn([[1]], [[stretch(0, 1)]])).toContain('<title>a very long');
  });

  it('marks where a stretch ended well or badly, and nothing else', () => {
    const rows = (['rest', 'way', 'good', 'bad'] as const).map((sense, at) => [
      { from: 0, to: at * 10, labels: [sense], sense },
    ]);
    expect(drawn([[1]], rows).match(/class="decided g-(good|bad)0"/g)).toHaveLength(2);
  });

  it('gives each sense its colours in order', () => {
    const senses = ['rest', 'way', 'way', 'bad', 'bad', 'bad', 'good'] as const;
    expect(tonesOf(senses.map((sense) => ({ sense })))).toEqual(
      'g-rest0 g-way0 g-way1 g-bad0 g-bad1 g-bad0 g-good0'.split(' '),
    );
  });
});

/** Of what a path of level and upright lines encloses. */
function surfaceOf(path: string): number {
  return path.split('Z').reduce((sum, loop) => sum + Math.abs(loopOf(loop)), 0);
}

function loopOf(loop: string): number {
  let [x, y, sum] = [0, 0, 0];
  for (const [, letter, text] of loop.matchAll(/([MHV])([^MHV]*)/g)) {
    const [a = 0, b = 0] = (text ?? '').split(' ').map(Number);
    if (letter === 'M') [x, y] = [a, b];
    else if (letter === 'V') y = a;
    else {
      sum += (a - x) * y;
      x = a;
    }
  }
  return sum;
}
