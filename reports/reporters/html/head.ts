/**
 * The top of the page: the verdict and why in one sentence, what ran, and the line that repeats it.
 */
import type { CheckerVerdict } from '#kernel';
import { type Markup, markup } from '../../plots/markup.ts';
import type { Result } from '../../result.ts';
import {
  formatCount,
  formatSpan,
  mutantWords,
  runSpan,
  tallyCheckers,
  whySentence,
} from '../../wording.ts';

export function headSection(result: Result): Markup {
  const { target } = result;
  const span = runSpan(result);
  const mutant = mutantWords(result);
  const facts: [string, string][] = [
    ['Seed', String(result.seed)],
    ['Gear', result.gear],
    ['Target', `${target.kind} · ${target.name}`],
    ...(mutant === null ? [] : [['Planted bug', mutant] as [string, string]]),
    ['Devices', formatCount(result.devices)],
    ...behindOthers(result),
    ['Run', formatSpan(span.to - span.from)],
    ['Exit code', String(result.exitCode)],
  ];
  return markup`<header class="card head v-${result.verdict}" id="verdict">
<div class="head-top">${verdictChip(result.verdict, 'badge')}<div><h1 class="name">${result.scenario.name}</h1>${result.scenario.about !== '' && markup`<p class="about">${result.scenario.about}</p>`}</div></div>
<p class="why">${whySentence(result)}</p>
${result.reasons.length > 1 && markup`<ul class="reasons">${result.reasons.slice(1).map((reason) => markup`<li>${reason}</li>`)}</ul>`}
<p class="tally">${tally(result)}</p>
<dl class="facts">${facts.map(([name, value]) => markup`<div><dt>${name}</dt><dd class="name">${value}</dd></div>`)}</dl>
<div class="replay"${result.replay === '' && markup` hidden`}><code id="replay">${result.replay}</code><button type="button" id="copy" class="quiet" hidden>Copy</button></div>
</header>`;
}

const behindOthers = ({ carried }: Result): [string, string][] =>
  carried === undefined ? [] : [['Behind gateways', formatCount(carried)]];

const WORD: Readonly<Record<CheckerVerdict, string>> = {
  pass: 'Pass',
  fail: 'Fail',
  unknown: 'Unknown',
  invalid: 'Invalid',
  'not-applicable': 'N/A',
};

/** Shape and word carry the verdict as well as the colour does. */
const SIGN: Readonly<Record<CheckerVerdict, string>> = {
  pass: '✓',
  fail: '✕',
  unknown: '?',
  invalid: '!',
  'not-applicable': '–',
};

export const verdictChip = (verdict: CheckerVerdict, size: 'chip' | 'badge' = 'chip'): Markup =>
  markup`<span class="${size} v-${verdict}"><span aria-hidden="true">${SIGN[verdict]}</span> ${WORD[verdict]}</span>`;

function tally(result: Result): string {
  const counts = tallyCheckers(result.checkers);
  const words = (['fail', 'invalid', 'unknown', 'pass', 'not-applicable'] as const)
    .filter((verdict) => counts[verdict] > 0)
    .map((verdict) => `${formatCount(counts[verdict])} ${verdict.replace('-', ' ')}`);
  const effective = result.faults.filter((fault) => fault.effective === true).length;
  const faults =
    result.faults.length === 0
      ? 'no faults'
      : `${formatCount(effective)} of ${formatCount(result.faults.length)} faults effective`;
  return `Checkers: ${words.join(', ') || 'none judged'} · ${faults}`;
}
