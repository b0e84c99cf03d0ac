/**
 * Limited mode lived through at random, with the real statechart: what the part does is told as a
 * ledger would, and the oracle, which shares no code with it, must find nothing wrong; with its
 * bug, something.
 */
import { expect, it } from 'vitest';
import { type LedgerEntry, layOps, type Mutant, type Plan, randomStream } from '#kernel';
import { BENCH_MODEL, BenchDevice } from '../devices/duties/bench-device.ts';
import neverLeaves from '../devices/mutants/limited-never-leaves.ts';
import part from '../devices/parts/limited.ts';
import { Statecharts } from '../devices/statecharts.ts';
import { foldHistory } from '../twins/oracles/fold-history.ts';
import type { LimitedOracle } from '../twins/oracles/limited.ts';
import { kindsOfFolder } from '../twins/oracles/testing/kinds.ts';
import { testPlan } from '../twins/oracles/testing/plan.ts';

const LIVES = 1000;
const READINGS = 60;
const kinds = await kindsOfFolder();
const charts = new Statecharts({ setTimeout: () => undefined, clearTimeout: () => {} });
const BESIDE = [{ name: 'telemetry', way: 'up', schedule: { by: 'sampling' } }] as const;

class Device extends BenchDevice {
  readonly entries: LedgerEntry[] = [];
  seams: Readonly<Record<string, unknown>> = {};
  readonly #actor: ReturnType<Statecharts['join']>;

  constructor(params: ConstructorParameters<typeof BenchDevice>[2]) {
    super(part, BENCH_MODEL, params, BESIDE);
    const actions = {
      entered: (state: string) => {
        this.note('state', { state });
        this.part.entered?.(state);
      },
    };
    const input = { actions: actions as never, policy: { session: 'clean' } as const };
    this.#actor = charts.join(input, { [part.kind]: part.region ?? {} });
    this.#actor.start();
  }

  override write(op: string, fields: object): void {
    this.note(op, fields);
  }

  override tell(event: Parameters<BenchDevice['tell']>[0]): void {
    this.#actor.send(event);
  }

  override seam(name?: string): undefined {
    return this.seams[name ?? ''] as undefined;
  }

  note(op: string, fields: object): void {
    const t = this.readings * 1_000_000;
    this.entries.push({ t, op, device: 0, ...fields } as unknown as LedgerEntry);
  }
}

function live(seed: number, mutant: Mutant | null = null) {
  const random = randomStream(seed, 'limited-lives');
  const limits = random.below(2) === 0 ? { enters: 30, leaves: 60 } : { enters: 60, leaves: 30 };
  const params = { watches: 'own.charge', factor: 2 + random.below(4), ...limits };
  const device = new Device(params);
  let fired = 0;
  const plant = mutant?.plant(
    () => fired++,
    () => 0,
  );
  device.seams = (plant ?? {}) as Device['seams'];
  let charge = 45;
  for (let n = 0; n < READINGS; n++) {
    charge = Math.max(0, Math.min(100, charge + random.below(31) - 15));
    device.readings = n;
    const values = random.below(5) === 0 ? {} : { own: { charge } };
    const why = device.part.holds?.({ stream: 0, n, intended: n * 1000, values }) ?? null;
    if (why !== null) device.note('not-sent', { stream: 0, n, why });
  }
  const plan: Plan = { ...testPlan({ devices: 1, readings: READINGS }) };
  const [entry] = plan.entries;
  if (entry !== undefined) plan.entries = [{ ...entry, parts: [{ kind: 'limited', params }] }];
  const history = { plan: { ...plan, ops: layOps([part.ops ?? {}]) }, entries: device.entries };
  const story = (foldHistory(kinds, 'limited', history) as LimitedOracle).of(0);
  return { story, fired };
}

it(`is in the mode that it should be in, in ${LIVES} lives`, { timeout: 120_000 }, () => {
  const sum = { held: 0, entered: 0, left: 0 };
  for (let seed = 1; seed <= LIVES; seed++) {
    const { story } = live(seed);
    expect([story?.wrong, story?.unaccounted], `life ${seed}`).toEqual([[], []]);
    for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += story?.[key] ?? 0;
  }
  for (const count of Object.values(sum)) expect(count).toBeGreaterThan(LIVES / 2);
});

it('is found out where it never leaves', () => {
  const lives = Array.from({ length: 100 }, (_, seed) => live(seed + 1, neverLeaves));
  const hit = lives.filter(({ fired }) => fired > 0);
  expect(hit.length).toBeGreaterThan(30);
  for (const { story } of hit) expect(story?.wrong).not.toEqual([]);
});
