/**
 * States down, faults across: how often each state was entered while each fault was on. The empty
 * cells are what it is for: a fault that never met a device in that state has shown nothing about
 * it. It is a table, because its numbers matter as much as its colours.
 */
import type { FaultResult, StateCoverage } from '../result.ts';
import { formatCount, plural } from '../wording.ts';
import { faultColour, faultSwatch } from './bands.ts';
import { coordinate, type Markup, markup } from './markup.ts';

export function heatMap(states: readonly StateCoverage[], faults: readonly FaultResult[]): Markup {
  const most = Math.max(
    1,
    ...states.flatMap((state) => faults.map((fault) => during(state, fault))),
  );
  const sorted = [...states].sort((a, b) => (a.state < b.state ? -1 : a.state > b.state ? 1 : 0));
  return markup`<div class="scroll" role="region" aria-label="State coverage" tabindex="0"><table class="heat">
<thead><tr><th scope="col">State</th><th scope="col" class="number">Visits</th><th scope="col" class="number">Devices</th>${faults.map(
    (fault, index) =>
      markup`<th scope="col" class="number"><span class="name">${faultSwatch(faultColour(index))}${fault.id}</span></th>`,
  )}</tr></thead>
<tbody>${sorted.map(
    (
      state,
    ) => markup`<tr><th scope="row" class="mono">${state.state}</th><td class="number">${formatCount(state.visits)}</td><td class="number">${formatCount(state.devices)}</td>${faults.map(
      (fault) => cell(state, fault, most),
    )}</tr>
`,
  )}</tbody></table></div>`;
}

function cell(state: StateCoverage, fault: FaultResult, most: number): Markup {
  const visits = during(state, fault);
  const title = `${state.state} during ${fault.id}: ${plural(visits, 'visit')}`;
  if (visits === 0) return markup`<td class="number never" title="${title}">·</td>`;
  const heat = 0.12 + 0.88 * (Math.log1p(visits) / Math.log1p(most));
  return markup`<td class="number" title="${title}" style="--heat:${coordinate(heat)}">${formatCount(visits)}</td>`;
}

/** Fault ids are free text: one named `constructor` must not find what every object inherits. */
const during = (state: StateCoverage, fault: FaultResult): number =>
  Object.hasOwn(state.during, fault.id) ? (state.during[fault.id] ?? 0) : 0;
