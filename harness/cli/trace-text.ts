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

export function traceText(trace: Trace, colour: Paint): string {
  const { id, title, things, from, to, left } = trace;
  const [causes, effects] = (['cause', 'effect'] as const).map((role) =>
    things.filter((thing) => thing.role === role),
  ) as [TracedThing[], TracedThing[]];
  const own = things.filter(({ role }) => role === 'itself');
  const says = own[0]?.says ?? '';
  return [
    `${colour.strong(legibleLine(title))}  ${colour.faint(legibleLine(id))}`,
    ...(says === '' ? [] : [`  ${legibleLine(says)}`]),
    `  ${formatInstant(from)} to ${formatInstant(to)}, ${formatSpan(to - from)} in all`,
    ...section('because of', causes, colour),
    ...(things.length > 1 ? ['', colour.strong('itself')] : ['']),
    ...own.flatMap((thing) => hopLines(thing, '  ', colour)),
    ...section('led to', effects, colour),
    ...(left === 0 ? [] : ['', `… and ${left} more that are not shown`]),
    '',
  ].join('\n');
}

function section(title: string, things: readonly TracedThing[], colour: Paint): string[] {
  if (things.length === 0) return [];
  return [
    '',
    colour.strong(title),
    ...things.flatMap((thing) => {
      const indent = '  '.repeat(thing.depth);
      const says = thing.says === '' ? '' : `  ${colour.faint(legibleLine(thing.says))}`;
      return [
        `${indent}${colour.accent(legibleLine(thing.id))}  ${thing.how}${says}`,
        ...hopLines(thing, `${indent}  `, colour),
      ];
    }),
  ];
}

function hopLines({ hops, left }: TracedThing, indent: string, colour: Paint): string[] {
  const width = Math.max(0, ...hops.map(({ who }) => legibleLine(who).length));
  const middle = left === 0 ? -1 : Math.ceil(hops.length / 2);
  return hops.flatMap((hop, index) => [
    ...(index === middle ? [`${indent}${' '.repeat(24)}… ${left} more`] : []),
    ...hop.faults.map((fault) => `${indent}${' '.repeat(24)}${colour.warn(`fault ${fault} stands`)}`),
    hopLine(hop, indent, width, colour),
  ]);
}

function hopLine(hop: TracedHop, indent: string, width: number, colour: Paint): string {
  const { t, since, who, what, found, aside, byTarget } = hop;
  const gap = found ? 'at the end' : since === null ? '' : `${since < 0 ? '' : '+'}${formatSpan(since)}`;
  const padded = gap.padStart(11);
  const told = since !== null && since >= LONG_MS ? colour.strong(padded) : colour.faint(padded);
  const clock = byTarget ? colour.faint(" (by the target's clock)") : '';
  const words = legibleLine(what);
  const line = `${legibleLine(who).padEnd(width)}  ${aside || found ? colour.faint(words) : words}${clock}`;
  return `${indent}${formatInstant(t).padStart(10)} ${told}  ${line}`;
}

/** What is worth a look, by why, each with what to write next. */
export function worthText(rows: readonly TraceRow[], run: string, colour: Paint): string {
  const [first] = rows;
  if (first === undefined) return 'Nothing of this run stands out: no message came to an observer.\n';
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
