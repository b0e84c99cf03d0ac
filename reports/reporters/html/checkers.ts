/**
 * Every checker with its verdict, what broke first; findings open to the few events that prove
 * them.
 */
import { type Markup, markup } from '../../plots/markup.ts';
import { instantLink, witnessTimeline } from '../../plots/witness.ts';
import type { CheckerResult, Environment, Finding, Result } from '../../result.ts';
import { checkersToRead, formatCount, plural, wallClockOf } from '../../wording.ts';
import { verdictChip } from './head.ts';

export function checkersSection({ checkers }: Result, environment: Environment): Markup {
  const clock = wallClockOf(environment);
  const checkerRow = (checker: CheckerResult): Markup => rowOf(checker, clock);
  const read = checkersToRead(checkers);
  const judged = read.filter(({ verdict }) => verdict !== 'not-applicable');
  const silent = read.filter(({ verdict }) => verdict === 'not-applicable');
  return markup`<section class="card" id="checkers"><h2>Checkers</h2>
${judged.length === 0 && markup`<p class="none">No checker judged this run.</p>`}
<div class="checkers">${judged.map(checkerRow)}</div>
${silent.length > 0 && markup`<details class="silent"><summary>${plural(silent.length, 'checker')} not applicable</summary><div class="checkers">${silent.map(checkerRow)}</div></details>`}
</section>`;
}

/** How many findings stand open; the others are one click away. */
const OPEN_FINDINGS = 3;

function rowOf(checker: CheckerResult, clock: (ms: number) => string): Markup {
  const { findings } = checker;
  const beyond = checker.findingCount - findings.length;
  return markup`<article class="checker v-${checker.verdict}">
<div class="checker-head">${verdictChip(checker.verdict)}<h3><span class="name">${checker.title}</span> <code>${checker.id}</code>${checker.expected && markup` <span class="tag">expected</span>`}</h3></div>
<p>${checker.summary}</p>
<p class="note">${decidedText(checker)}</p>
${findings.length > 0 && markup`<div class="findings">${findings.map((finding, index) => findingDetails(finding, index < OPEN_FINDINGS, clock(finding.at)))}${beyond > 0 && markup`<p class="note">… and ${formatCount(beyond)} more that are not listed.</p>`}</div>`}
${findings.length === 0 && checker.findingCount > 0 && markup`<p class="note">${plural(checker.findingCount, 'finding')}, none listed.</p>`}</article>
`;
}

function decidedText(checker: CheckerResult): string {
  if (checker.obligations === 0) return 'nothing to decide';
  const open = checker.undecided > 0 ? `, ${formatCount(checker.undecided)} undecided` : '';
  return `${formatCount(checker.decided)} of ${plural(checker.obligations, 'obligation')} decided${open}`;
}

function findingDetails(finding: Finding, open: boolean, clock: string): Markup {
  return markup`<details class="finding"${open && markup` open`}><summary>${instantLink(finding.at)}${clock !== '' && markup` <small>${clock}</small>`} <span>${finding.message}</span></summary>
${finding.witness.length === 0 ? markup`<p class="none">No witness was kept.</p>` : witnessTimeline(finding.witness)}
${storyOf(finding)}
${finding.devices.length > 0 && markup`<p class="note">Devices: ${finding.devices.map((device, index) => markup`${index > 0 && ', '}<span class="name mono">${device}</span>`)}</p>`}</details>
`;
}

const storyOf = ({ story = [] }: Finding): Markup | false =>
  story.length > 0 &&
  markup`<p class="note">What led there:</p>
${witnessTimeline(story)}`;
