/** One JUnit file over several runs: a suite each, and one for each that came to no verdict. */
import { document, suiteOf, suiteOfError } from '../reporters/junit/suite.ts';
import { type BatchRow, wordOf } from './batch.ts';

export const batchJunit = (rows: readonly BatchRow[]): string =>
  document(
    rows.map((row, id) => {
      const place = { id, label: row.label };
      return row.judged === null
        ? suiteOfError(place, wordOf(row), row.problems)
        : suiteOf(row.judged.result, row.judged.environment, place);
    }),
  );
