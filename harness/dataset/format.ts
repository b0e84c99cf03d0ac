/**
 * How a table becomes bytes. A format knows columns and nothing of where they come from or go to:
 * it is given rows and gives bytes back, so it runs in any thread and is the same in each.
 */
import type { Rows, Table } from '#kernel';

export interface Format {
  kind: string;
  summary: string;
  /** Of its files, with the dot. */
  extension: string;
  /** How many rows it likes at a time. */
  rowsAtOnce: number;
  open(table: Table): Encoder;
}

export interface Encoder {
  rows(rows: Rows): Uint8Array;
  end(): Uint8Array;
}
