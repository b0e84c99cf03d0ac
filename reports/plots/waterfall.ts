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
  const of = (role: TracedThing['role']): TracedThing[] =>
    things.filter((thing) => thing.role === role);
  const others = (title: string, some: readonly TracedThing[]): Markup | false =>
    some.length > 0 &&
    list(
      title,
      some.map((thing) => thingRow(thing, span)),
    );
  return markup`${others('Because of', of('cause'))}${of('itself').map((thing) =>
    list(things.length > 1 ? 'Itself' : '', hopRows(thing, span)),
  )}${others('Led to', of('effect'))}${left > 0 && moreThings(left)}`;
}

const list = (title: string, rows: readonly Markup[]): Markup =>
  markup`${title !== '' && markup`<h4>${title}</h4>`}<ol class="way">${rows}</ol>
`;

const moreThings = (left: number): Markup =>
  markup`<p class="note">And ${left} more that are not drawn.</p>`;

/** Of what is drawn as a bar: asides may have begun before, and what was found comes long after. */
function spanOf({ things, from, to }: Trace): Span {
  const asides = things.flatMap(({ hops }) => hops.filter(({ aside }) => aside).map(({ t }) => t));
  return { from: Math.min(from, ...asides), to };
}

/** Three cells, which a narrow page puts below each other. */
const row = (kind: string, at: Piece, bar: Piece, what: Piece): Markup =>
  markup`<li class="${kind}"><span class="at">${at}</span>
<span class="gap-track">${bar}</span>${what}</li>
`;

type Piece = Markup | Markup[] | string | null;

function hopRows({ hops, left }: TracedThing, span: Span): Markup[] {
  const rows = hops.map((hop) => hopRow(hop, span));
  if (left > 0) rows.splice(Math.ceil(hops.length / 2), 0, moreHops(left));
  return rows;
}

const moreHops = (left: number): Markup =>
  row('note', null, null, markup`<span>… ${left} more</span>`);

function hopRow(hop: TracedHop, span: Span): Markup {
  const { t, since, where, who, what, found, aside, byTarget, faults } = hop;
  const gap = found ? 'at the end' : since === null ? '' : `+${formatSpan(since)}`;
  const bar = found ? null : barOf(t - (since ?? 0), t, span, faults.length > 0);
  const at = markup`${formatInstant(t)}${byTarget && '°'} <small>${gap}</small>`;
  const words = markup`<b class="name">${who}</b> ${what}${faultNote(faults)}`;
  const tone = aside || found ? 'note' : 'hop';
  return row(`w-${where}`, at, bar, markup`<span class="${tone}">${words}</span>`);
}

const faultNote = (faults: readonly string[]): Markup | null =>
  faults.length === 0
    ? null
    : markup` <small class="hit-note">meanwhile fault ${faults.join(', ')}</small>`;

function thingRow({ id, how, says, hops, depth, left }: TracedThing, span: Span): Markup {
  const own = hops.filter(({ found, aside }) => !found && !aside);
  const [first, last] = [own[0], own.at(-1)];
  const steps = own.map(({ t, since, as, byTarget }) => {
    const when = since === null ? formatInstant(t) : `+${formatSpan(since)}`;
    return `${when}${byTarget ? '°' : ''} ${as}`;
  });
  const text = [...steps, ...(left > 0 ? [`… ${left} more`] : [])].join(' · ');
  const values = says !== '' && markup` <small>${says}</small>`;
  const name = markup`<code class="name">${id}</code>${values}`;
  const what = markup`<span class="hop">${name}<br><small>${text}</small></span>`;
  const isHit = own.some(({ faults }) => faults.length > 0);
  const bar =
    first === undefined || last === undefined
      ? null
      : [barOf(first.t, last.t, span, isHit), ...own.map(({ t }) => tick(t, span))];
  return row(`thing d${Math.min(depth, 4)}`, markup`<b>${how}</b>`, bar, what);
}

const tick = (t: number, span: Span): Markup =>
  markup`<i class="tick-mark" style="left:${percent(shareAt(span, t))}"></i>`;

/** What took no time is a mark all the same. */
function barOf(from: number, to: number, span: Span, isHit: boolean): Markup {
  const [left, right] = [shareAt(span, from), shareAt(span, to)];
  const place = `left:${percent(left)};width:${percent(right - left)}`;
  return markup`<i class="gap${isHit && ' hit'}" style="${place}"></i>`;
}

const percent = (share: number): string => `${coordinate(share * 100)}%`;
