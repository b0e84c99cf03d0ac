/**
 * What cannot stand in one plan of the streams that parts and workflows bring. A stream is of one
 * part, to which a workflow may add; or of a workflow alone.
 */
import type { PartKind } from '#devices';
import {
  DECLARED_STREAMS_MAX,
  isBuiltIn,
  knownHint,
  type Plan,
  type Problem,
  type StreamSpec,
  streamFlaws,
} from '#kernel';

interface Bringer {
  kind: string;
  streams?: readonly StreamSpec[] | undefined;
}

/** `specs` are as the plan would have them, each under its name. */
export function streamProblems(
  parts: readonly PartKind[],
  specs: ReadonlyMap<string, StreamSpec>,
): Problem[] {
  return [
    ...broughtTwice(parts),
    ...[...specs.values()].flatMap((spec) => malformed(spec, specs, parts)),
    ...tooMany(parts, specs),
  ];
}

/** The devices of both would take each other's messages for their own. */
function broughtTwice(parts: readonly Bringer[]): Problem[] {
  const first = new Map<string, string>();
  return parts.flatMap(({ kind, streams = [] }) =>
    streams.flatMap(({ name }): Problem[] => {
      const other = first.get(name);
      first.set(name, other ?? kind);
      if (other === undefined) return [];
      const message = `the parts ${other} and ${kind} both bring the stream ${name}`;
      return [{ code: 'twice', path: 'fleet', message, hint: 'rename it in one of them' }];
    }),
  );
}

/** What a workflow lays out nobody has looked at before, nor at what comes of it with a part's. */
function malformed(
  spec: StreamSpec,
  specs: ReadonlyMap<string, StreamSpec>,
  parts: readonly Bringer[],
): Problem[] {
  const { name, schedule } = spec;
  const at = `the stream ${name}`;
  const flaws = streamFlaws(spec, at);
  if (flaws.length > 0) {
    return flaws.map((message) => ({ code: 'stream', path: 'workflows', message }));
  }
  const to = schedule.by === 'reply' ? schedule.to : spec.answers;
  if (to === undefined || specs.has(to)) return [];
  const part = parts.find(({ streams }) => streams?.some((one) => one.name === name));
  const who = part === undefined ? 'a workflow' : `the part ${part.kind}`;
  const message = `${who}: '${name}' replies to '${to}', which is no stream of this plan`;
  return [{ code: 'stream', path: 'fleet', message, ...knownHint(to, specs.keys()) }];
}

/** Rounds of a device that the fleet does not have would go to nobody, and nobody would say so. */
export function strangerProblems({
  streams,
  devices,
}: Pick<Plan, 'streams' | 'devices'>): Problem[] {
  return streams.flatMap(({ name, schedule }): Problem[] => {
    const named = schedule.by === 'rounds' ? schedule.devices : [];
    const stranger = named.find(({ device }) => device >= devices.length);
    if (stranger === undefined) return [];
    const message = `the stream ${name} has rounds of the device ${stranger.device}`;
    const hint = `the plan has ${devices.length}, counted from 0`;
    return [{ code: 'stream', path: 'workflows', message, hint }];
  });
}

/** A code has eight bits. */
function tooMany(parts: readonly Bringer[], specs: ReadonlyMap<string, StreamSpec>): Problem[] {
  const own = [...specs.keys()].filter((name) => !isBuiltIn(name)).length;
  if (own <= DECLARED_STREAMS_MAX) return [];
  const most = parts
    .map(({ kind, streams = [] }) => ({ kind, count: streams.length }))
    .sort((a, b) => b.count - a.count)
    .slice(0, 3)
    .map(({ kind, count }) => `${kind} (${count})`);
  const message = `${own} streams are more than a plan holds of parts and workflows`;
  const hint = `${DECLARED_STREAMS_MAX} at most; leave out a part: ${most.join(', ')} bring most`;
  return [{ code: 'too-many-streams', path: 'fleet', message, hint }];
}
