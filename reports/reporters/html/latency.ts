/**
 * Latency per phase: the table with the exact figures and the curve that shows the shape of the
 * tail.
 */
import { type Markup, markup } from '../../plots/markup.ts';
import { percentileCurve } from '../../plots/percentile-curve.ts';
import type { LatencyRow, Result } from '../../result.ts';
import { formatCount, formatSpan } from '../../wording.ts';

const TITLES = ['Count', 'p50', 'p90', 'p99', 'p99.9', 'Max'] as const;

const figuresOf = ({ count, p50, p90, p99, p999, max }: LatencyRow): string[] => [
  formatCount(count),
  ...[p50, p90, p99, p999, max].map(formatSpan),
];

export function latencySection({ latency }: Result): Markup {
  return markup`<section class="card" id="latency"><h2>Latency by phase</h2>
<p class="note">From the intended time to the observer, so that waiting in a buffer counts.
The row “all” leaves the warm-up out.</p>
${
  latency.length === 0
    ? markup`<p class="none">No latency was measured.</p>`
    : markup`<div class="halves"><div class="scroll" role="region" aria-label="Latency table" tabindex="0"><table class="stacks"><thead><tr><th scope="col">Phase</th>${TITLES.map((title) => markup`<th scope="col" class="number">${title}</th>`)}</tr></thead>
<tbody>${latency.map(
        (
          row,
        ) => markup`<tr${row.phase === 'all' && markup` class="whole"`}><th scope="row" class="name">${row.phase}</th>${figuresOf(row).map((figure, index) => markup`<td class="number" data-name="${TITLES[index]}">${figure}</td>`)}</tr>
`,
      )}</tbody></table></div>
<div>${percentileCurve(latency)}</div></div>`
}</section>`;
}
