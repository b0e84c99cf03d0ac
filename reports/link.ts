/**
 * What a fault does to the links and sessions of its targets while it acts, in the words in which
 * checkers ask: a checker must know what could rightly happen under a fault, and never which fault
 * it is. Each proof states these properties of the faults it proves.
 */
import type { FaultPlan } from '#kernel';

export interface LinkProperties {
  /** Bytes still cross it while it acts, if late; up is towards the target. */
  carries: { up: boolean; down: boolean };
  /**
   * How much later an answer may come while it acts, there and back and in milliseconds: the
   * quickest of several, and any. Infinity where nothing bounds it.
   */
  later: { quickestMs: number; anyMs: number };
  /** The connections it meets are over for certain, at the latest when it heals. */
  ends: boolean;
  /** Both ends of a connection see at once that it is over. */
  cuts: boolean;
  /** Connections may end by it, and new ones fail: that hangs on what is said over them. */
  mayEnd: boolean;
  /** What it does to single messages of a connection that stays, by their way. */
  messages: { up: MessageDeeds; down: MessageDeeds };
  /** Nobody gets a new connection through it while it acts. */
  refuses: boolean;
  /** Whose memory goes with it: a device comes back clean, a target with what it promises. */
  forgets: 'nobody' | 'device' | 'target';
}

/** What plain TCP never does. */
export interface MessageDeeds {
  /** One may come twice for each time that it is sent. */
  repeats: boolean;
  /** One may come after another that was sent later. */
  reorders: boolean;
  /**
   * One may be lost, or what answers it, and nobody hears of that: by MQTT nothing of it is sent
   * again before the next connection.
   */
  loses: boolean;
}

/** How checkers ask. */
export type LinkOf = (fault: FaultPlan) => LinkProperties;

/**
 * It takes nobody away: a link carries both ways, if late, and no connection ends by it. Who is
 * away while another acts as well is away by that one.
 */
export const isMeek = ({ carries, ends, cuts, mayEnd, refuses }: LinkProperties): boolean =>
  carries.up && carries.down && !ends && !cuts && !mayEnd && !refuses;

const WHOLE: MessageDeeds = { repeats: false, reorders: false, loses: false };
const ANYHOW: MessageDeeds = { repeats: true, reorders: true, loses: true };

/** A fault that leaves links alone: what a proof does not state is as here. */
export const UNTOUCHED: LinkProperties = {
  carries: { up: true, down: true },
  later: { quickestMs: 0, anyMs: 0 },
  ends: false,
  cuts: false,
  mayEnd: false,
  messages: { up: WHOLE, down: WHOLE },
  refuses: false,
  forgets: 'nobody',
};

/** A fault of which nothing is known: so nothing is certain, nor held against anybody. */
export const UNCERTAIN: LinkProperties = {
  ...UNTOUCHED,
  carries: { up: false, down: false },
  mayEnd: true,
  messages: { up: ANYHOW, down: ANYHOW },
  later: { quickestMs: Number.POSITIVE_INFINITY, anyMs: Number.POSITIVE_INFINITY },
};
