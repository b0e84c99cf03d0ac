/**
 * Faults and phases as the ground of every chart over time: one colour per fault, the same in each
 * chart, in the legend and on the fault's card. The overview draws them as rows with names; the
 * charts only carry the tint.
 */
import type { FaultResult, Result } from '../result.ts';
import { formatInstant, formatSpan, legibleLine } from '../wording.ts';
import { coordinate, type Markup, markup, type Piece } from './markup.ts';
import { type Span, shareAt } from './scale.ts';

/** The page defines this many fault colours, `f0` … `f7`; a ninth fault shares the first one's. */
const FAULT_COLOURS = 8;

export interface Band {
  label: string;
  colour: number;
  from: number;
  to: number;
}

export const faultColour = (index: number): number => index % FAULT_COLOURS;

export const faultLabel = (fault: Pick<FaultResult, 'id' | 'fault'>): string =>
  fault.id === fault.fault ? fault.id : `${fault.id} · ${fault.fault}`;

export const faultBands = (result: Result): Band[] =>
  result.faults.map((fault, index) => ({
    label: faultLabel(fault),
    colour: faultColour(index),
    from: fault.from,
    to: fault.to,
  }));

/**
 * The tint behind a chart of this height, with a solid cap; overlapping faults show as overlapping
 * tints.
 */
export function tintedBands(bands: readonly Band[], span: Span): Markup {
  return markup`${bands.map((band) => {
    const { x, width } = extent(span, band);
    return markup`<g class="band f${band.colour}"><title>${bandTitle(band)}</title>
<rect class="tint" x="${x}" y="0" width="${width}" height="100%"/><rect class="cap" x="${x}" y="0" width="${width}" height="3"/></g>
`;
  })}`;
}

/** Thin lines where one phase gives way to the next. */
export function phaseEdges(phases: Result['phases'], span: Span): Markup {
  const inner = phases.filter((phase) => phase.from > span.from && phase.from < span.to);
  return markup`${inner.map((phase) => {
    const x = percent(shareAt(span, phase.from));
    return markup`<line class="phase-edge" x1="${x}" x2="${x}" y1="0" y2="100%"/>`;
  })}`;
}

const ROW_HEIGHT = 24;

/** The overview: a row of phases and a row per fault, on the same axis as the charts below it. */
export function runOverview(phases: Result['phases'], bands: readonly Band[], span: Span): Markup {
  const height = ROW_HEIGHT * (bands.length + 1);
  const said = [
    ...phases.map((phase) => `phase ${phase.name} ${between(phase)}`),
    ...bands.map((band) => `fault ${band.label} ${between(band)}`),
  ];
  return markup`<svg class="overview" role="img" aria-label="${said.join('; ')}" width="100%" height="${height}">
${phases.map((phase, index) => phaseBlock(phase, index, span))}
${bands.map((band, index) => faultRow(band, (index + 1) * ROW_HEIGHT, span))}</svg>`;
}

function phaseBlock(phase: Result['phases'][number], index: number, span: Span): Markup {
  const { x, width } = extent(span, phase);
  const middle = percent((shareAt(span, phase.from) + shareAt(span, phase.to)) / 2);
  const share = shareAt(span, phase.to) - shareAt(span, phase.from);
  // A name that would not fit on a phone is left to the tooltip.
  const roomy = share * 100 > phase.name.length * 1.1;
  const tight = share * 100 < phase.name.length * 2.6;
  return markup`<g class="phase"><title>${`${phase.name}, ${between(phase)}`}</title>
<rect class="phase-block${index % 2 === 1 ? ' odd' : ''}" x="${x}" y="0" width="${width}" height="${ROW_HEIGHT - 4}"/>${
    roomy &&
    markup`<text class="phase-name${tight ? ' wide-only' : ''}" x="${middle}" y="14" text-anchor="middle">${phase.name}</text>`
  }</g>
`;
}

/** The name stands where there is room for it: behind the bar, before it, or on it. */
function faultRow(band: Band, y: number, span: Span): Markup {
  const { x, width } = extent(span, band);
  const start = shareAt(span, band.from);
  const end = shareAt(span, band.to);
  // On a narrow screen the kind is left to the legend.
  const label = shortened(band.label, 42);
  const [name = '', kind] = label.split(/(?= · )/);
  const [at, anchor, dx] =
    end <= 0.6 ? [end, 'start', 7] : start >= 0.4 ? [start, 'end', -7] : [start, 'start', 7];
  return markup`<g class="fault-row f${band.colour}"><title>${bandTitle(band)}</title>
<rect class="bar" x="${x}" y="${y + 2}" width="${width}" height="${ROW_HEIGHT - 8}" rx="3"/>
<text x="${percent(at)}" dx="${dx}" y="${y + 14}" text-anchor="${anchor}">${name}${kind !== undefined && markup`<tspan class="wide-only">${kind}</tspan>`}</text></g>
`;
}

const bandTitle = (band: Band): string => `${band.label}, ${between(band)}`;

const between = ({ from, to }: Span): string =>
  `${formatInstant(from)} to ${formatInstant(to)} (${formatSpan(to - from)})`;

/** A window that never ended or lasted no time still shows as a sliver. */
function extent(span: Span, window: Span): { x: string; width: string } {
  const start = shareAt(span, window.from);
  const width = Math.max(shareAt(span, window.to) - start, 0.002);
  return { x: percent(Math.min(start, 0.998)), width: percent(width) };
}

export const percent = (share: number): string => `${coordinate(share * 100)}%`;

function shortened(text: string, most: number): string {
  const characters = [...legibleLine(text)];
  return characters.length <= most
    ? characters.join('')
    : `${characters.slice(0, most - 1).join('')}…`;
}

/** A small square in a fault's colour, for legends and cards. */
export const faultSwatch = (colour: number): Piece =>
  markup`<i class="swatch f${colour}" aria-hidden="true"></i>`;
