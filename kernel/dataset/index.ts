/** Data sets: tables, their columns, and the words by which rows are labelled. */
export type { DataFileFacts, DataSet, DataSetTable } from './data-set.ts';
export { instantIn, isoOf } from './instant.ts';
export { AILING, faultCode, isInEffect, type LabelEvent } from './labels.ts';
export {
  type Cells,
  type Column,
  type ColumnForm,
  type Rows,
  roomFor,
  type Table,
} from './table.ts';
