/**
 * A trace for a terminal: what led to a thing, itself with its hops and the time between them, and
 * what it led to. What happens at one time stands together; what took time stands out.
 */
import { formatInstant, formatSpan, legibleLine, type Trace, type TraceRow } from '#reports';
import type { Paint } from './paint.ts';

type TracedThing = Trace['things'][number];
type TracedHop = TracedThing['hops'][number];

/** A gap from which on it stands out: longer than a person blinks. */
const LONG_MS = 100;

/** From so many on, each has one line of its own and no more. */
const COMPACT_FROM = 4;

export function traceText(trace: Trace, colour: Paint): string {
  const { id, title, things, from, to, left } = trace;
  const [causes, effects] = (['cause', 'effect'] as const).map((role) =>
    things.filter((thing) => thing.role === role),
  ) as [TracedThing[], TracedThing[]];
  const own = things.filter(({ role }) => role === 'itself');
  const says = own[0]?.says ?? '';
  const isToldByTarget = things.some(({ hops }) => hops.some(({ byTarget }) => byTarget));
  return [
    `${colour.strong(legibleLine(title))}  ${colour.faint(legibleLine(id))}`,
    ...(says === '' ? [] : [`  ${legibleLine(says)}`]),
    `  ${formatInstant(from)} to ${formatInstant(to)}, ${formatSpan(to - from)} in all`,
    ...section('because of', causes, colour),
    ...(things.length > 1 ? ['', colour.strong('itself')] : ['']),
    ...own.flatMap((thing) => hopLines(thing, '  ', colour)),
    ...section('led to', effects, colour),
    ...(left === 0 ? [] : ['', `… and ${left} more that are not shown`]),
    ...(isToldByTarget ? ['', colour.faint(clockText(trace))] : []),
    '',
    '',
  ].join('\n');
}

const BY_TARGET = '°';

const clockText = ({ targetAhead }: Trace): string => {
  const words = `${BY_TARGET} told by the target, by its own clock`;
  if (targetAhead === 0) return words;
  const side = targetAhead > 0 ? 'ahead' : 'behind';
  return `${words}: ${formatSpan(Math.abs(targetAhead))} ${side}, and set right here`;
};

function section(title: string, things: readonly TracedThing[], colour: Paint): string[] {
  if (things.length === 0) return [];
  const isCompact = things.length >= COMPACT_FROM;
  return [
    '',
    `${colour.strong(title)}${things.length > 1 ? ` ${things.length} things` : ''}`,
    ...things.flatMap((thing) => {
      const indent = '  '.repeat(thing.depth);
      const says = thing.says === '' ? '' : `  ${colour.faint(legibleLine(thing.says))}`;
      return [
        `${indent}${colour.accent(legibleLine(thing.id))}  ${thing.how}${says}`,
        ...(isCompact ? compactLines : hopLines)(thing, `${indent}  `, colour),
      ];
    }),
  ];
}

/** `4.990 s due · +13.42 s sent · +0 ms acked`: the same in a line. */
function compactLines({ hops, left }: TracedThing, indent: string, colour: Paint): string[] {
  const steps = hops
    .filter(({ aside }) => !aside)
    .map(({ t, since, as, found, byTarget, faults }) => {
      const when = found || since === null ? formatInstant(t) : gapText(since);
      const why = faults.length === 0 ? '' : ` (${faults.join(', ')})`;
      const told = since !== null && since >= LONG_MS ? colour.strong(when) : when;
      return `${told}${byTarget ? BY_TARGET : ''} ${as}${colour.warn(why)}`;
    });
  const more = left === 0 ? [] : [`… ${left} more`];
  return [`${indent}${[...steps, ...more].join(' · ')}`];
}

function hopLines({ hops, left }: TracedThing, indent: string, colour: Paint): string[] {
  const width = Math.max(0, ...hops.map(({ who }) => legibleLine(who).length));
  const middle = left === 0 ? -1 : Math.ceil(hops.length / 2);
  const margin = `${indent}${' '.repeat(24)}`;
  let before: readonly string[] = [];
  return hops.flatMap((hop, index) => {
    const fresh = hop.faults.filter((fault) => !before.includes(fault));
    // In no time no fault comes or goes.
    if (hop.since !== 0) before = hop.faults;
    return [
      ...(index === middle ? [`${margin}… ${left} more`] : []),
      ...fresh.map((fault) => `${margin}${colour.warn(`meanwhile fault ${legibleLine(fault)}`)}`),
      hopLine(hop, indent, width, colour),
    ];
  });
}

function hopLine(hop: TracedHop, indent: string, width: number, colour: Paint): string {
  const { t, since, who, what, found, aside, byTarget } = hop;
  const gap = found ? 'at the end' : since === null ? '' : gapText(since);
  const padded = gap.padStart(11);
  const told = since !== null && since >= LONG_MS ? colour.strong(padded) : colour.faint(padded);
  const words = legibleLine(what);
  const line = aside || found ? colour.faint(words) : words;
  const at = `${formatInstant(t)}${byTarget ? BY_TARGET : ' '}`;
  return `${indent}${at.padStart(11)}${told}  ${legibleLine(who).padEnd(width)}  ${line}`;
}

const gapText = (ms: number): string => `${ms < 0 ? '' : '+'}${formatSpan(ms)}`;

/** What is worth a look, by why, each with what to write next. */
export function worthText(rows: readonly TraceRow[], run: string, colour: Paint): string {
  const [first] = rows;
  if (first === undefined)
    return 'Nothing of this run stands out: no message came to an observer.\n';
  const reasons = [...new Set(rows.map(({ why }) => why))];
  const width = Math.max(...rows.map(({ id }) => id.length));
  const lines = reasons.flatMap((reason) => [
    colour.strong(reason),
    ...rows
      .filter(({ why }) => why === reason)
      .map(({ id, at, took }) => {
        const long = took === null ? '' : `  took ${formatSpan(took)}`;
        return `  ${colour.accent(legibleLine(id).padEnd(width))}  at ${formatInstant(at)}${long}`;
      }),
  ]);
  return `${lines.join('\n')}\n\ntwinstorm trace ${run} ${first.id}\n`;
}
