/**
 * A table of a data set: what its columns are, and rows of it as columns. Whoever makes rows and
 * whoever writes them down share nothing else, so every format holds the same.
 */

/** An instant is milliseconds since 1970; an integer is below 2^31. */
export type ColumnForm = 'text' | 'instant' | 'integer' | 'number';

export interface Column {
  name: string;
  form: ColumnForm;
  /** '' where it has none. */
  unit: string;
  about: string;
  /** It may be nothing: null in text, NaN else. */
  isOptional?: true;
  /** What its whole numbers mean. */
  codes?: Readonly<Record<number, string>>;
}

export interface Table {
  name: string;
  about: string;
  columns: readonly Column[];
}

export type Cells = Float64Array | (string | null)[];

/** Some rows, one list of cells for each column. */
export interface Rows {
  count: number;
  cells: readonly Cells[];
}

/** Room for rows of a table, to be filled from the first on. */
export function roomFor({ columns }: Table, rows: number): Cells[] {
  return columns.map(({ form }) =>
    form === 'text' ? new Array<string | null>(rows).fill(null) : new Float64Array(rows),
  );
}
