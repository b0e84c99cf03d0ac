/**
 * The way of a thing as a waterfall: a row for each hop, with a bar from the one before, so that
 * where time went is seen at once; and a row for each thing that led to it or that it led to. Laid
 * out by the page alone, so that it reads on a phone, on paper and without scripts.
 */
import type { Trace, TracedHop, TracedThing } from '../result.ts';
import { formatInstant, formatSpan } from '../wording.ts';
import { coordinate, type Markup, markup } from './markup.ts';
import { type Span, shareAt } from './scale.ts';

export function waterfall(trace: Trace): Markup {
  const { things, left } = trace;
  const span = spanOf(trace);
  const rows = (role: TracedThing['role'], title: string): Markup => {
    const own = things.filter((thing) => thing.role === role);
    return own.length === 0
      ? markup``
      : markup`<h4>${title}</h4><ol class="way">${own.map((thing) => thingRow(thing, span))}</ol>
`;
  };
  const self = things.filter(({ role }) => role === 'itself');
  return markup`${rows('cause', 'Because of')}${self.map(
    ({
      hops,
      left: more,
    }) => markup`${things.length > 1 && markup`<h4>Itself</h4>`}<ol class="way">${hops.map(
      (hop, index) =>
        markup`${more > 0 && index === Math.ceil(hops.length / 2) && leftOut(more)}${hopRow(hop, span)}`,
    )}</ol>
`,
  )}${rows('effect', 'Led to')}${left > 0 && markup`<p class="note">And ${left} more that are not drawn.</p>`}`;
}

const leftOut = (more: number): Markup =>
  markup`<li class="note"><span class="at"></span><span class="gap-track"></span><span>… ${more} more</span></li>
`;

/** Of what is drawn as a bar: asides may have begun before, and what was found comes long after. */
function spanOf({ things, from, to }: Trace): Span {
  const asides = things.flatMap(({ hops }) => hops.filter(({ aside }) => aside).map(({ t }) => t));
  return { from: Math.min(from, ...asides), to };
}

function hopRow(hop: TracedHop, span: Span): Markup {
  const { t, since, who, what, found, aside, byTarget, faults } = hop;
  const gap = found ? 'at the end' : since === null ? '' : `+${formatSpan(since)}`;
  const bar = found ? null : barOf(t - (since ?? 0), t, span, faults.length > 0);
  return markup`<li class="w-${hop.where}"><span class="at">${formatInstant(t)}${byTarget && '°'} <small>${gap}</small></span><span class="gap-track">${bar}</span><span class="${aside || found ? 'note' : 'hop'}"><b class="name">${who}</b> ${what}${faultNote(faults)}</span></li>
`;
}

const faultNote = (faults: readonly string[]): Markup | null =>
  faults.length === 0
    ? null
    : markup` <small class="hit-note">meanwhile fault ${faults.join(', ')}</small>`;

function thingRow({ id, how, says, hops, depth, left }: TracedThing, span: Span): Markup {
  const own = hops.filter(({ found, aside }) => !found && !aside);
  const [first, last] = [own[0], own.at(-1)];
  const bar =
    first === undefined || last === undefined
      ? null
      : markup`${barOf(
          first.t,
          last.t,
          span,
          own.some(({ faults }) => faults.length > 0),
        )}${own.map(
          ({ t }) => markup`<i class="tick-mark" style="left:${percent(shareAt(span, t))}"></i>`,
        )}`;
  const steps = own.map(({ t, since, as, byTarget }) => {
    const when = since === null ? formatInstant(t) : `+${formatSpan(since)}`;
    return `${when}${byTarget ? '°' : ''} ${as}`;
  });
  const text = [...steps, ...(left > 0 ? [`… ${left} more`] : [])].join(' · ');
  return markup`<li class="thing d${Math.min(depth, 4)}"><span class="at"><b>${how}</b></span><span class="gap-track">${bar}</span><span class="hop"><code class="name">${id}</code>${says !== '' && markup` <small>${says}</small>`}<br><small>${text}</small></span></li>
`;
}

/** What took no time is a mark all the same. */
function barOf(from: number, to: number, span: Span, isHit: boolean): Markup {
  const [left, right] = [shareAt(span, from), shareAt(span, to)];
  return markup`<i class="gap${isHit && ' hit'}" style="left:${percent(left)};width:${percent(right - left)}"></i>`;
}

const percent = (share: number): string => `${coordinate(share * 100)}%`;
