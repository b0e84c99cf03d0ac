/**
 * What a client of one database can do for us: run one query that changes nothing, and hand its
 * rows on page by page, so that no store is ever held whole.
 */
import type { KeptRow } from '../../../watch/keeper.ts';

export interface Driver {
  /** What stands in the query where a value is to be given, by its number from 1. */
  place(number: number): string;
  query(
    text: string,
    values: readonly string[],
    take: (rows: readonly KeptRow[]) => void,
  ): Promise<void>;
}

export const PAGE_ROWS = 5000;

const PLACEHOLDERS = ['run', 'since'] as const;
export type Given = Readonly<Record<(typeof PLACEHOLDERS)[number], string>>;

const PLACE = /\{(run|since)\}/g;

/** Values go beside the query and never into its text. */
export function bound(query: string, given: Given, driver: Pick<Driver, 'place'>) {
  const values: string[] = [];
  const text = query.replace(PLACE, (_, name: keyof Given) => {
    values.push(given[name]);
    return driver.place(values.length);
  });
  return { text, values };
}

/** What is wrong with a query, as far as can be told without the database. */
export function queryFlaw(query: string): { message: string; hint: string } | null {
  if (/['"]\{(?:run|since)\}['"]/.test(query)) {
    return {
      message: 'has a placeholder in quotes',
      hint: 'write {run} without quotes: its value is handed over beside the query',
    };
  }
  const stranger = /\{([a-z][^{}]*)\}/.exec(query.replace(PLACE, ''))?.[1];
  if (stranger !== undefined) {
    return { message: `knows no placeholder {${stranger}}`, hint: 'known: {run}, {since}' };
  }
  if (!/\{(?:run|since)\}/.test(query)) {
    return {
      message: 'reads the rows of every run there ever was',
      hint: 'choose by the run: where run = {run}, or where at >= {since}',
    };
  }
  return null;
}
