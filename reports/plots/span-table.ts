/**
 * How long things took: the exact figures in a table, beside the curve that shows the shape of the
 * tail.
 */
import type { SpanRow } from '../result.ts';
import { formatCount, formatSpan } from '../wording.ts';
import { type Markup, markup } from './markup.ts';
import { percentileCurve } from './percentile-curve.ts';

const TITLES = ['Count', 'p50', 'p90', 'p99', 'p99.9', 'Max'] as const;

const figuresOf = ({ count, p50, p90, p99, p999, max }: SpanRow): string[] => [
  formatCount(count),
  ...[p50, p90, p99, p999, max].map(formatSpan),
];

/** The row of that name is the whole of the others. */
const WHOLE = 'all';

const titleCell = (name: string): Markup => markup`<th scope="col" class="number">${name}</th>`;

const figureCell = (figure: string, index: number): Markup =>
  markup`<td class="number" data-name="${TITLES[index]}">${figure}</td>`;

const spanRow = (row: SpanRow): Markup =>
  markup`<tr${row.name === WHOLE && markup` class="whole"`}>${[
    markup`<th scope="row" class="name">${row.name}</th>`,
    ...figuresOf(row).map(figureCell),
  ]}</tr>
`;

export const spanTable = (title: string, of: string, rows: readonly SpanRow[]): Markup =>
  markup`<div class="halves">
<div class="scroll" role="region" aria-label="${title} table" tabindex="0"><table class="stacks">
<thead><tr><th scope="col">${of}</th>${TITLES.map(titleCell)}</tr></thead>
<tbody>${rows.map(spanRow)}</tbody></table></div>
<div>${percentileCurve(title, rows)}</div></div>`;
