/**
 * One card per fault: what it was aimed at, whether it was seen to happen, and how the fleet came
 * back.
 */
import { faultColour, faultSwatch } from '../../plots/bands.ts';
import { type Markup, markup } from '../../plots/markup.ts';
import { RUNGS, recoveryLadder } from '../../plots/recovery-ladder.ts';
import { instantLink } from '../../plots/witness.ts';
import type { Environment, FaultResult, Recovery, Result } from '../../result.ts';
import {
  effectWord,
  formatCount,
  formatShare,
  formatSpan,
  plural,
  wallClockOf,
} from '../../wording.ts';

export function recoverySection({ faults }: Result, environment: Environment): Markup {
  const clock = wallClockOf(environment);
  return markup`<section id="faults"><h2>Faults and recovery</h2>
${faults.length === 0 ? markup`<p class="none card">No faults were planned.</p>` : markup`<div class="cards">${faults.map((fault, index) => faultCard(fault, index, clock))}</div>`}
</section>`;
}

function faultCard(fault: FaultResult, index: number, clock: (ms: number) => string): Markup {
  const colour = faultColour(index);
  const word = effectWord(fault.effective);
  const tone = { effective: 'pass', 'no effect': 'invalid', undecided: 'unknown' }[word];
  return markup`<article class="card fault f${colour}">
<h3>${faultSwatch(colour)}<span class="name">${fault.id}</span> <span class="chip v-${tone}">${word}</span></h3>
<p class="note"><b class="name">${fault.fault}</b> on ${plural(fault.targets, 'device')}, ${instantLink(fault.from)} to ${instantLink(fault.to)} (${formatSpan(fault.to - fault.from)})${clock(fault.from) !== '' && markup` <small>${clock(fault.from)} to ${clock(fault.to)} UTC</small>`}</p>
<p class="evidence">${fault.evidence}</p>
${fault.recovery === null ? markup`<p class="none">Recovery was not judged.</p>` : recoveryOf(fault.recovery)}</article>
`;
}

function recoveryOf(recovery: Recovery): Markup {
  const left = recovery.disconnectedShare > 0;
  const ladder = recoveryLadder(recovery);
  const rungs = left ? RUNGS : [];
  const figures: [string, string][] = [
    ['Disconnected', formatShare(recovery.disconnectedShare)],
    ['Noticed after', formatSpan(recovery.detectMs)],
    ['Peak reconnects', `${formatCount(recovery.peakReconnectsPerSecond)}/s`],
    ...rungs.map(({ key, label }): [string, string] => [
      `${label} back`,
      recovery[key] === null ? 'never' : formatSpan(recovery[key]),
    ]),
    ['Backlog drained', formatSpan(recovery.backlogMs)],
    ['p99 back to normal', formatSpan(recovery.latencyMs)],
  ];
  return markup`${ladder !== undefined && markup`<figure class="ladder-plot"><figcaption>Share online after the heal</figcaption>${ladder}</figure>`}
<dl class="figures">${figures.map(([name, value]) => markup`<div${value === 'never' && markup` class="never"`}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
