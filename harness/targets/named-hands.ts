/**
 * Hands on pieces of somebody's platform. A piece is taken away and given back by commands of its
 * owner, and each time its proof must say so: one that does not hold beforehand proves nothing.
 * From the moment a piece is touched until it is proved to be there again the warden knows how to
 * give it back.
 */
import { spawn } from 'node:child_process';
import { type HandPlan, WorldError } from '#kernel';
import type { Processes } from '../processes/processes.ts';
import { inFolder, obey } from './obey.ts';

const PROOF_MS = 3000;
const LOOK_MS = 100;
/** Together they stay below what a fault may take to act and to heal. */
const GONE_MS = 15_000;
const BACK_MS = 40_000;

/** What the ledger has of a hand. */
export type HandNews = 'taking' | 'down' | 'giving' | 'up';
export type Tell = (is: HandNews) => void;

export class NamedHands {
  readonly #hands: Readonly<Record<string, HandPlan>>;
  readonly #processes: Pick<Processes, 'undo'>;
  readonly #base: string;

  constructor(
    hands: Readonly<Record<string, HandPlan>>,
    processes: Pick<Processes, 'undo'>,
    base: string,
  ) {
    this.#hands = hands;
    this.#processes = processes;
    this.#base = base;
  }

  async take(name: string, tell: Tell): Promise<void> {
    const hand = this.#of(name);
    if (!(await this.#isUp(hand))) {
      throw new Error(`the proof of ${placeOf(name)} does not hold before it is used`);
    }
    this.#processes.undo(`hand/${name}`, inFolder(this.#base, hand.undo));
    tell('taking');
    const place = `${placeOf(name)}.do`;
    await obey({ place, shell: hand.do, mayStay: false, cwd: this.#base });
    if (!(await this.#becomes(hand, false, GONE_MS))) {
      throw new Error(`the proof of ${placeOf(name)} still holds ${GONE_MS / 1000} s after its do`);
    }
    tell('down');
  }

  async give(name: string, tell: Tell): Promise<void> {
    const hand = this.#of(name);
    tell('giving');
    const place = `${placeOf(name)}.undo`;
    await obey({ place, shell: hand.undo, mayStay: true, cwd: this.#base });
    if (!(await this.#becomes(hand, true, BACK_MS))) {
      throw new Error(`the proof of ${placeOf(name)} does not hold again after its undo`);
    }
    tell('up');
    // Not before: until it is there, whoever outlives us must try again.
    this.#processes.undo(`hand/${name}`, null);
  }

  #of(name: string): HandPlan {
    const hand = Object.hasOwn(this.#hands, name) ? this.#hands[name] : undefined;
    if (hand === undefined) throw new WorldError('hands', `the target has no hand '${name}'`);
    return hand;
  }

  async #becomes(hand: HandPlan, isUp: boolean, boundMs: number): Promise<boolean> {
    const until = performance.now() + boundMs;
    for (;;) {
      if ((await this.#isUp(hand)) === isUp) return true;
      if (performance.now() >= until) return false;
      await new Promise((go) => setTimeout(go, LOOK_MS));
    }
  }

  #isUp({ proof }: HandPlan): Promise<boolean> {
    return /^https?:\/\//.test(proof) ? answers(proof) : succeeds(proof, this.#base);
  }
}

const placeOf = (name: string): string => `target.hands.${name}`;

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(PROOF_MS) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

/** One that hangs says nothing, and what says nothing is not there. */
function succeeds(shell: string, cwd: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', shell], { stdio: 'ignore', detached: true, cwd });
    const end = (isUp: boolean): void => {
      clearTimeout(timer);
      resolve(isUp);
    };
    const timer = setTimeout(() => {
      try {
        process.kill(-(child.pid ?? 0), 'SIGKILL');
      } catch {
        // It has gone by itself.
      }
      end(false);
    }, PROOF_MS);
    child.on('error', () => end(false));
    child.on('exit', (code) => end(code === 0));
  });
}
