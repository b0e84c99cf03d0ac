/**
 * What a chapter tells may come from a user's own file, and must be fit to be shown: every figure a
 * number or none, every row as long as its table is wide.
 */
import { isMap } from '#kernel';
import type { Chapter, Series, Unit } from '../result.ts';

const UNITS: readonly (Unit | 'text')[] = ['count', 'ms', 'bytes', 'share'];

type Told = Omit<Chapter, 'id' | 'title'>;

/** Throws with all that is wrong. */
export function soundChapter(told: Told): Told {
  const flaws = flawsOf(told);
  if (flaws.length > 0) throw new Error(`it tells ${flaws.join('; ')}`);
  return told;
}

const LISTS = ['figures', 'wholes', 'spans', 'series', 'tables'] as const;

function flawsOf(told: Told): string[] {
  if (!isMap(told)) return ['nothing'];
  const missing = LISTS.filter((name) => !Array.isArray(told[name]));
  if (missing.length > 0) return missing.map((name) => `no list of ${name}`);
  const { lead, figures, wholes, spans, series, tables } = told;
  return [
    ...(isText(lead) ? [] : ['no lead']),
    ...figures
      .filter(({ label, value, unit }) => !(isText(label) && isFigure(value) && isUnit(unit)))
      .map(({ label }) => `a figure '${label}' that cannot be shown`),
    ...wholes
      .filter(({ parts }) => !parts.every(({ label, count }) => isText(label) && isCount(count)))
      .map(({ title }) => `'${title}', of which a part cannot be shown`),
    ...spans
      .filter(({ name, count, ...rest }) => !(isText(name) && isCount(count) && allFigures(rest)))
      .map(({ name }) => `a span '${name}' that cannot be shown`),
    ...series
      .filter((one) => !isSeries(one))
      .map(({ name }) => `a curve '${name}' with a bad value`),
    ...tables
      .filter(({ columns, rows }) => !rows.every((row) => isRow(row, columns.length)))
      .map(({ title }) => `a table '${title}' with a row that cannot be shown`),
  ];
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isFigure = (value: unknown): boolean => value === null || Number.isFinite(value);
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isUnit = (value: Unit): boolean => UNITS.includes(value);
const allFigures = (of: object): boolean => Object.values(of).every(isFigure);
const isSeries = ({ step, values }: Series): boolean => step > 0 && values.every(isFigure);
const isRow = (row: readonly unknown[], width: number): boolean =>
  row.length === width && row.every((cell) => typeof cell === 'string' || isFigure(cell));
