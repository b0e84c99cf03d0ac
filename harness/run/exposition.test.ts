/** What Prometheus is given: well formed, adding up, and no longer for a larger fleet. */
import { describe, expect, it } from 'vitest';
import { benchPlan } from '#oracles';
import { Tally } from '../fleet/tally.ts';
import { Exposition } from './exposition.ts';
import { addBins, binsOf, emptyBins, LATENCY_BOUNDS_S } from './latency-bins.ts';
import { progressOf as toldOf } from './progress.ts';

const AT = { phase: 'steady', t: 1234.5, end: 60_000, activeFaults: ['dark'] };

/** As the conductor tells it: of latencies all that there were so far. */
const progressOf = (...snapshots: readonly ReturnType<typeof snapshotOf>[]) => {
  const latest = snapshots.at(-1) ?? snapshotOf();
  const latency = snapshots.map((one) => binsOf(one.latency)).reduce(addBins, emptyBins());
  return toldOf(latest, { ...AT, latency });
};

function plan(devices: number, faults: readonly string[] = ['dark', 'torn']) {
  const made = benchPlan({ devices, readings: 9 });
  return {
    ...made,
    scenario: { ...made.scenario, name: 'a "quoted" \\ name\nof two lines' },
    faults: faults.map((id) => ({ id, fault: 'outage' }) as (typeof made.faults)[number]),
  };
}

function snapshotOf(...latencies: readonly number[]) {
  const tally = new Tally(3);
  latencies.forEach((ms, n) => {
    tally.noteObserved(0, 0, n, ms);
  });
  return tally.snapshot();
}

/** Every line that is no comment, by name and labels. */
const samples = (text: string): Map<string, number> =>
  new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const at = line.lastIndexOf(' ');
        return [line.slice(0, at), Number(line.slice(at + 1))];
      }),
  );

describe('the text', () => {
  it('says what is known before anything is', () => {
    const read = samples(new Exposition(plan(3)).text());
    expect(read.get('twinstorm_run_seconds')).toBe(0);
    expect(read.get('twinstorm_latency_seconds_count')).toBe(0);
    expect(read.get('twinstorm_fault_standing{id="dark",fault="outage"}')).toBe(0);
    expect(read.get('twinstorm_devices{is="all"}')).toBe(3);
    expect(read.get('twinstorm_devices{is="connected"}')).toBe(0);
  });

  it('has every line from the first time on, and counters at nothing', () => {
    const exposition = new Exposition(plan(3));
    const first = samples(exposition.text());
    exposition.note(progressOf(snapshotOf(1)));
    expect([...first.keys()]).toEqual([...samples(exposition.text()).keys()]);
    const counters = [...first].filter(([name]) => /_total/.test(name));
    expect(counters.length).toBeGreaterThan(5);
    expect(counters.filter(([, value]) => value !== 0)).toEqual([]);
  });

  it('says phase, counts and standing faults', () => {
    const exposition = new Exposition(plan(3));
    exposition.note(progressOf(snapshotOf(1, 2, 30_000)));
    const read = samples(exposition.text());
    expect(read.get('twinstorm_phase{phase="steady"}')).toBe(1);
    expect(read.get('twinstorm_phase{phase="chaos"}')).toBe(0);
    expect(read.get('twinstorm_messages_total{is="observed"}')).toBe(3);
    expect(read.get('twinstorm_messages_total{is="late"}')).toBe(1);
    expect(read.get('twinstorm_devices{is="all"}')).toBe(3);
    expect(read.get('twinstorm_faults_standing')).toBe(1);
    expect(read.get('twinstorm_fault_standing{id="dark",fault="outage"}')).toBe(1);
    expect(read.get('twinstorm_fault_standing{id="torn",fault="outage"}')).toBe(0);
  });

  it('each metric has its help and its type before its samples, and stands once', () => {
    const exposition = new Exposition(plan(3));
    exposition.note(progressOf(snapshotOf(5)));
    const names = [...exposition.text().matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name]) => name);
    expect(new Set(names).size).toBe(names.length);
    expect([...exposition.text().matchAll(/^# HELP (\S+) \S/gm)]).toHaveLength(names.length);
    for (const line of exposition.text().trimEnd().split('\n')) {
      expect(line).toMatch(/^(?:# (?:HELP|TYPE) .+|twinstorm_\w+(?:\{.*\})? -?[\d.e+-]+)$/);
    }
  });

  it('escapes what a name may hold', () => {
    expect(new Exposition(plan(1)).text()).toContain(
      'scenario="a \\"quoted\\" \\\\ name\\nof two lines"',
    );
  });

  it('is no longer for more devices, and bounded for more faults', () => {
    const many = Array.from({ length: 200 }, (_, k) => `f${k}`);
    const lines = (exposition: Exposition): number => {
      exposition.note(progressOf(snapshotOf(1)));
      return exposition.text().split('\n').length;
    };
    expect(lines(new Exposition(plan(5000)))).toBe(lines(new Exposition(plan(1))));
    expect(lines(new Exposition(plan(1, many)))).toBeLessThan(lines(new Exposition(plan(1))));
  });
});

describe('latencies', () => {
  it('are of the whole run, each below its bound', () => {
    const exposition = new Exposition(plan(1));
    exposition.note(progressOf(snapshotOf(0.5, 4, 80), snapshotOf(4, 700, 90_000)));
    const read = samples(exposition.text());
    const below = (le: string) => read.get(`twinstorm_latency_seconds_bucket{le="${le}"}`);
    expect([below('0.001'), below('0.005'), below('0.1'), below('1')]).toEqual([1, 3, 4, 5]);
    expect([below('60'), below('+Inf')]).toEqual([5, 6]);
    expect(read.get('twinstorm_latency_seconds_count')).toBe(6);
    const sum = read.get('twinstorm_latency_seconds_sum') ?? 0;
    expect(sum / 90.7885).toBeGreaterThan(0.99);
    expect(sum / 90.7885).toBeLessThan(1.06);
  });

  it('are whole though a progress was passed over, or came twice', () => {
    const exposition = new Exposition(plan(1));
    const [first, second] = [snapshotOf(3), snapshotOf(4)];
    exposition.note(progressOf(first, second));
    exposition.note(progressOf(first, second));
    expect(samples(exposition.text()).get('twinstorm_latency_seconds_count')).toBe(2);
  });

  it('never fall', () => {
    const exposition = new Exposition(plan(1));
    exposition.note(progressOf(snapshotOf(1, 10, 100, 1000, 10_000, 100_000)));
    const buckets = [...samples(exposition.text())].filter(([name]) => name.includes('_bucket'));
    expect(buckets).toHaveLength(LATENCY_BOUNDS_S.length + 1);
    const counts = buckets.map(([, count]) => count);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
  });

  it('of nothing are nothing, and sums of sums are sums', () => {
    expect(binsOf(snapshotOf().latency)).toEqual(emptyBins());
    const [a, b] = [snapshotOf(3, 30), snapshotOf(300)].map(({ latency }) => binsOf(latency));
    if (a === undefined || b === undefined) throw new Error('there are two');
    expect(addBins(a, b).counts).toEqual(binsOf(snapshotOf(3, 30, 300).latency).counts);
  });
});
