/** A plan for people: what will happen when, to whom, and what of it is expected. */
import {
  type Catalog,
  type EntryPlan,
  formatDuration,
  type ParamValues,
  type Plan,
  plannedCount,
  type StreamPlan,
  writeParams,
} from '#kernel';
import { paint } from './paint.ts';

export function describePlan(plan: Plan, catalog: Catalog, colour: boolean): string {
  const { strong, faint } = paint(colour);
  const comes = comingOf(plan);
  const more = comes.length === 0 ? '' : ', and what comes of them';
  const lines = [
    [
      strong(plan.scenario.name),
      `seed ${plan.seed}`,
      `${plan.gear} gear`,
      `target ${plan.target.name}`,
    ].join('  '),
    ...mutantOf(plan),
    plan.scenario.about,
    '',
    strong('timeline'),
    ...timelineOf(plan).map(([at, text]) => `  ${formatDuration(at).padStart(8)}  ${text}`),
    '',
    strong(`fleet  ${plan.devices.length} devices, ${plan.bounds.messages} ${MESSAGES}${more}`),
    ...comes.map(([name, when]) => `  ${name.padEnd(20)} ${when}`),
    ...plan.entries.flatMap((entry, index) => entryLines(plan, catalog, faint, entry, index)),
    ...operationsOf(plan, catalog, strong),
    '',
    strong('cohorts'),
    ...plan.cohorts.map(({ id, devices, profile, faults }) => {
      const link = `${profile?.name ?? 'no profile'}  ${faults.join(', ') || 'no link fault'}`;
      return `  ${id.padEnd(12)} ${String(devices).padStart(6)}  ${link}`;
    }),
    '',
    strong('expectations'),
    ...plan.expect.map((wish) => `  ${wish.checker}  ${faint(wordsFor(wish, catalog))}`),
    ...plan.notes.map((note) => faint(`note: ${note}`)),
    '',
  ];
  return lines.join('\n');
}

const MESSAGES = 'intended messages';

/**
 * Streams whose messages are in the result's sum and that no plan can count, with when one comes:
 * of a reply as many as are heard of what it replies to, of the rest whatever happens.
 */
function comingOf({ entries, streams }: Plan): [name: string, when: string][] {
  const taken = new Set(entries.flatMap((entry) => entry.streams));
  const isQuiet = ({ schedule }: StreamPlan): boolean =>
    schedule.by === 'rounds' && schedule.devices.length === 0;
  return streams.flatMap(({ name, code, counted, schedule }): [string, string][] => {
    if (!counted || !taken.has(code)) return [];
    if (schedule.by === 'event' || schedule.by === 'attempt')
      return [[name, 'whenever it happens']];
    if (schedule.by !== 'reply') return [];
    const asked = streams.find((one) => one.code === schedule.to);
    return asked === undefined || isQuiet(asked) ? [] : [[name, `one for each ${asked.name}`]];
  });
}

function mutantOf({ target, firmware }: Plan): string[] {
  if (target.mutant !== null) return [`planted  ${target.mutant}, in the platform twin`];
  return firmware === null ? [] : [`planted  ${firmware}, in the devices`];
}

function entryLines(
  plan: Plan,
  catalog: Catalog,
  faint: (text: string) => string,
  entry: EntryPlan,
  index: number,
): string[] {
  const devices = plan.devices.filter((device) => device.entry === index);
  const { id, model, everyMs, qos, session } = entry;
  const life = `every ${formatDuration(everyMs)}, QoS ${qos}, ${session} session`;
  const count = `${String(devices.length).padStart(6)} × ${model}`;
  return [
    `  ${id.padEnd(20)} ${count}, ${life}  ${faint(devices[0]?.id ?? '')}`,
    `  ${' '.repeat(20)} parts ${partsOf(entry, catalog)}`,
  ];
}

/** What its devices can do, with what the scenario set of it. */
function partsOf({ parts }: EntryPlan, catalog: Catalog): string {
  return parts.map(({ kind, params }) => setOf('part', kind, params, catalog)).join(', ') || 'none';
}

function setOf(family: string, kind: string, params: ParamValues, catalog: Catalog): string {
  const words = wordsOf(family, kind, params, catalog);
  return words === '' ? kind : `${kind} (${words})`;
}

/** What operators do, and how often that makes whom hear of it. */
function operationsOf(plan: Plan, catalog: Catalog, strong: (text: string) => string): string[] {
  const names = plan.workflows.map(({ workflow, params = {} }) =>
    setOf('workflow', workflow, params, catalog),
  );
  if (names.length === 0) return [];
  const rounds = plan.streams.flatMap((stream) => roundsOf(plan, stream));
  return ['', strong('workflows'), `  ${names.join(', ')}`, ...rounds];
}

function roundsOf(plan: Plan, stream: StreamPlan): string[] {
  const { schedule, name, qos } = stream;
  if (schedule.by !== 'rounds' || schedule.devices.length === 0) return [];
  const counts = schedule.devices.map(({ device }) => plannedCount(plan, stream, device));
  // Not as arguments of one call: of a large fleet these are too many.
  const least = counts.reduce((a, b) => Math.min(a, b));
  const most = counts.reduce((a, b) => Math.max(a, b));
  const rounds = `${least === most ? '' : `${least} to `}${most} round${most === 1 ? '' : 's'}`;
  const [every, from] = [schedule.everyMs, schedule.firstAt].map(formatDuration);
  const all = counts.reduce((sum, count) => sum + count, 0);
  const when = `every ${every} from ${from}, QoS ${qos}: ${all} messages`;
  return [`  ${name.padEnd(20)} ${rounds} over ${counts.length} devices, ${when}`];
}

const wordsFor = ({ checker, params }: Plan['expect'][number], catalog: Catalog): string =>
  wordsOf('checker', checker, params, catalog);

/** Parameters as a person would write them. */
function wordsOf(family: string, kind: string, params: ParamValues, catalog: Catalog): string {
  const declared = catalog.words(family)?.get(kind)?.params ?? {};
  return Object.entries(writeParams(declared, params))
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}

function sayTie({ ends, forMs, nth, state }: NonNullable<Plan['faults'][number]['tie']>): string {
  const span = formatDuration(forMs);
  const when = nth === undefined ? `while in ${state}` : `as they enter ${state}, time ${nth}`;
  return `${when}, for ${ends ? `${span} at most` : span}`;
}

function timelineOf(plan: Plan): [number, string][] {
  const rows: [number, string][] = plan.phases.map((phase) => [phase.from, phase.name]);
  for (const fault of plan.faults) {
    const whom = `${fault.devices.length} of ${plan.devices.length} devices`;
    const { tie } = fault;
    const begins = tie === undefined ? `on ${whom} begins` : `may act on ${whom} ${sayTie(tie)}`;
    rows.push([fault.from, `${fault.id}: ${fault.fault} ${begins}`]);
    rows.push([fault.to, `${fault.id} ${tie === undefined ? 'heals' : 'is over for all'}`]);
  }
  rows.push([plan.phases.at(-1)?.to ?? 0, 'final read']);
  return rows.sort((a, b) => a[0] - b[0]);
}
