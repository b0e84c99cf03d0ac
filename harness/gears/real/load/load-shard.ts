/**
 * Load as the conductor sees it: one more shard, whose devices are users of k6. It begins with the
 * run, is over before the drain, and then writes down what its users did; nothing of it can be
 * struck or cut, and its counts are nobody's, since they come when all is over.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type Clock, opTable, type Plan, WorldError } from '#kernel';
import { Tally, type TallySnapshot } from '../../../fleet/tally.ts';
import { LedgerWriter } from '../../../record/ledger-writer.ts';
import type { RunDirectory } from '../../../record/run-directory.ts';
import type { ShardControl } from '../../../run/shard.ts';
import type { K6Process } from './k6-process.ts';
import { readEvents, type UserEvent } from './k6-stream.ts';
import { summaryOf } from './k6-summary.ts';
import type { UserFile } from './user-file.ts';
import { ToldClock, writeUsers } from './users-ledger.ts';
import { wallZero } from './wall-zero.ts';

export interface LoadPorts {
  plan: Plan;
  planSha256: string;
  directory: RunDirectory;
  clock: Clock;
  scripts: readonly K6Process[];
  /** But for what only the clock tells. */
  usersOf(script: K6Process): Omit<UserFile, 'zero' | 'until'>;
}

/** A wall clock that was set by more than this while k6 ran tells no order of things. */
const CLOCK_SET_MS = 5;
const SEGMENT = 'load';

export class LoadShard implements ShardControl {
  readonly #ports: LoadPorts;
  readonly #told = new ToldClock();
  readonly #ledger: LedgerWriter;
  #zero = 0;

  constructor(ports: LoadPorts) {
    const { directory, plan, planSha256 } = ports;
    this.#ports = ports;
    this.#ledger = new LedgerWriter(
      directory.segment(SEGMENT),
      { schema: 'twinstorm.ledger/1', segment: SEGMENT, planSha256, lanes: [], beside: true },
      { now: () => this.#told.now(), after: ports.clock.after.bind(ports.clock) },
      opTable(plan.ops),
    );
  }

  /** Users are told who they are as they begin: nobody knows before when that is. */
  async start(): Promise<void> {
    const { clock, scripts, usersOf } = this.#ports;
    this.#zero = wallZero(clock);
    for (const script of scripts) {
      const { from, until } = script.prepared.entry.load;
      const told: UserFile = {
        ...usersOf(script),
        zero: this.#zero,
        until: this.#zero + until,
      };
      writeFileSync(script.file('users.json'), JSON.stringify(told), { mode: 0o600 });
      clock.after(Math.max(0, from - clock.now()), () => script.start(until - clock.now()));
    }
  }

  async stopSampling(): Promise<void> {
    await Promise.all(this.#ports.scripts.map((script) => script.stop()));
    for (const script of this.#ports.scripts) rmSync(script.file('users.json'), { force: true });
  }

  async end(): Promise<void> {
    const { clock, scripts, plan } = this.#ports;
    await this.stopSampling();
    const zero = wallZero(clock);
    if (Math.abs(zero - this.#zero) > CLOCK_SET_MS) {
      const by = `${Math.round(zero - this.#zero)} ms`;
      throw new WorldError('clock', `the clock of this machine was set by ${by} while k6 ran`);
    }
    const events: UserEvent[] = [];
    // A run that was stopped early may have begun none of them.
    const ran = scripts.filter(({ code }) => code !== null);
    for (const script of ran) events.push(...(await readEvents(script.file('ndjson'))));
    events.sort((a, b) => a.at - b.at);
    const latest = Math.max(zero, this.#zero);
    writeUsers(plan, events, latest, { ledger: this.#ledger, clock: this.#told });
    this.#told.set(clock.now());
    for (const script of ran) this.#writeSummary(script);
    this.#ledger.write('note', { text: `${ran.length} of ${scripts.length} k6 scripts ran` });
    this.#ledger.isComplete = true;
    this.close();
  }

  /** Without its last word where it did not come to its end. */
  close(): void {
    this.#ledger.close();
  }

  stats(): TallySnapshot {
    return new Tally(0).snapshot();
  }

  #writeSummary(script: K6Process): void {
    const load = script.id;
    const { metrics, checks, thresholds } = summaryOf(
      exportedIn(script.file('json')),
      script.prepared.thresholds,
    );
    for (const { metric, values } of metrics) {
      this.#ledger.write('k6/metric', { load, metric, values: JSON.stringify(values) });
    }
    for (const check of checks) this.#ledger.write('k6/check', { load, ...check });
    for (const one of thresholds) this.#ledger.write('k6/threshold', { load, ...one });
    this.#ledger.write('k6/ended', { load, code: script.code ?? 0 });
  }

  async prepare(): Promise<void> {}
  async cutPower(): Promise<void> {}
  async restorePower(): Promise<void> {}
  async strike(): Promise<void> {}
  async relieve(): Promise<void> {}
  async arm(): Promise<void> {}
  async disarm(): Promise<void> {}
  async accountSamples(): Promise<void> {}
  async finalRead(): Promise<void> {}
}

/** Null where k6 wrote none, or only a part of it. */
function exportedIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
