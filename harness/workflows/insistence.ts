/**
 * What a target is asked for from a moment on, again and again until it answers: one that is away
 * says nothing, and one that failed may not have done it. Nothing is begun any more once the run
 * stops.
 */
import { type Answer, isUnheard } from '../watch/target-ports.ts';
import type { WorkflowPorts } from './workflow.ts';

const AGAIN_MS = 500;

type Asks<A> = () => Promise<A>;
type Said = Pick<Answer, 'status'>;

export class Insistence {
  readonly #ports: Pick<WorkflowPorts, 'wheel' | 'now'>;
  readonly #asking = new Set<Promise<void>>();
  #isOver = false;

  constructor(ports: Pick<WorkflowPorts, 'wheel' | 'now'>) {
    this.#ports = ports;
  }

  /** `then`: it is answered, with yes or with no, before the run stops. */
  from<A extends Said>(at: number, ask: Asks<A>, then: (answer: A) => void = () => {}): void {
    this.#ports.wheel.add(at, {
      fire: () => {
        if (!this.#isOver) this.now(ask, then);
        return Number.POSITIVE_INFINITY;
      },
    });
  }

  /** At once. */
  now<A extends Said>(ask: Asks<A>, then: (answer: A) => void = () => {}): void {
    const asking: Promise<void> = this.#ask(ask, then).finally(() => this.#asking.delete(asking));
    this.#asking.add(asking);
  }

  /** One thing after the other, each when it is time and the one before it is answered. */
  inTurn(words: readonly { at: number; ask: Asks<Said> }[]): void {
    const [first, ...rest] = words;
    if (first === undefined) return;
    this.from(first.at, first.ask, () => {
      const soonest = this.#ports.now() + 1;
      this.inTurn(rest.map(({ at, ask }) => ({ at: Math.max(at, soonest), ask })));
    });
  }

  stop(): void {
    this.#isOver = true;
  }

  /** What is being asked now is answered, or given up. */
  get settled(): Promise<unknown> {
    return Promise.all(this.#asking);
  }

  async #ask<A extends Said>(ask: Asks<A>, then: (answer: A) => void): Promise<void> {
    const answer = await ask();
    if (isUnheard(answer)) this.from(this.#ports.now() + AGAIN_MS, ask, then);
    else if (!this.#isOver) then(answer);
  }
}
