/**
 * What the operator does to a campaign under way, each in its instant and in their order. A target
 * that does not answer is asked again, as an operator would: it is the same move then.
 */
import type { CampaignMove, CampaignPlan } from '#kernel';
import type { WorkflowPorts } from '../workflow.ts';

const NOBODY = -1;
const AGAIN_MS = 500;
/** A target that is not there, by its own word or by none. */
const AWAY: readonly number[] = [0, 503];

export class Moves {
  readonly #ports: WorkflowPorts;
  readonly #campaign: string;
  #isOver = false;
  #telling: Promise<void>;

  /** `begun`: nothing can be done to it before. */
  constructor(
    ports: WorkflowPorts,
    { name, moves = [] }: CampaignPlan,
    begun: Promise<void> = Promise.resolve(),
  ) {
    this.#telling = begun;
    this.#ports = ports;
    this.#campaign = name;
    if (ports.shard !== 0) return;
    for (const { move, at } of moves) {
      ports.wheel.add(at, {
        fire: () => {
          this.#telling = this.#telling.then(() => this.#tell(move));
          return Number.POSITIVE_INFINITY;
        },
      });
    }
  }

  stop(): void {
    this.#isOver = true;
  }

  end(): Promise<void> {
    return this.#telling;
  }

  async #tell(move: CampaignMove): Promise<void> {
    const { ledger, target, wheel } = this.#ports;
    const said = { device: NOBODY, campaign: this.#campaign, move };
    while (!this.#isOver) {
      ledger.write('ota/told', said);
      const answer = await target.port('ota')?.tell?.(`${this.#campaign}/${move}`, {});
      const { at } = (answer?.body ?? {}) as { at?: unknown };
      const status = answer?.status ?? 0;
      const when = Math.max(0, Math.round(Number(at)) || 0);
      ledger.write('ota/took', { ...said, status, at: when });
      if (!AWAY.includes(status)) return;
      await new Promise<void>((resolve) => void wheel.after(AGAIN_MS, resolve));
    }
  }
}
