/**
 * What the operator does to a campaign under way, each in its instant and in their order. A target
 * that does not answer is asked again, as an operator would: it is the same move then. What the
 * target lists in the end may be more than it has answered, since others move a campaign as well.
 */
import { CAMPAIGN_MOVES, type CampaignMove, type CampaignPlan, holdersOf } from '#kernel';
import { isUnheard, SILENT } from '../../watch/target-ports.ts';
import { countIn } from '../own-rows.ts';
import type { WorkflowPorts } from '../workflow.ts';

const NOBODY = -1;
const AGAIN_MS = 500;
const DONE = 200;

interface Move {
  move: CampaignMove;
  at: number;
}

export class Moves {
  readonly #ports: WorkflowPorts;
  readonly #campaign: string;
  /** What the target has answered. */
  readonly #took: Move[] = [];
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

  /** What it lists besides; one that lists no moves says nothing of them. */
  read(listed: unknown): void {
    if (!Array.isArray(listed)) return;
    const { ledger, plan } = this.#ports;
    const about = { device: NOBODY, campaign: this.#campaign };
    for (const one of listed as (Partial<Move> | null)[]) {
      const [move, at] = [CAMPAIGN_MOVES.find((word) => word === one?.move), countIn(one?.at)];
      const isKnown = this.#took.some((took) => took.move === move && took.at === at);
      if (move !== undefined && !isKnown) ledger.write('moved', { ...about, move, at });
    }
    if (holdersOf(plan, this.#campaign).length > 0) ledger.write('moves-read', about);
  }

  async #tell(move: CampaignMove): Promise<void> {
    const { ledger, target, wheel } = this.#ports;
    const said = { device: NOBODY, campaign: this.#campaign, move };
    while (!this.#isOver) {
      ledger.write('ota/told', said);
      const asked = target.port('ota')?.tell?.(`${this.#campaign}/${move}`, {});
      const { status, body } = (await asked) ?? SILENT;
      const at = countIn(((body ?? {}) as { at?: unknown }).at);
      ledger.write('ota/took', { ...said, status, at });
      if (status === DONE) this.#took.push({ move, at });
      if (!isUnheard({ status })) return;
      await new Promise<void>((resolve) => void wheel.after(AGAIN_MS, resolve));
    }
  }
}
