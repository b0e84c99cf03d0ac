/** How one capability fared, drawn from the few forms in which a chapter tells it. */
import { faultBands } from '../../plots/bands.ts';
import { atTheEnd, courseChart, tonesOf } from '../../plots/course-chart.ts';
import { type Markup, markup } from '../../plots/markup.ts';
import { spanTable } from '../../plots/span-table.ts';
import { stackedBar } from '../../plots/stacked-bar.ts';
import { inUnit, peakOf, timeChart } from '../../plots/time-chart.ts';
import type {
  Chapter,
  ChapterCourse,
  ChapterFigure,
  ChapterTable,
  Result,
  Series,
} from '../../result.ts';
import { figureText, formatCount, formatShare, shareOf } from '../../wording.ts';
import { wholeSpan } from './timeline.ts';

export const chapterAnchor = ({ id }: Pick<Chapter, 'id'>): string => `chapter-${id}`;

export function chapterSection(chapter: Chapter, result: Result): Markup {
  const { title, lead, figures, wholes, spans, series, tables, courses = [] } = chapter;
  const measured = spans.filter(({ count }) => count > 0);
  return markup`<section class="card" id="${chapterAnchor(chapter)}"><h2>${title}</h2>
<p class="lead">${lead}</p>
${figures.length > 0 && markup`<dl class="facts">${figures.map(figureOf)}</dl>`}
${courses.map((course) => courseOf(course, result))}
${wholes.map(wholeOf)}
${measured.length > 0 && spanTable(title, 'What', measured)}
${series.map((one, index) => chartOf(one, index, result))}
${tables.filter(({ rows }) => rows.length > 0).map(tableOf)}
</section>
`;
}

const figureOf = ({ label, value, unit }: ChapterFigure): Markup =>
  markup`<div><dt>${label}</dt><dd>${figureText(value, unit)}</dd></div>`;

const toneAt = (index: number): string => `q${index % 6}`;

function wholeOf({ title, parts }: Chapter['wholes'][number]): Markup | null {
  const whole = parts.reduce((sum, { count }) => sum + count, 0);
  if (whole === 0) return null;
  const senses = parts.flatMap(({ sense }) => (sense === undefined ? [] : [{ sense }]));
  const tones = senses.length === parts.length ? tonesOf(senses) : parts.map((_, at) => toneAt(at));
  const toned = parts.map((part, index) => ({ ...part, tone: tones[index] ?? '' }));
  return markup`<h3>${title}</h3>
${stackedBar(title, toned)}
<ul class="legend">${toned.map(({ label, count, tone }) => {
    const share = formatShare(shareOf(count, whole));
    return markup`<li><i class="key ${tone}" aria-hidden="true"></i>${label}
<output>${formatCount(count)} (${share})</output></li>`;
  })}</ul>
`;
}

function courseOf(course: ChapterCourse, result: Result): Markup {
  const { title, about, parts } = course;
  const tones = tonesOf(parts);
  const { phases } = result;
  const chart = courseChart({ course, span: wholeSpan(result), bands: faultBands(result), phases });
  return markup`<h3>${title}</h3>
<p class="about">${about}</p>
<figure class="plot">
${chart}
<figcaption class="below"><span class="legend"><b>At the end</b></span>
<ul class="legend">${parts.map(
    ({ series }, index) =>
      markup`<li><i class="key ${tones[index]}" aria-hidden="true"></i>${series.name}
<output>${formatCount(atTheEnd(series))}</output></li>`,
  )}</ul></figcaption></figure>
`;
}

function chartOf(series: Series, index: number, result: Result): Markup {
  const { name, unit } = series;
  const peak = peakOf(series);
  const most = peak === undefined ? 'no values' : `peak ${inUnit(peak.value, unit)}`;
  return markup`<figure class="plot"><figcaption>
<span class="chart-title"><b>${name}</b>${unit !== '' && markup` <small>${unit}</small>`}</span>
<span class="legend"><output>${most}</output></span></figcaption>
${timeChart({
  title: name,
  span: wholeSpan(result),
  curves: [{ series, label: name, shape: 'bars', tone: toneAt(index) }],
  bands: faultBands(result),
  phases: result.phases,
  heightPx: 100,
})}</figure>
`;
}

function tableOf({ title, columns, rows }: ChapterTable): Markup {
  const unitOf = (index: number) => columns[index]?.unit ?? 'text';
  const titleCell = (name: string, index: number): Markup =>
    markup`<th scope="col"${unitOf(index) !== 'text' && markup` class="number"`}>${name}</th>`;
  const cell = (value: string | number | null, index: number): Markup => {
    const unit = unitOf(index);
    const isText = typeof value === 'string' || unit === 'text';
    const shown = isText ? String(value ?? '–') : figureText(value, unit);
    return markup`<td class="${unit === 'text' ? 'name' : 'number'}">${shown}</td>`;
  };
  return markup`<h3>${title}</h3>
<div class="scroll" role="region" aria-label="${title}" tabindex="0"><table>
<thead><tr>${columns.map((column, index) => titleCell(column.title, index))}</tr></thead>
<tbody>${rows.map((row) => markup`<tr>${row.map(cell)}</tr>`)}</tbody></table></div>
`;
}
