/** What the bus of Modbus devices needs of a real line. */

/** What came of a question. */
export type ModbusAnswer =
  | { kind: 'words'; words: readonly number[] }
  /** The device answered that it will not, by a code of the protocol. */
  | { kind: 'exception'; code: number }
  /** Nothing came in time. */
  | { kind: 'silence' };

export interface ModbusBus {
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
  ask(unit: number, from: number, count: number, answered: (answer: ModbusAnswer) => void): void;
  end(): void;
}

export interface ModbusOptions {
  /** Which registers: those that can also be written, or those that can only be read. */
  table: 'holding' | 'input';
  timeoutMs: number;
}

declare module '../../../field-bus.ts' {
  interface FieldBuses {
    modbus: { bus: ModbusBus; options: ModbusOptions };
  }
}
