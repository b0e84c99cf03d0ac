/**
 * What a target promises; checkers read it, so an honest broker is neither a false alarm nor an
 * excuse, and whoever speaks to the target keeps to it.
 */

export interface Guarantees {
  /** Sessions (subscriptions, queued messages) survive a kill -9 of the target. */
  durableSessions: boolean;
  durableRetained: boolean;
  /** Acknowledged telemetry survives a kill -9 of the target. */
  durableTelemetry: boolean;
  /** Messages queued for one offline or slow session before the target may drop. */
  queueLimit: number;
  /** Messages of one session without an answer that it holds at one time. */
  inflightLimit: number;
  maxQos: 0 | 1 | 2;
  /** PUBACK may come before the message is safe or forwarded. */
  acknowledgesEarly: boolean;
  /** Publishing order per device and topic is kept to each subscriber. */
  ordered: boolean;
  /**
   * Of which sessions the will is published when the same client takes the connection over. MQTT
   * 3.1.1 asks for it of all; brokers agree on clean ones at best.
   */
  willOnTakeOver: TakeOverWord;
  /** After how many keep-alives of silence it gives a client up. */
  keepAliveGrace: number;
  /** A message that was under way when its connection broke comes again within so long. */
  redeliversWithinMs: number;
  /** Topic filters that one session may hold. */
  filtersPerSession: number;
  /** How retained values come to a new subscriber. */
  retained: RetainedWord;
  /** By when after the subscription all of them have come. */
  retainedWithinMs: number;
  /** Bytes of the largest packet that it takes. */
  packetBytes: number;
  /** Characters of the longest client id that it takes. */
  clientIdLength: number;
  /** The highest version of MQTT that it speaks. */
  mqtt: '3.1.1' | '5';
}

export type TakeOverWord = 'none' | 'clean' | 'all';

/**
 * `flagged`: marked as retained, for any filter, as MQTT asks for. `unflagged`: for any filter, and
 * nothing tells them from what is published just then. `exact-topics`: marked, and only where the
 * filter is the topic itself.
 */
export type RetainedWord = 'flagged' | 'unflagged' | 'exact-topics';

/** What a target is held to where nobody says otherwise: MQTT itself, and time enough. */
export const PLAIN = {
  keepAliveGrace: 1.5,
  redeliversWithinMs: 0,
  filtersPerSession: 65_535,
  retained: 'flagged',
  retainedWithinMs: 10_000,
  packetBytes: 268_435_455,
  clientIdLength: 65_535,
} as const satisfies Partial<Guarantees>;

const whole = new WeakMap<Guarantees, Guarantees>();

/** The promises of a plan's target, also where the plan is older than one of these words. */
export function heldTo({
  target: { guarantees },
}: {
  target: { guarantees: Guarantees };
}): Guarantees {
  let filled = whole.get(guarantees);
  if (filled === undefined) {
    const willOnTakeOver = takeOverWord(guarantees.willOnTakeOver);
    filled = { ...PLAIN, ...guarantees, willOnTakeOver };
    whole.set(guarantees, filled);
  }
  return filled;
}

/** It was a yes or no once: whether kept sessions count too. */
export const takeOverWord = (said: TakeOverWord | boolean): TakeOverWord =>
  typeof said === 'boolean' ? (said ? 'all' : 'clean') : said;
