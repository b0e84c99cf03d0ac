/**
 * A bus of a gateway that is a real one: sockets instead of a model. A part knows it by this
 * contract alone; who opens sockets is the affair of whoever runs the fleet, and where there are
 * none, in virtual time, there is no such bus and the part goes by its model.
 */

/** What came of a question. */
export type FieldAnswer =
  | { kind: 'words'; words: readonly number[] }
  /** The device answered that it will not, by a code of the protocol. */
  | { kind: 'exception'; code: number }
  /** Nothing came in time. */
  | { kind: 'silence' };

export interface FieldBus {
  /** What lies in the registers of a unit from now on, by address. */
  put(unit: number, image: ReadonlyMap<number, number>): void;
  /** A unit that is hushed takes questions and never answers. */
  hush(unit: number, isHushed: boolean): void;
  /** A unit that refuses answers every question with this code; null for one that does not. */
  refuse(unit: number, code: number | null): void;
  /**
   * Asks a unit for so many words; one question after the other goes over the line. One whose
   * former question is still open is not asked, and is silent at once.
   */
  ask(unit: number, from: number, count: number, answered: (answer: FieldAnswer) => void): void;
  end(): void;
}

export interface FieldBusOptions {
  /** Which registers: those that can also be written, or those that can only be read. */
  table: 'holding' | 'input';
  timeoutMs: number;
}

/** Opens a bus of a kind; null where all of them are modelled. */
export type OpenFieldBus = (kind: string, options: FieldBusOptions) => FieldBus | null;
