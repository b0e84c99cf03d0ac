/** What there is to say of a data set that is made: for its card, its schema and its sums. */
import type { LabelEvent } from './labels.ts';
import type { Table } from './table.ts';

export interface DataFileFacts {
  /** Below the folder of the data set, with slashes. */
  path: string;
  bytes: number;
  sha256: string;
  rows: number;
  /** Null for what is of all splits. */
  split: string | null;
}

export interface DataSetTable {
  table: Table;
  files: readonly DataFileFacts[];
  /** Its rows are measured by a device, or say something else. */
  holds: 'telemetry' | 'truth' | 'events' | 'units';
}

export interface DataSet {
  name: string;
  about: string;
  seed: number;
  /** Word of its format. */
  format: string;
  /** ISO 8601, of the scenario's instant zero. */
  start: string;
  devices: number;
  rows: number;
  tables: readonly DataSetTable[];
  events: readonly LabelEvent[];
  splits: readonly { name: string; devices: number; events: number }[];
  /** By what they are told apart. */
  splitBy: string;
  /** The command that makes it again. */
  again: string;
  /** By its name in the list of SPDX; left out where whoever made it says nothing. */
  license?: string;
}
