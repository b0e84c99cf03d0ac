/**
 * What the bus of observed children needs of a line, a real one or a modelled one: servers that
 * stand for its children, and the client by which the gateway observes them (RFC 7641).
 */

/** What came back for a registration, or without being asked for. */
export interface Notice {
  /** Of the class and the detail, such as 205 for 2.05. */
  code: number;
  /** Its place in the order of notifications; null where the resource is observed no longer. */
  seq: number | null;
  payload: Uint8Array;
  /** True for the answer to a registration. */
  answers: boolean;
  /** Whether its sender wanted to be told that it arrived. */
  confirmable: boolean;
}

/** What becomes of the first datagram of a notification on its way. */
export type Fate = 'arrives' | 'lost' | 'held';

/** A datagram that is held back on its way goes on. */
export type Release = () => void;

export interface CoapBus {
  /** A child is up, for the first time or again: nobody observes it, and nothing is on its way. */
  boot(child: number): void;
  /** What a resource says from now on, to whoever asks. */
  put(child: number, resource: number, payload: Uint8Array): void;
  /** A child that is hushed hears nothing, and so answers nothing. */
  hush(child: number, isHushed: boolean): void;
  /** One that refuses answers every registration with this code; null for one that does not. */
  refuse(child: number, code: number | null): void;
  /** Whether anybody observes the resource, by the child's own list. */
  isObserved(child: number, resource: number): boolean;
  /** Tells whoever observes it what a resource says now; null where nothing is held. */
  notify(child: number, resource: number, fate: Fate): Release | null;
  /** The same with a code of an error, after which nobody observes it any more. */
  dismiss(child: number, resource: number, code: number): void;
  /**
   * The gateway registers, for the first time or anew, and is told of all that comes until it
   * registers the next time.
   */
  observe(child: number, resource: number, told: (notice: Notice) => void): void;
  /** The gateway knows nothing any more of what it observed; what still comes it rejects. */
  forget(child: number, resource: number): void;
  /** The gateway says to each child that it observes it no longer. */
  end(): void;
}

export interface CoapResource {
  path: string;
  /** Whether its notifications are to be acknowledged. */
  confirmable: boolean;
  maxAgeS: number;
}

export interface CoapOptions {
  /** Those of a child, in the order of their numbers. */
  resourcesOf: (child: number) => readonly CoapResource[];
  /** The child's place in the order of notifications, which only grows. */
  seqOf: (child: number) => number;
}

declare module '../../../field-bus.ts' {
  interface FieldBuses {
    coap: { bus: CoapBus; options: CoapOptions };
  }
}
