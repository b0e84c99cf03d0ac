/**
 * What the operator does to a campaign under way, each in its instant and in their order. A target
 * that does not answer is asked again, as an operator would: it is the same move then.
 */
import type { CampaignMove, CampaignPlan } from '#kernel';
import { isUnheard, SILENT } from '../../watch/target-ports.ts';
import type { WorkflowPorts } from '../workflow.ts';

const NOBODY = -1;
const AGAIN_MS = 500;

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
      const asked = target.port('ota')?.tell?.(`${this.#campaign}/${move}`, {});
      const { status, body } = (await asked) ?? SILENT;
      const { at } = (body ?? {}) as { at?: unknown };
      const when = Math.max(0, Math.round(Number(at)) || 0);
      ledger.write('ota/took', { ...said, status, at: when });
      if (!isUnheard({ status })) return;
      await new Promise<void>((resolve) => void wheel.after(AGAIN_MS, resolve));
    }
  }
}
