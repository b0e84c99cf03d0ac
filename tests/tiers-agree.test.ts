/**
 * The service and the oracle agree on random readings: on time, late, too late, twice before and
 * after they were moved, with signals that are missing, while the platform is killed between them.
 * One adds to windows as readings come; the other puts all of them into windows at the end.
 *
 *   npx vitest run tests/tiers-agree.test.ts                      # 300 of them
 *   TIERS_HISTORIES=10000 npx vitest run tests/tiers-agree.test.ts # the bench
 */
import { expect, it } from 'vitest';
import {
  type LedgerEntry,
  type Mutant,
  type Plan,
  type Random,
  randomStream,
  rangeTexts,
  type TiersPlan,
} from '#kernel';
import { HAPPENED } from '../twins/oracles/message-table.ts';
import { testPlan } from '../twins/oracles/testing/plan.ts';
import { TiersLag } from '../twins/oracles/tiers/lag.ts';
import oracleKind, { type TiersOracle } from '../twins/oracles/tiers.ts';
import { Question } from '../twins/platform/api/question.ts';
import { RunningServices } from '../twins/platform/running-services.ts';
import type { TakenRow } from '../twins/platform/service.ts';
import registry from '../twins/platform/services/registry.ts';
import telemetry from '../twins/platform/services/telemetry.ts';
import tiers from '../twins/platform/services/tiers.ts';
import { openStore } from '../twins/platform/store/store.ts';
import { mutantFolder } from './planted.ts';

const HISTORIES = Number(process.env.TIERS_HISTORIES ?? 300);
const SOME = 40;
const READINGS = 60;
const SIGNALS = ['a', 'b', 'constructor'];

/** What is due goes when the time is moved on; a platform that is gone has no timers any more. */
class HandClock {
  #now = 1;
  #due: { at: number; action: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, action: () => void): () => void {
    const one = { at: this.#now + ms, action };
    this.#due.push(one);
    return () => {
      this.#due = this.#due.filter((other) => other !== one);
    };
  }

  forget(): void {
    this.#due = [];
  }

  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = this.#due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#due = this.#due.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at);
      next.action();
    }
    this.#now = end;
  }
}

const COMMITS = {
  add: (write: () => void, done: (error: Error | null) => void): void => {
    write();
    done(null);
  },
  defer: (write: () => void): void => write(),
};

function policyOf(random: Random): TiersPlan {
  const everyMs = 1000 + random.below(5) * 500;
  const keeps = [8000 + random.below(20_000), 20_000 + random.below(20_000)];
  const steps = keeps.map((keepMs, at) => ({ everyMs: everyMs * (at === 0 ? 1 : 3), keepMs }));
  return {
    ...{ name: 't', of: '', at: 0, keepMs: 1000 + random.below(20_000) },
    ...{ latenessMs: random.below(8000), withinMs: 400, lookMs: 1000 },
    steps: [...steps, { everyMs: everyMs * 12, keepMs: null }],
  };
}

const oneOf = <T>(random: Random, all: readonly T[]): T => all[random.below(all.length)] as T;

const drawn = (random: Random): number =>
  (random.below(2_000_001) - 1_000_000) / oneOf(random, [1, 7, 1e6, 1e-6]);

