/**
 * What the devices of each entry can do: the parts that fit it, that it asks for, or that a
 * workflow needs; and with the parts, the streams and ledger ops of the whole plan.
 */
import { broughtOps, broughtStreams, type PartKind, partFamily } from '#devices';
import {
  type Catalog,
  type EntryPlan,
  inNameOf,
  layOps,
  layStreams,
  mergedSpecs,
  type OpPlan,
  type ParamValues,
  type Plan,
  type Problem,
  readParams,
  type StreamPlan,
  type StreamSpec,
  type TargetPlan,
} from '#kernel';
import type { FleetEntry } from '#scenarios';
import { strangeSpeech } from '../dialects/dialect-choice.ts';
import { opProblems } from './op-problems.ts';
import { streamProblems } from './stream-problems.ts';

export interface Capabilities {
  streams: StreamPlan[];
  ops: OpPlan[];
  problems: Problem[];
}

/** What the workflows of the plan bring and need. */
export interface Needs {
  kinds: readonly { kind: string; parts?: readonly string[]; ops?: PartKind['ops'] }[];
  streams: readonly StreamSpec[];
  workflows?: Plan['workflows'];
}

/** Fills in the parts, streams and channels of each entry. */
export function planCapabilities(
  entries: readonly EntryPlan[],
  fleet: readonly FleetEntry[],
  catalog: Catalog,
  needs: Needs,
  { keepsTelemetry, store }: Pick<TargetPlan, 'keepsTelemetry' | 'store'>,
): Capabilities {
  const partsOf = partsOfEntries(entries, fleet, catalog, needs.kinds);
  const asked = new Set(partsOf.flat());
  const used = sortedParts(catalog).filter((part) => asked.has(part));
  entries.forEach((entry, index) => {
    const own = partsOf[index] ?? [];
    entry.parts = own.map((part) => ({ kind: part.kind, params: paramsOf(part, fleet[index]) }));
  });
  const parts = used.map((part) => asSet(part, entries, needs));
  const brought = parts.flatMap((part) => part.streams ?? []);
  const specs = keptIn(store, mergedSpecs([...brought, ...needs.streams]));
  const amiss = [...streamProblems(parts, specs), ...strangeSpeech([...specs.values()], catalog)];
  const streams = amiss.length > 0 ? [] : layStreams([...specs.values()], keepsTelemetry);
  entries.forEach((entry, index) => {
    const own = partsOf[index] ?? [];
    const taken = new Set(own.flatMap((part) => streamsOf(part, entry)));
    entry.streams = streams.filter(({ name }) => taken.has(name)).map(({ code }) => code);
    const spoken = entry.protocol?.channel ?? null;
    const channels = own.flatMap((part) => [...new Set(part.channels)]);
    if (spoken !== null) channels.push(spoken);
    if (channels.length > 0) entry.channels = channels.sort();
    const buses = own.flatMap((part) => fieldBusesOf(part, entry));
    if (buses.length > 0) entry.fieldBuses = [...new Set(buses)].sort();
  });
  for (const stream of streams) withhold(stream, entries, partsOf, fleet);
  const writers = [...parts, ...needs.kinds];
  const ops = layOps(writers.map((kind) => kind.ops ?? {}));
  const unheard = carriedOtherwise(entries, fleet, streams);
  return { streams, ops, problems: [...amiss, ...unheard, ...opProblems(writers)] };
}

/** With what it brings besides, where some entry sets it so and the workflows are such. */
function asSet(part: PartKind, entries: readonly EntryPlan[], { workflows = [] }: Needs): PartKind {
  const besides = (part.besides ?? []).filter((one) =>
    entries.some(({ parts }) =>
      parts.some(
        (own) =>
          own.kind === part.kind &&
          calls(part, 'besides', () => one.where(own.params, { workflows })),
      ),
    ),
  );
  const own = { ...part, besides };
  return { ...own, streams: broughtStreams(own), ops: broughtOps(own) };
}

