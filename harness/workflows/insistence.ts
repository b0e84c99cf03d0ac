/**
 * What a target is asked for from a moment on, again and again until it answers: one that is away
 * says nothing, and one that failed may not have done it. Nothing is begun any more once the run
 * stops.
 */
import { type Answer, isUnheard } from '../watch/target-ports.ts';
import type { WorkflowPorts } from './workflow.ts';

const AGAIN_MS = 500;

export class Insistence {
  readonly #ports: Pick<WorkflowPorts, 'wheel' | 'now'>;
  #asking: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(ports: Pick<WorkflowPorts, 'wheel' | 'now'>) {
    this.#ports = ports;
  }

  /** `then`: it is answered, with yes or with no. */
  from(at: number, ask: () => Promise<Pick<Answer, 'status'>>, then: () => void = () => {}): void {
    this.#ports.wheel.add(at, {
      fire: () => {
        if (!this.#isOver) this.#asking = this.#ask(ask, then);
        return Number.POSITIVE_INFINITY;
      },
    });
  }

  stop(): void {
    this.#isOver = true;
  }

  /** What is being asked now is answered, or given up. */
  get settled(): Promise<void> {
    return this.#asking;
  }

  async #ask(ask: () => Promise<Pick<Answer, 'status'>>, then: () => void): Promise<void> {
    const answer = await ask();
    if (isUnheard(answer)) this.from(this.#ports.now() + AGAIN_MS, ask, then);
    else then();
  }
}
