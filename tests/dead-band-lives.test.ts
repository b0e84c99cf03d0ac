/**
 * Readings that wander, held back by the part as its dead-band says, which is set wider and narrower
 * on the way: whoever rebuilds the series from what was said is never further away, by the oracle
 * and by a second look at the numbers.
 */
import { expect, it } from 'vitest';
import { layOps, type Mutant, type Plan, type Random, randomStream, TWIN_TRUTHS } from '#kernel';
import { BENCH_MODEL } from '../devices/duties/bench-device.ts';
import holdsNews from '../devices/mutants/dead-band-holds-news.ts';
import keepsOld from '../devices/mutants/dead-band-keeps-old.ts';
import part from '../devices/parts/dead-band.ts';
import type { DeadBandOracle } from '../twins/oracles/dead-band.ts';
import { foldHistory } from '../twins/oracles/fold-history.ts';
import { kindsOfFolder } from '../twins/oracles/testing/kinds.ts';
import { testPlan } from '../twins/oracles/testing/plan.ts';
import { TellingDevice } from './telling-device.ts';

const LIVES = 1000;
const READINGS = 60;
const MOST = 5;
const kinds = await kindsOfFolder();

/** Samples once a second. */
class Device extends TellingDevice {
  protected override get atUs(): number {
    return this.readings * 1_000_000;
  }
}

/** The oracle after a life, how far a naive reader was off at most. */
function live(seed: number, mutant: Mutant | null = null) {
  const random = randomStream(seed, 'dead-band-lives');
  const band = [0, 0.5, 2][random.below(3)] ?? 0;
  const params = { bands: { level: band }, most: MOST, silence: 1000 * (1 + random.below(20)) };
  const beside = [{ name: 'telemetry', way: 'up', schedule: { by: 'sampling' } }] as const;
  const device = new Device(part, BENCH_MODEL, params, beside);
  expect(device.factory()['band-level']).toBe(band > 0 ? band : undefined);
  device.plant(mutant);
  let [level, heard, isOff] = [10, Number.NaN, false];
  for (let n = 0; n < READINGS; n++) {
    level += (random.below(5) - 2) / 4;
    device.readings = n;
    if (random.below(8) === 0) set(device, band, random);
    const message = { stream: 0, n, intended: n * 1000, values: { level, other: n } };
    const why = device.part.holds?.(message) ?? null;
    if (why === null) heard = level;
    else device.tellAs(0, 'not-sent', { stream: 0, n, why });
    const width = device.settings()['band-level'] ?? 0;
    isOff ||= Math.abs(level - heard) > width + 1e-9;
  }
  const plan: Plan = { ...testPlan({ devices: 1, readings: READINGS }) };
  const [entry] = plan.entries;
  if (entry !== undefined) plan.entries = [{ ...entry, parts: [{ kind: 'dead-band', params }] }];
  const history = {
    plan: { ...plan, ops: layOps([part.ops ?? {}, TWIN_TRUTHS]) },
    entries: device.entries,
  };
  const oracle = foldHistory(kinds, 'dead-band', history) as DeadBandOracle;
  return { story: oracle.of(0)[0], isOff };
}

/** As its twin would: it is set in tenths, and says in the same instant how it is. */
function set(device: Device, band: number, random: Random): void {
  const width = (band / 10) * random.below(12 * MOST);
  expect(device.set('band-level', width)).toBe(band > 0 && width <= band * MOST + 1e-9);
  const settings = JSON.stringify(device.settings());
  const held = { version: 1, settings, refused: '{}', why: 'taken over' };
  device.tellAs(0, 'twin/holds', held);
}

it(`keeps within its band in ${LIVES} lives`, { timeout: 120_000 }, () => {
  let held = 0;
  for (let seed = 1; seed <= LIVES; seed++) {
    const { story, isOff } = live(seed);
    expect([story?.wrong, story?.unaccounted, isOff], `life ${seed}`).toEqual([[], [], false]);
    held += story?.held ?? 0;
  }
  expect(held).toBeGreaterThan(LIVES * 10);
});

it.each([
  ['holds news back', holdsNews],
  ['keeps the width that it had', keepsOld],
])('is found out where it %s', (_, mutant) => {
  const lives = Array.from({ length: 100 }, (_, seed) => live(seed + 1, mutant));
  for (const { story, isOff } of lives) {
    // It may be silent for too long as well.
    expect(story?.wrong.some(({ signal }) => signal !== null)).toBe(isOff);
  }
  expect(lives.filter(({ isOff }) => isOff).length).toBeGreaterThan(20);
});