function live(seed: number, mutant: Mutant | null) {
  const random = randomStream(seed, 'tiers');
  const policy = policyOf(random);
  const bare = testPlan({ devices: 1, readings: READINGS });
  const [{ id = '', lane = 0 } = {}] = bare.devices;
  const workflows = [{ workflow: 'tiers', session: 'tiers', resolved: policy }];
  const plan = { ...bare, workflows } as unknown as Plan;
  const clock = new HandClock();
  const known = new Map<number, { sentAt: number; ackedAt: number }>();
  const delivery = {
    find: (_: number, __: number, n: number) => {
      const times = known.get(n);
      return times && { qos: 1, sentCount: 1, flags: HAPPENED.sent | HAPPENED.acked, ...times };
    },
  };
  const timeline = { downs: [], stalls: [], faults: [], end: Number.POSITIVE_INFINITY };
  // Our clock and its own are one here.
  const of = (kind: string) => (kind === 'tiers/fleet' ? new TiersLag() : delivery);
  const context = { plan, timeline, lane: null, of };
  const oracle = oracleKind.start(context as never) as TiersOracle;
  const note = (op: string, fields: object): void =>
    oracle.step({ t: clock.now() * 1000, op, device: 0, ...fields } as unknown as LedgerEntry);

  const store = openStore(':memory:');
  const kinds = [registry, telemetry, tiers];
  for (const { schema } of kinds) store.create(schema);
  const seams =
    mutant?.plant(
      () => {},
      () => clock.now(),
    ) ?? null;
  const start = (): RunningServices => {
    clock.forget();
    const outer = { sql: store, commits: COMMITS, clock, kept: ['telemetry'], seams };
    return new RunningServices(kinds, { ...outer, enrolled: [{ id, lane }] } as never);
  };
  let living = start();
  const ask = (path: string, query: string): never =>
    living.routes[path]?.(new Question([path], new URLSearchParams(query))) as never;
  const begins = random.below(10);
  const begin = (): void => {
    const { of, keepMs, steps, latenessMs, withinMs } = policy;
    const body = { of, keepMs, steps, latenessMs, withinMs, now: clock.now() };
    living.acts['tiers/*']?.(new Question(['tiers', 't'], new URLSearchParams()), body);
  };
  let look = 0;
  const lookNow = (): void => {
    const { rows } = ask('telemetry', 'moved=0&limit=5000') as { rows: { n: number }[] };
    const texts = rangeTexts(rows.map(({ n }) => n));
    const own = { look: look++, asked: clock.now() };
    for (const [part, numbers] of texts.entries()) {
      note('tiers/raw', { ...own, numbers, more: part < texts.length - 1 });
    }
  };
  const take = (row: TakenRow): void => {
    for (const taker of living.takersOf('telemetry')) taker({ ...row, receivedAt: clock.now() });
  };

  let at = 0;
  const waiting: TakenRow[] = [];
  const taken: TakenRow[] = [];
  const arrive = (row: TakenRow): void => {
    known.set(row.n, { sentAt: clock.now() * 1000, ackedAt: clock.now() * 1000 });
    take(row);
    taken.push(row);
  };
  for (let n = 0; n < READINGS; n++) {
    clock.pass(random.below(1200));
    at = clock.now();
    if (n === begins) begin();
    if (random.below(12) === 0) living = start();
    const v = Object.fromEntries(
      SIGNALS.filter(() => random.below(12) > 0).map((name) => [name, drawn(random)]),
    );
    const row = {
      ...{ by: id, device: id, stream: 'telemetry', lane, n, epoch: 1, intended: at },
      ...{ receivedAt: 0, payload: Buffer.from(JSON.stringify({ n, e: 1, t: at, v })) },
    };
    note('tiers/measured', { n, at, values: JSON.stringify(v) });
    if (random.below(4) === 0) waiting.push(row);
    else arrive(row);
    // Some wait for a while, and come in any order; some come once more.
    while (waiting.length > 0 && random.below(5) === 0) {
      arrive(...(waiting.splice(random.below(waiting.length), 1) as [TakenRow]));
    }
    const again = taken[random.below(taken.length + 1)];
    if (again !== undefined && random.below(5) === 0) take(again);
    if (random.below(6) === 0 && n > begins) lookNow();
  }
  for (const row of waiting) arrive(row);
  clock.pass(random.below(30_000));
  lookNow();
  tell(note, ask, clock.now());
  const { rows: there } = readAll(ask);
  store.close();
  return { story: oracle.of(0), missing: [...known.keys()].filter((n) => !there.has(n)), policy };
}

interface Listed {
  from: number;
  counted: [number, number][];
  late: [number, number][];
  moved: [number, number][];
  windows: { step: number; start: number; count: number; signals: Record<string, object> }[];
}

type Ask = (path: string, query: string) => never;

function tell(note: (op: string, fields: object) => void, ask: Ask, now: number): void {
  const { tiers: rows } = ask('tiers', '') as { tiers: Listed[] };
  for (const row of rows) {
    for (const are of ['counted', 'late', 'moved'] as const) {
      for (const [low, high] of row[are]) note('tiers/numbers', { are, numbers: `${low}-${high}` });
    }
    for (const { signals, ...window } of row.windows) {
      note('tiers/window', { ...window, signal: '', told: '' });
      for (const [signal, sum] of Object.entries(signals)) {
        note('tiers/window', { ...window, signal, told: JSON.stringify(sum) });
      }
    }
    note('tiers/told', { asked: now, from: row.from });
  }
}

/** All that the list of readings says is there, as it came or moved. */
function readAll(ask: Ask): { rows: Set<number> } {
  const rows = new Set<number>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = cursor === '' ? 'limit=7' : `limit=7&cursor=${cursor}`;
    const page = ask('telemetry', query) as { rows: { n: number }[]; next: string | null };
    for (const { n } of page.rows) rows.add(n);
    cursor = page.next;
  }
  return { rows };
}

it(`agree on ${HISTORIES} histories`, { timeout: 3_600_000 }, () => {
  const sum = { windows: 0, late: 0, moved: 0, raw: 0 };
  for (let seed = 1; seed <= HISTORIES; seed++) {
    const { story, missing, policy } = live(seed, null);
    const why = `${seed}: ${JSON.stringify(policy)}`;
    expect(story?.isTold, why).toBe(true);
    expect([story?.untrue, story?.unkept, missing], why).toEqual([[], [], []]);
    sum.windows += story?.windows.reduce((all, one) => all + one, 0) ?? 0;
    sum.late += story?.late ?? 0;
    sum.moved += story?.moved ?? 0;
    sum.raw += story?.raw ?? 0;
  }
  // Else nothing was looked at.
  for (const some of Object.values(sum)) expect(some).toBeGreaterThan(HISTORIES);
});

const mutants = (await mutantFolder()).filter(({ word }) => word === 'tiers');

it.each(mutants.map((one) => [one.kind, one] as const))('differ with %s', (_, mutant) => {
  const lives = Array.from({ length: SOME }, (__, at) => live(at + 1, mutant));
  const differ = lives.filter(({ story, missing }) => {
    const { untrue = [], unkept = [] } = story ?? {};
    return untrue.length + unkept.length + missing.length > 0;
  });
  // What was in a reading that was moved is asked by whoever reads all of them.
  if (mutant.caughtBy === 'no-phantom') expect(differ).toEqual([]);
  else expect(differ).not.toEqual([]);
});
