/** Which states the devices were in, under which faults, and which transitions they took. */
import { heatMap } from '../../plots/heat-map.ts';
import { type Markup, markup } from '../../plots/markup.ts';
import type { Result } from '../../result.ts';
import { formatCount, formatShare, plural, shareOf } from '../../wording.ts';

export function coverageSection({ coverage, faults }: Result): Markup {
  const { states, transitions } = coverage;
  const cells = states.length * faults.length;
  const met = states.reduce(
    (sum, { during }) =>
      sum + faults.filter(({ id }) => Object.hasOwn(during, id) && during[id]).length,
    0,
  );
  return markup`<section class="card" id="coverage"><h2>State coverage</h2>
${
  states.length === 0
    ? markup`<p class="none">No device state was recorded.</p>`
    : markup`<p class="note">${plural(states.length, 'state')} visited${cells > 0 && `; ${formatCount(met)} of ${formatCount(cells)} combinations of state and fault met (${formatShare(shareOf(met, cells))})`}. A dot is a combination that this run says nothing about.</p>
${heatMap(states, faults)}`
}
${
  transitions.length > 0 &&
  markup`<details><summary>${plural(transitions.length, 'transition')} taken</summary><div class="scroll" role="region" aria-label="Transitions" tabindex="0"><table><thead><tr><th scope="col">From</th><th scope="col">To</th><th scope="col" class="number">Count</th></tr></thead>
<tbody>${[...transitions]
    .sort(
      (a, b) =>
        b.count - a.count || (a.from < b.from ? -1 : a.from > b.from ? 1 : a.to < b.to ? -1 : 1),
    )
    .map(
      ({
        from,
        to,
        count,
      }) => markup`<tr><td class="mono">${from}</td><td class="mono">${to}</td><td class="number">${formatCount(count)}</td></tr>
`,
    )}</tbody></table></div></details>`
}
</section>`;
}
