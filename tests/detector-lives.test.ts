/**
 * A detector lived through at random, with models of every form that come, are tried, kept and
 * given up: what it does is told as a ledger would, and the oracle, which shares no code with it,
 * must find nothing wrong; with each bug of its firmware, something.
 */
import { describe, expect, it } from 'vitest';
import {
  type Detector,
  layOps,
  type Mutant,
  OTA_TRUTHS,
  type Plan,
  type Random,
  randomStream,
  type TreeDetector,
} from '#kernel';
import { BENCH_MODEL } from '../devices/duties/bench-device.ts';
import { TURNS } from '../devices/duties/part-duties.ts';
import neverFallsBack from '../devices/mutants/detector-never-falls-back.ts';
import obeysShadow from '../devices/mutants/detector-obeys-shadow.ts';
import part from '../devices/parts/detector.ts';
import type { DetectorOracle } from '../twins/oracles/detector.ts';
import { foldHistory } from '../twins/oracles/fold-history.ts';
import { kindsOfFolder } from '../twins/oracles/testing/kinds.ts';
import { testPlan } from '../twins/oracles/testing/plan.ts';
import { TellingDevice } from './telling-device.ts';

const LIVES = 2000;
const STEPS = 80;
const kinds = await kindsOfFolder();
const BESIDE = [{ name: 'telemetry', way: 'up', schedule: { by: 'sampling' }, measured: true }];

function treeOf(random: Random): TreeDetector['nodes'] {
  const count = 1 + random.below(6);
  return Array.from({ length: count }, (_, at) => {
    const left = count - at - 1;
    if (left === 0 || random.below(3) === 0) return { odd: random.below(2) === 0 };
    const [yes, no] = [at + 1 + random.below(left), at + 1 + random.below(left)];
    const on = random.below(2) === 0 ? 'value' : 'change';
    return { on, below: on === 'value' ? random.below(30) : random.below(9) - 4, yes, no };
  });
}

function modelOf(random: Random): Detector {
  const made = { mean: 5 + random.below(20), spread: 1 + random.below(4) };
  if (random.below(2) === 0) return { form: 'tree', ...made, nodes: treeOf(random) };
  return { form: 'line', ...made, change: random.below(3), beyond: 1 + random.below(4) };
}

const digestOf = (version: number): string => String(version).padStart(64, '0');

function live(seed: number, mutant: Mutant | null = null) {
  const random = randomStream(seed, 'detector-lives');
  const bounds = { above: 20 + random.below(8), ...(random.below(2) === 0 ? { below: 4 } : {}) };
  const params = {
    ...{ reads: 'level', ...bounds, over: 1 + random.below(6) },
    ...{ agree: [0, 0.5, 0.8, 1][random.below(4)] ?? 1, window: 2 + random.below(5), drift: 1.5 },
  };
  const models = [0, 1, 2].map(() => modelOf(random));
  const device = new TellingDevice(part, BENCH_MODEL, params as never, BESIDE as never);
  device.plant(mutant);
  device.call('begin');
  let [kept, trial, level, n]: [number, number, number, number] = [-1, -1, 15, 0];
  const given = (at: number) =>
    at < 0 ? null : { version: `1.0.${at}`, sha256: digestOf(at), says: models[at] };
  let told: { kept: number; trial: number } | null = null;
  const tell = (at: number, isTrial: boolean): void =>
    device.tellAs(0, 'ota/uses', {
      ...{ kind: 'model', version: at < 0 ? '' : `1.0.${at}`, counter: 2 },
      ...{ sha256: at < 0 ? '' : digestOf(at), trial: isTrial },
    });
  /** As the flash would tell it, and hand it out. */
  const hand = (): void => {
    if (told?.kept === kept && told.trial === trial) return;
    const isNew = kept >= 0 && told?.kept !== kept;
    told = { kept, trial };
    if (trial < 0 || isNew) tell(kept, false);
    if (trial >= 0) tell(trial, true);
    device.call('given', { kind: 'model', kept: given(kept), trial: given(trial) });
  };
  const boot = (): void => {
    device.tellAs(0, 'boot', { epoch: device.epoch + 1, cause: 'power-on' });
    TURNS.power(true)(device);
    told = null;
    hand();
  };
  boot();
  for (let step = 0; step < STEPS; step++) {
    const turn = random.below(16);
    if (turn < 13) {
      level = Math.max(0, Math.min(30, level + (random.below(7) - 3) * 0.5));
      device.pass(500);
      device.call('measured', { stream: 0, n: n++, values: { level } });
    } else if (turn === 13) {
      // What it has kept is not tried again.
      if (trial < 0) trial = (kept + 1 + random.below(models.length - 1)) % models.length;
      else if (device.call('fitness') === 'well') [kept, trial] = [trial, -1];
      else if (device.call('fitness') === 'ill') trial = -1;
      hand();
    } else if (turn === 14 && random.below(4) === 0) {
      TURNS.cutPower()(device);
      boot();
    } else if (turn === 15 && random.below(4) === 0) {
      device.call('set', 'detector-above', 18 + random.below(10));
    }
  }
  const plan = testPlan({ devices: 1, readings: 600, commands: null });
  const [entry] = plan.entries;
  if (entry !== undefined) plan.entries = [{ ...entry, parts: [{ kind: 'detector', params }] }];
  plan.workflows = models.map((says, at) => ({
    ...{ workflow: 'ota', session: 'ota' },
    resolved: {
      ...{ factory: {}, keys: [] },
      campaign: { image: { sha256: digestOf(at), artefact: { kind: 'model', says } } },
    },
  })) as unknown as Plan['workflows'];
  const laid = { ...plan, ops: layOps([part.ops ?? {}, OTA_TRUTHS]) };
  const history = { plan: laid, entries: device.entries };
  const story = (foldHistory(kinds, 'detector', history) as DetectorOracle).of(0);
  const wrong = (story?.mistakes ?? []).map(({ what, n: at }) => `${at}: ${what}`);
  return { story, wrong, fired: device.fired };
}

it(`does nothing wrong in ${LIVES} lives, and not nothing`, { timeout: 300_000 }, () => {
  const sum = { rule: 0, shadow: 0, fallback: 0, model: 0 };
  for (let seed = 1; seed <= LIVES; seed++) {
    const { story, wrong } = live(seed);
    expect(wrong, `life ${seed}`).toEqual([]);
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += story?.kept[key] ?? 0;
  }
  for (const count of Object.values(sum)) expect(count).toBeGreaterThan(LIVES);
});

describe('a bug of its firmware', () => {
  it.each([neverFallsBack, obeysShadow].map((mutant) => [mutant.kind, mutant] as const))(
    '%s is found where it fires',
    (_, mutant) => {
      const lives = Array.from({ length: 200 }, (_unused, seed) => live(seed + 1, mutant));
      const hit = lives.filter(({ fired }) => fired > 0);
      const found = hit.filter(({ wrong }) => wrong.length > 0);
      expect(hit.length).toBeGreaterThan(20);
      expect(found.length).toBeGreaterThan(hit.length / 2);
    },
  );
});
