/**
 * HawkBit's direct device integration (DDI): the device asks its server again and again whether
 * there is something for it, and tells by requests how it fares. It has one connection, on which
 * that and the ranges of an image take turns: a turn goes on until nothing is left to be asked or
 * told, and a range that is under way is waited for.
 */

import { readManifest } from '#kernel';
import type { Channel, ChannelEvents } from '../../../channel.ts';
import type { Job } from '../../../firmware/job.ts';
import type { Updater } from '../../../firmware/updater.ts';
import type { Answer } from '../../../http/answer.ts';
import { once, type PartDevice } from '../../../part.ts';
import { Exchange } from './ddi/exchange.ts';
import { type Asks, Talk } from './ddi/talk.ts';
import type { Road, RoadEnds, RoadKind } from './road.ts';

const AGAIN_MS = { base: 500, cap: 8000 };
/** So many requests at most in one turn: else a server could keep it busy for good. */
const TURN_MAX = 24;

export const ddiRoad: RoadKind = (device, updater, ends) => new DdiRoad(device, updater, ends);

class DdiRoad implements Road {
  readonly #device: PartDevice;
  readonly #ends: RoadEnds;
  readonly #talk: Talk;
  readonly #exchange: Exchange;
  #life = 0;
  #pollAt = 0;
  #againAt = 0;
  #askedAt = 0;
  #failures = 0;
  /** Requests of the turn at hand; null between two. */
  #turn: number | null = null;
  /** To a download. */
  #isLent = false;

  constructor(device: PartDevice, updater: Updater, ends: RoadEnds) {
    this.#device = device;
    this.#ends = ends;
    this.#talk = new Talk(device, updater, ends);
    this.#exchange = new Exchange(device);
  }

  online(): void {
    this.say();
  }

  say(): void {
    this.#go();
  }

  /** It asks again and again whatever it does. */
  ended(): void {
    this.say();
  }

  isSilentFor(ms: number): boolean {
    return this.#device.now() >= this.#askedAt + ms;
  }

  hush(): void {
    this.#life++;
    this.#exchange.abandon();
    this.#talk.forget();
    this.#turn = null;
    this.#isLent = false;
    this.#pollAt = 0;
    this.#againAt = 0;
    this.#failures = 0;
  }

  pathOf(job: Job, isPatch: boolean): string | null {
    if (this.#turn !== null) return null;
    if (this.#wants()) {
      // By then whoever asks has left the connection.
      this.#later(this.#device.now() + 1, () => this.#go());
      return null;
    }
    const manifest = readManifest(job.signed.text);
    return this.#talk.pathOf(job, (isPatch ? manifest?.delta : manifest)?.sha256 ?? '');
  }

  open(events: ChannelEvents): Channel {
    this.#isLent = true;
    const back = (): void => {
      this.#isLent = false;
      this.#later(this.#device.now() + 1, () => this.#go());
    };
    const channel = this.#device.open('ota', {
      data: (bytes) => events.data(bytes),
      closed: (why) => {
        back();
        events.closed(why);
      },
    });
    return {
      write: (bytes) => channel.write(bytes),
      end: () => {
        channel.end();
        back();
      },
    };
  }

  // --- turns ------------------------------------------------------------------------------------

  #wants(): boolean {
    const now = this.#device.now();
    return now >= this.#againAt && (now >= this.#pollAt || this.#talk.isDue);
  }

  #go(): void {
    if (this.#turn !== null || this.#isLent || !this.#device.isOnline || !this.#wants()) return;
    const now = this.#device.now();
    const polls = now >= this.#pollAt;
    this.#turn = 0;
    this.#talk.begin(polls);
    this.#step(polls ? now : null);
  }

  /** `polledAt`: null where it does not poll in this turn. */
  #step(polledAt: number | null): void {
    const asks = this.#turn === null || this.#turn++ >= TURN_MAX ? null : this.#talk.next();
    if (asks === null) return this.#over(polledAt, true);
    this.#askedAt = this.#device.now();
    const life = this.#life;
    this.#exchange.ask(asks, (answer) => {
      const isFine = isTaken(asks, answer);
      // What it heard may have cost it its power.
      if (life !== this.#life) return;
      if (isFine) this.#step(polledAt);
      else this.#over(polledAt, false);
    });
  }

  #over(polledAt: number | null, isFine: boolean): void {
    const now = this.#device.now();
    this.#exchange.end();
    this.#turn = null;
    this.#failures = isFine ? 0 : this.#failures + 1;
    const wait = AGAIN_MS.base << Math.min(8, Math.max(0, this.#failures - 1));
    this.#againAt = isFine ? now : now + Math.min(AGAIN_MS.cap, wait);
    // Its server need not say the same again, whatever became of what was told then.
    if (polledAt !== null && this.#talk.isPolled) this.#pollAt = polledAt + this.#talk.sleepMs;
    const dueAt = Math.max(this.#pollAt, this.#againAt);
    this.#later(this.#talk.isDue ? this.#againAt + 1 : dueAt, () => this.#go());
    this.#ends.free();
  }

  #later(at: number, action: () => void): void {
    const life = this.#life;
    once(this.#device, at, () => {
      if (life === this.#life) action();
    });
  }
}

const isTaken = (asks: Asks, answer: Answer | null): boolean =>
  answer !== null && asks.take(answer);
