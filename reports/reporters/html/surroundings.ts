/**
 * What a reader needs to weigh the run: its known biases, the machine, the real components and our
 * own processes.
 */
import { type Markup, markup } from '../../plots/markup.ts';
import type { Environment, Result } from '../../result.ts';
import { formatCount, formatSpan, runSpan } from '../../wording.ts';

export function surroundingsSection(result: Result, environment: Environment): Markup {
  const span = runSpan(result);
  const wall = environment.wallSeconds;
  const speed = result.gear === 'sim' && wall > 0 && span.to > span.from;
  const facts: [string, string][] = [
    ['Tool', environment.tool],
    ['Node', environment.node],
    ['Platform', environment.platform],
    ['Cores', formatCount(environment.cores)],
    ['Memory', `${formatCount(environment.memoryMiB)} MiB`],
    ['Open files', environment.openFiles === null ? 'unknown' : formatCount(environment.openFiles)],
    ['Started', environment.startedAt],
    ['Instant 0', environment.zeroAt ?? ''],
    [
      'Took',
      `${formatSpan(wall * 1000)}${speed ? ` (${formatCount(Math.round((span.to - span.from) / wall / 100) / 10)}× real time)` : ''}`,
    ],
    ['Run', environment.run],
    ['Scenario sha256', result.scenario.sha256],
  ];
  return markup`<section class="card" id="surroundings"><h2>Environment</h2>
<h3>Known biases</h3>${list(result.biases, 'None were stated.')}
${environment.notes.length > 0 && markup`<h3>Notes</h3>${list(environment.notes, '')}`}
<h3>Machine</h3><dl class="facts">${facts.map(([name, value]) => markup`<div><dt>${name}</dt><dd class="name">${value === '' ? '–' : value}</dd></div>`)}</dl>
${
  environment.components.length > 0 &&
  markup`<h3>Components</h3>${table(
    'Components',
    ['Name', 'Version', 'How'],
    environment.components.map(({ name, version, how }) => [name, version, how]),
    0,
  )}`
}
${
  environment.processes.length > 0 &&
  markup`<h3>Processes</h3>${table(
    'Processes',
    ['Name', 'Peak memory', 'CPU', 'Worst loop lag'],
    environment.processes.map((one) => [
      one.name,
      `${formatCount(one.peakResidentMiB)} MiB`,
      `${formatCount(one.cpuSeconds)} s`,
      formatSpan(one.worstLagMs),
    ]),
    3,
  )}`
}
</section>`;
}

const list = (sentences: readonly string[], none: string): Markup =>
  sentences.length === 0
    ? markup`<p class="none">${none}</p>`
    : markup`<ul class="plain">${sentences.map((sentence) => markup`<li>${sentence}</li>`)}</ul>`;

/** A table whose last `numbers` columns are figures. */
function table(name: string, titles: string[], rows: string[][], numbers: number): Markup {
  const kind = (index: number) =>
    index >= titles.length - numbers ? markup` class="number"` : markup` class="name"`;
  return markup`<div class="scroll" role="region" aria-label="${name}" tabindex="0"><table><thead><tr>${titles.map((title, index) => markup`<th scope="col"${kind(index)}>${title}</th>`)}</tr></thead>
<tbody>${rows.map((row) => markup`<tr>${row.map((cell, index) => markup`<td${kind(index)}>${cell}</td>`)}</tr>\n`)}</tbody></table></div>`;
}
