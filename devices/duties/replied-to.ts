/**
 * The streams to which those of a part reply. They may be of another part, which the catalog knows;
 * on a bench without it they stand in for it, so that everything else can be tried.
 */
import { type Catalog, type Family, knownHint, type StreamSpec } from '#kernel';
import { broughtStreams } from '../besides.ts';
import type { PartKind } from '../part.ts';

/** A catalog is asked by the name alone; the family itself brings the duties that ask. */
const PARTS = { family: 'part' } as Family<PartKind>;

const SAMPLED: StreamSpec = { name: 'telemetry', way: 'up', schedule: { by: 'sampling' } };

/** What stands in for a stream that nobody here brings. */
const standIn = (name: string): StreamSpec => ({
  name,
  way: 'down',
  schedule: { by: 'rounds', firstAt: 0, everyMs: 0, devices: [] },
});

/** Streams of others that a plan with this part must have, whatever they reply to among them. */
export function besideOf(kind: PartKind, catalog?: Catalog): StreamSpec[] {
  const known = new Map([...streamsOf(catalog), ...named(broughtStreams(kind))]);
  const own = new Set(broughtStreams(kind).map(({ name }) => name));
  const beside = new Map<string, StreamSpec>();
  const follow = ({ schedule }: StreamSpec): void => {
    if (schedule.by !== 'reply' || own.has(schedule.to) || beside.has(schedule.to)) return;
    const asked = known.get(schedule.to) ?? standIn(schedule.to);
    beside.set(schedule.to, asked);
    follow(asked);
  };
  for (const stream of broughtStreams(kind)) follow(stream);
  // One that may hold samples back is shown some.
  if (kind.holdsBack !== undefined) beside.set(SAMPLED.name, SAMPLED);
  return [...beside.values()];
}

/** Replies to a stream that no part brings: in a run its plan would be refused. */
export function lostReplies(kind: PartKind, catalog: Catalog): string[] {
  const known = new Map([...streamsOf(catalog), ...named(broughtStreams(kind))]);
  return broughtStreams(kind).flatMap(({ name, schedule }) => {
    if (schedule.by !== 'reply' || known.has(schedule.to)) return [];
    const { hint } = knownHint(schedule.to, known.keys());
    const more = hint === undefined ? '' : `; ${hint}`;
    return [`'${name}' replies to '${schedule.to}', which is no stream of any part here${more}`];
  });
}

const streamsOf = (catalog?: Catalog): [string, StreamSpec][] =>
  [...(catalog?.of(PARTS).values() ?? [])].flatMap((kind) => named(broughtStreams(kind)));

const named = (streams: readonly StreamSpec[]): [string, StreamSpec][] =>
  streams.map((stream) => [stream.name, stream]);
