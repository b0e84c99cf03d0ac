/**
 * What a device that carries others may do with what they hand it. Between a passenger and the
 * carrier's connection stands at most one part of the carrier: it takes messages over, keeps them
 * as long as it likes, and sends them on or gives them up, each once. It sees what they are called
 * and how long they are, and never what is in them.
 */

/** A message of a passenger, taken over and not yet at its end. */
export interface Parcel {
  /** Index into the plan's devices. */
  readonly passenger: number;
  readonly stream: number;
  readonly n: number;
  /** When its sender meant it, in milliseconds of scenario time. */
  readonly intended: number;
  readonly bytes: number;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
}

/** A message for a passenger that came down over the connection, and has not been handed over. */
export interface Letter {
  readonly passenger: number;
  readonly stream: number;
  readonly n: number;
  readonly bytes: number;
}

/** What a message says, by name. */
export type Values = Readonly<Record<string, unknown>>;

/** Whether others may go in one packet with it: not where it comes once, or is kept by topic. */
export const mayBePacked = ({ qos, retain }: Parcel): boolean => qos < 2 && !retain;

/** What a passenger said, as its carrier hears it on the local side. */
export interface Heard {
  readonly passenger: number;
  readonly stream: number;
  readonly n: number;
  readonly intended: number;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface Freight {
  /** Those that it carries, in the order of the plan. */
  readonly passengers: readonly number[];
  /** Whether they may hand over: while the program of their carrier runs. */
  readonly isOpen: boolean;
  /** Whether its program runs, so that it can answer. */
  isThere(passenger: number): boolean;
  /** How often its program has come up: what it had in memory before is gone. */
  epochOf(passenger: number): number;
  /** So many parcels the connection takes at once; 0 while there is none, or it is stalled. */
  readonly room: number;
  /** Takes over what a passenger has for the target, in its order; all of it, or the first few. */
  fetch(passenger: number, most?: number): readonly Parcel[];
  /**
   * Gives a parcel to the connection, which says by `settled` what became of it. One that went out
   * before may go again after a loss of memory.
   */
  forward(parcel: Parcel): void;
  /** What a parcel says, as its sender made it or as it was written anew. */
  valuesOf(parcel: Parcel): Values;
  /** Before it is forwarded: from now on it says this, and may have another size. */
  rewrite(parcel: Parcel, values: Values): void;
  /** Gives a letter to its passenger, which takes it in if its program runs. */
  deliver(letter: Letter): void;
  /** Its passenger never gets it. */
  letGo(letter: Letter, why: string): void;
  /**
   * Gives several to the connection as one packet, in this order: of one QoS, and each may be
   * packed. `settled` tells of each. Answers how many bytes went to the wire, and how many would
   * have, had each gone alone.
   */
  forwardTogether(parcels: readonly Parcel[]): { bytes: number; apart: number };
  /** Tells the other parts of its device what came in with it (`heard`). */
  announce(parcel: Parcel): void;
  /** On the local side: whether the passenger is up and obeys that command of its model. */
  order(passenger: number, command: string, value: number): boolean;
  /** It is never sent (again): for a reason that the part lists in `withholds`, or `lost in …`. */
  giveUp(parcel: Parcel, why: string): void;
}

/**
 * How a parcel ended: acknowledged, gone without being asked after (QoS 0), or given up by the
 * connection, since it may not be sent a second time.
 */
export type Settled = 'acked' | 'gone' | 'abandoned';
