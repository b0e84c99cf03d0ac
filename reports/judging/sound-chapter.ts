/**
 * What a chapter tells may come from a user's own file, and must be fit to be shown: every figure a
 * number or none, every row as long as its table is wide.
 */
import { isMap } from '#kernel';
import {
  type Chapter,
  type ChapterCourse,
  SENSES,
  type Series,
  type SpanRow,
  type Unit,
} from '../result.ts';

const UNITS: readonly (Unit | 'text')[] = ['count', 'ms', 'bytes', 'share'];

type Told = Omit<Chapter, 'id' | 'title'>;

/** Throws with all that is wrong. */
export function soundChapter(told: Told): Told {
  const flaws = flawsOf(told);
  if (flaws.length > 0) throw new Error(`it tells ${flaws.join('; ')}`);
  return told;
}

const PERCENTILES = ['p50', 'p90', 'p99', 'p999', 'max'] as const;
const LISTS = ['figures', 'wholes', 'spans', 'series', 'tables'] as const;

function flawsOf(told: Told): string[] {
  if (!isMap(told)) return ['nothing'];
  const missing = LISTS.filter((name) => !Array.isArray(told[name]));
  if (missing.length > 0) return missing.map((name) => `no list of ${name}`);
  const { lead, figures, wholes, spans, series, tables, courses = [] } = told;
  return [
    ...(isText(lead) ? [] : ['no lead']),
    ...figures
      .filter(({ label, value, unit }) => !(isText(label) && isFigure(value) && isUnit(unit)))
      .map(({ label }) => `a figure '${label}' that cannot be shown`),
    ...wholes
      .filter(
        ({ title, parts }) =>
          !isText(title) ||
          !parts.every(
            ({ label, count, sense }) =>
              isText(label) && isCount(count) && (sense === undefined || isSense(sense)),
          ),
      )
      .map(({ title }) => `'${title}', of which a part cannot be shown`),
    ...spans
      .filter(
        (span) => !(isText(span.name) && isCount(span.count) && PERCENTILES.every(isIn(span))),
      )
      .map(({ name }) => `a span '${name}' that cannot be shown`),
    ...series
      .filter((one) => !isSeries(one))
      .map(({ name }) => `a curve '${name}' with a bad value`),
    ...tables
      .filter(
        ({ title, columns, rows }) =>
          !(
            isText(title) &&
            columns.every(isColumn) &&
            rows.every((row) => isRow(row, columns.length))
          ),
      )
      .map(({ title }) => `a table '${title}' with a row that cannot be shown`),
    ...courses
      .filter((course) => !isCourse(course))
      .map(({ title }) => `a course '${title}' that cannot be shown`),
  ];
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isFigure = (value: unknown): boolean => value === null || Number.isFinite(value);
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isUnit = (value: Unit): boolean => UNITS.includes(value);
const isIn =
  (span: SpanRow) =>
  (name: (typeof PERCENTILES)[number]): boolean =>
    isFigure(span[name]);
const isSeries = ({ name, unit, t0, step, values }: Series): boolean =>
  isText(name) &&
  typeof unit === 'string' &&
  Number.isFinite(t0) &&
  step > 0 &&
  values.every(isFigure);
const isSense = (sense: unknown): boolean => SENSES.some((one) => one === sense);
/** A whole is drawn of parts that stand side by side at each instant. */
const isCourse = ({ title, about, parts, rows }: ChapterCourse): boolean =>
  isText(title) &&
  isText(about) &&
  parts.every(
    ({ sense, series }) =>
      isSense(sense) &&
      isSeries(series) &&
      series.values.every((value) => value !== null && value >= 0) &&
      series.t0 === parts[0]?.series.t0 &&
      series.step === parts[0]?.series.step &&
      series.values.length === parts[0]?.series.values.length,
  ) &&
  rows
    .flat()
    .every(
      ({ from, to, labels, sense }) =>
        Number.isFinite(from) && Number.isFinite(to) && isSense(sense) && labels.every(isText),
    );
const isColumn = ({ title, unit }: Chapter['tables'][number]['columns'][number]): boolean =>
  isText(title) && (unit === 'text' || isUnit(unit));
const isRow = (row: readonly unknown[], width: number): boolean =>
  row.length === width && row.every((cell) => typeof cell === 'string' || isFigure(cell));
