/**
 * The minimal witness of a finding: the few events that contradict the promise, in order, each with
 * its instant and the time since the one before. An instant is a link that marks it in every chart.
 */
import type { WitnessEvent } from '../result.ts';
import { formatInstant, formatSpan } from '../wording.ts';
import { type Markup, markup } from './markup.ts';

export function witnessTimeline(events: readonly WitnessEvent[]): Markup {
  return markup`<ol class="witness">${events.map((event, index) => {
    const before = events[index - 1];
    const gap = before === undefined ? '' : `+${formatSpan(event.t - before.t)}`;
    return markup`<li><span class="when">${instantLink(event.t)}<small>${gap}</small></span><span class="what"><b class="name">${event.who}</b> ${event.what}</span></li>
`;
  })}</ol>`;
}

export const instantLink = (t: number): Markup =>
  Number.isFinite(t)
    ? markup`<a class="instant-link" href="#${instantAnchor(t)}">${formatInstant(t)}</a>`
    : markup`<span>–</span>`;

export const instantAnchor = (t: number): string => `t=${t}`;
