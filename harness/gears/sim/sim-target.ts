/** The platform twin in this process: killed, it drops everything but its store. */
import type { Duplex } from 'node:stream';
import { type Catalog, mutantFamily, type Plan, type TargetTrouble } from '#kernel';
import {
  DEFAULT_LIMITS,
  nativeTopics,
  type OutwardCall,
  type Platform,
  readJsonEnvelope,
  serviceFamily,
  startPlatform,
} from '#platform';
import { dialectOf } from '../../dialects/dialect-choice.ts';
import type { RunClock } from '../../record/run-clock.ts';
import { digests, type RunDirectory } from '../../record/run-directory.ts';
import { accountsOf } from '../../targets/accounts.ts';
import { credentialsOf } from '../../targets/credentials.ts';
import { keptStreams } from '../../targets/kept-streams.ts';
import { ANSWER_MS } from '../../targets/twin-ports.ts';
import { type Answer, SILENT } from '../../watch/target-ports.ts';
import { RUN, secretOf } from './sim-names.ts';
import type { SimWebhooks } from './sim-webhooks.ts';
import { Stillness } from './standing-still.ts';

export class SimTarget {
  readonly #options: Parameters<typeof startPlatform>[0];
  readonly #troubles = new Map<string, TargetTrouble>();
  /** Null in a run in which it never stands still. */
  readonly #stillness: Stillness | null;
  readonly #clock: RunClock;
  #platform: Platform | null = null;
  #firedBefore = 0;
  /** Counts lives that are over. */
  #livesOver = 0;

  constructor(
    plan: Plan,
    directory: RunDirectory,
    clock: RunClock,
    catalog: Catalog,
    webhooks: SimWebhooks,
  ) {
    this.#clock = clock;
    const mayStand = plan.faults.some(({ inside }) => inside?.still === true);
    this.#stillness = mayStand ? new Stillness() : null;
    this.#options = {
      storeFile: directory.file('store.sqlite'),
      commitOutlives: 'platform',
      accounts: accountsOf(plan, {
        run: RUN,
        credentials: credentialsOf(plan.target, RUN, secretOf(plan), null),
        shards: 1,
        dialect: dialectOf(plan.target, RUN, catalog, plan),
      }),
      topics: nativeTopics(RUN),
      readEnvelope: readJsonEnvelope,
      services: [...catalog.of(serviceFamily).values()],
      kept: keptStreams(plan),
      dialect: plan.target.dialect,
      limits: { ...DEFAULT_LIMITS, queueLimit: plan.target.guarantees.queueLimit },
      clock: this.#stillness?.clock(clock) ?? clock,
      digests,
      mutant: catalog.of(mutantFamily).get(plan.target.mutant ?? '') ?? null,
      call: (call) => this.#call(webhooks, call),
    };
  }

  /** Of a life that is over by then nobody hears the answer. */
  #call(webhooks: SimWebhooks, call: OutwardCall): Promise<number> {
    const life = this.#livesOver;
    return new Promise((resolve) => {
      webhooks.call(call, (status) => {
        if (this.#livesOver !== life) return false;
        if (this.#stillness === null) resolve(status);
        else this.#stillness.do(() => resolve(status));
        return true;
      });
    });
  }

  get accepting(): boolean {
    return this.#platform !== null;
  }

  /** What the planted bug did, over all lives of the platform. */
  get fired(): number {
    return this.#firedBefore + (this.#platform?.stats().fired ?? 0);
  }

  async start(): Promise<void> {
    this.#platform ??= await startPlatform(this.#options);
    for (const [fault, trouble] of this.#troubles) this.#tell(fault, trouble);
  }

  async suffer(fault: string, trouble: TargetTrouble | null): Promise<void> {
    if (trouble === null) this.#troubles.delete(fault);
    else this.#troubles.set(fault, trouble);
    this.#tell(fault, trouble);
  }

  /** Who stands still hears what else ails it when it goes on. */
  #tell(fault: string, trouble: TargetTrouble | null): void {
    const { still: _, ...inside } = trouble ?? {};
    const tell = (): void => void this.#platform?.suffer(fault, inside);
    const isStill = [...this.#troubles.values()].some(({ still }) => still === true);
    this.#stillness?.set(isStill);
    if (this.#stillness === null) tell();
    else this.#stillness.do(tell);
  }

  async kill(): Promise<void> {
    this.#firedBefore = this.fired;
    this.#livesOver++;
    this.#platform?.kill();
    this.#platform = null;
  }

  async stop(): Promise<void> {
    this.#livesOver++;
    await this.#platform?.close();
    this.#platform = null;
  }

  /** False refuses the connection. */
  accept(end: Duplex, channel?: string): boolean {
    if (this.#platform === null) return false;
    const still = this.#stillness;
    if (still === null) this.#platform.handle(end, channel);
    else still.take(end, (own) => this.#platform?.handle(own, channel));
    return true;
  }

  /** One that stands still answers when it goes on, to whoever still waits then. */
  async request(path: string, query: URLSearchParams, body?: unknown): Promise<Answer> {
    const method = body === undefined ? 'GET' : 'POST';
    const answer = (): Answer =>
      this.#platform?.request(method, path, query, body) ?? { status: 503, body: null };
    const still = this.#stillness;
    if (still?.isStill !== true) return answer();
    const life = this.#livesOver;
    return new Promise((resolve) => {
      const giveUp = this.#clock.after(ANSWER_MS, () => resolve(SILENT));
      still.do(() => {
        giveUp();
        // Who died over it has not answered.
        resolve(this.#livesOver === life ? answer() : SILENT);
      });
    });
  }
}