/** A carrier brings what is said in the target's dialect, and knows no other. */
const carriedOtherwise = (
  entries: readonly EntryPlan[],
  fleet: readonly FleetEntry[],
  streams: readonly StreamPlan[],
): Problem[] =>
  entries.flatMap((entry, index): Problem[] => {
    const { via, fallBack } = fleet[index] ?? {};
    const own = streams.find(({ code, dialect }) => dialect && entry.streams.includes(code));
    if (own === undefined || (via ?? fallBack?.via ?? null) === null) return [];
    const message = `${entry.id} speaks ${own.dialect}, which whoever carries it does not`;
    const hint = 'let its devices speak for themselves, or by another road';
    return [{ code: 'carried', path: `fleet[${index}]`, message, hint }];
  });

/** A store that is not ours keeps what the scenario says, and nothing else. */
function keptIn(
  store: TargetPlan['store'],
  specs: ReadonlyMap<string, StreamSpec>,
): ReadonlyMap<string, StreamSpec> {
  if (store === undefined) return specs;
  return new Map(
    [...specs].map(([name, spec]) => [name, { ...spec, kept: store.streams.includes(name) }]),
  );
}

/** Why parts may keep messages of a stream from going: each says it of those that it may touch. */
function withhold(
  stream: StreamPlan,
  entries: readonly EntryPlan[],
  partsOf: readonly (readonly PartKind[])[],
  fleet: readonly FleetEntry[],
): void {
  if (stream.way !== 'up') return;
  const [held, givenUp] = [new Set<string>(), new Set<string>()];
  entries.forEach(({ streams }, index) => {
    if (!streams.includes(stream.code)) return;
    const { via, fallBack } = fleet[index] ?? {};
    const carriers = entries.flatMap(({ id }, at) =>
      id === via || id === fallBack?.via ? (partsOf[at] ?? []) : [],
    );
    const own = stream.schedule.by === 'sampling' ? (partsOf[index] ?? []) : [];
    for (const why of own.flatMap(({ holdsBack }) => holdsBack ?? [])) held.add(why);
    for (const why of carriers.flatMap(({ withholds }) => withholds ?? [])) givenUp.add(why);
  });
  stream.skips.push(...[...new Set([...held, ...givenUp])].sort());
  if (givenUp.size > 0) stream.givenUp = [...givenUp].sort();
}

/** Of each entry in the order of their names: the parts that fit it, are asked for or needed. */
export function partsOfEntries(
  entries: readonly EntryPlan[],
  fleet: readonly FleetEntry[],
  catalog: Catalog,
  kinds: Needs['kinds'],
): PartKind[][] {
  const needed = new Set(kinds.flatMap(({ parts }) => parts ?? []));
  const known = sortedParts(catalog);
  return entries.map((entry, index) => {
    const asked = fleet[index]?.parts ?? [];
    const isAsked = ({ kind }: PartKind): boolean => asked.some(({ part }) => part === kind);
    return known.filter((part) => needed.has(part.kind) || isAsked(part) || fits(part, entry));
  });
}

const sortedParts = (catalog: Catalog): PartKind[] =>
  [...catalog.of(partFamily).values()].sort((a, b) => (a.kind < b.kind ? -1 : 1));

export function paramsOf(
  { kind, params = {} }: PartKind,
  entry: FleetEntry | undefined,
): ParamValues {
  return readParams(params, entry?.parts.find(({ part }) => part === kind)?.with ?? {}).values;
}

const calls = <T>({ kind }: PartKind, hook: string, action: () => T): T =>
  inNameOf(`the part ${kind}`, hook, action);

const fits = (part: PartKind, entry: EntryPlan): boolean =>
  calls(part, 'fits', () => part.fits?.(entry) === true);

const fieldBusesOf = (part: PartKind, entry: EntryPlan): readonly string[] =>
  calls(part, 'fieldBuses', () => part.fieldBuses?.(entry)) ?? [];

const streamsOf = (part: PartKind, entry: EntryPlan): readonly string[] =>
  calls(part, 'takes', () => part.takes?.(entry)) ?? broughtStreams(part).map(({ name }) => name);
