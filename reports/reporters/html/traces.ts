/** The ways of a few things, hop by hop, and the ids of others that are worth a look. */
import { type Markup, markup } from '../../plots/markup.ts';
import { waterfall } from '../../plots/waterfall.ts';
import { instantLink } from '../../plots/witness.ts';
import type { Result, Trace, TraceRow } from '../../result.ts';
import { formatSpan, plural } from '../../wording.ts';

export const hasTraces = ({ tracing }: Result): boolean =>
  tracing !== undefined && tracing.worth.length > 0;

export function tracesSection(result: Result): Markup {
  const { tracing } = result;
  if (tracing === undefined || !hasTraces(result)) return markup``;
  const { traces, worth } = tracing;
  return markup`<section class="card" id="traces"><h2>Traces</h2>
<p class="about">${aboutText(traces)} <code>twinstorm trace RUN ID</code> tells it of any other.</p>
${traces.map(traceBlock)}
${worthTable(worth)}
</section>`;
}

function aboutText(traces: readonly Trace[]): string {
  const isToldByTarget = traces.some(({ things }) =>
    things.some(({ hops }) => hops.some(({ byTarget }) => byTarget)),
  );
  return [
    `The way of ${plural(traces.length, 'thing')} through the run, hop by hop.`,
    'A bar is the time since the hop before, and has another colour where a fault stood meanwhile.',
    ...(isToldByTarget ? ['° was told by the target’s own clock, set right by the run’s.'] : []),
  ].join(' ');
}

function traceBlock(trace: Trace, index: number): Markup {
  const { why, id, from, to } = trace;
  const when = `${formatSpan(to - from)} in all, from ${formatSpan(from)} on`;
  return markup`<details class="trace"${index === 0 && ' open'}>
<summary><b>${why}</b> <code class="name">${id}</code> <small>${when}</small></summary>
${saysOf(trace)}${waterfall(trace)}</details>
`;
}

function saysOf({ title, things }: Trace): Markup {
  const says = things.find(({ role }) => role === 'itself')?.says ?? '';
  return markup`<p class="note">${title}${says !== '' && `: ${says}`}</p>`;
}

const worthTable = (rows: readonly TraceRow[]): Markup => markup`<details class="trace">
<summary>${plural(rows.length, 'id')} worth a look</summary>
<div class="scroll" role="region" aria-label="Ids worth a look" tabindex="0"><table>
<thead><tr><th scope="col">Id</th><th scope="col">Why</th><th scope="col" class="number">At</th>
<th scope="col" class="number">Took</th></tr></thead>
<tbody>${rows.map(worthRow)}</tbody></table></div></details>`;

const worthRow = ({ id, why, at, took }: TraceRow): Markup =>
  markup`<tr><th scope="row"><code class="name">${id}</code></th><td>${why}</td>
<td class="number">${instantLink(at)}</td><td class="number">${formatSpan(took)}</td></tr>
`;
