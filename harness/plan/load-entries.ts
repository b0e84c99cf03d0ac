/**
 * The users of load as devices of the plan: an entry for each script, and a row for each of its
 * users. They come behind the fleet's, so that load changes no index and no draw of it.
 */
import {
  type Catalog,
  type DevicePlan,
  type EntryPlan,
  formatDuration,
  HTTP_API,
  K6,
  K6_OPS,
  K6_STREAM,
  laneOf,
  onGrid,
  type Plan,
  type Problem,
  phaseOf,
  type StreamPlan,
  streamNamed,
} from '#kernel';
import type { Scenario, ScenarioLoad } from '#scenarios';
import { dialectFamily } from '../dialects/dialect-family.ts';
import type { Needs } from './capabilities.ts';

/** The last users go so long before the drain: what they sent is then answered. */
const AHEAD_OF_DRAIN_MS = 1500;
const LEAST_MS = 1000;
/** What a user does at QoS 2 our module does not know. */
const QOS_MAX = 1;

export interface PlannedLoad {
  entries: EntryPlan[];
  devices: DevicePlan[];
  networks: (string | null)[];
}

export function planLoad(
  scenario: Scenario,
  phases: Plan['phases'],
  fleet: readonly EntryPlan[],
  hasApi: boolean,
): PlannedLoad {
  const planned: PlannedLoad = { entries: [], devices: [], networks: [] };
  scenario.load.forEach((load) => {
    const entry = fleet.length + planned.entries.length;
    const own = hasApi ? { channels: [HTTP_API] } : {};
    planned.entries.push({ ...entryOf(load, scenario, phases), ...own });
    for (let vu = 1; vu <= load.vus; vu++) {
      planned.devices.push(rowOf(load, vu, entry, phases));
      planned.networks.push(load.network);
    }
  });
  return planned;
}

/** What the plan must have beside what workflows bring. */
export function needsWith({ entries }: PlannedLoad, needs: Needs): Needs {
  if (entries.length === 0) return needs;
  const { kinds, streams } = needs;
  return {
    ...needs,
    kinds: [...kinds, { kind: K6, ops: K6_OPS }],
    streams: [...streams, K6_STREAM],
  };
}

/** Once the streams of the plan have their codes. */
export function layLoadStreams({ entries }: PlannedLoad, streams: StreamPlan[]): void {
  const stream = streamNamed({ streams }, K6);
  if (stream !== undefined) for (const entry of entries) entry.streams = [stream.code];
}

function entryOf(load: ScenarioLoad, { time }: Scenario, phases: Plan['phases']): EntryPlan {
  return {
    id: load.id,
    model: K6,
    everyMs: onGrid(load.everyMs, time.quantumMs),
    qos: load.qos,
    session: 'clean',
    keepAliveS: 30,
    will: false,
    retainStatus: false,
    health: 'signal',
    network: load.network,
    buffer: { limit: 0, drop: 'newest' },
    backoff: { baseMs: 500, capMs: 2000, jitter: 'full' },
    sleep: null,
    parts: [],
    streams: [],
    paramNames: [],
    load: { script: load.script, vus: load.vus, ...windowOf(load, phases), env: { ...load.env } },
  };
}

function rowOf(load: ScenarioLoad, vu: number, entry: number, phases: Plan['phases']): DevicePlan {
  const id = `${K6}/${load.id}/${vu}`;
  const { from } = windowOf(load, phases);
  return {
    id,
    entry,
    region: K6,
    site: load.id,
    lane: laneOf(id),
    cohort: 0,
    load: true,
    bootAt: from,
    firstAt: from,
    params: [],
    identity: {},
  };
}

const windowOf = ({ from }: ScenarioLoad, phases: Plan['phases']) => ({
  from: phaseOf(phases, from).from,
  until: phaseOf(phases, 'drain').from - AHEAD_OF_DRAIN_MS,
});

interface Asked {
  scenario: Scenario;
  catalog: Catalog;
  gear: Plan['gear'];
  readFile?(name: string): Uint8Array | null;
}

/** What makes load impossible, each with its place. */
export function loadProblems(
  { scenario, catalog, gear, readFile }: Asked,
  { phases, target }: Pick<Plan, 'phases' | 'target'>,
): Problem[] {
  return scenario.load.flatMap((load): Problem[] => {
    const { place } = load;
    const problems: Problem[] = [];
    const tell = (code: string, path: string, message: string, hint: string): void =>
      void problems.push({ code, path, message, hint });
    if (gear === 'sim') {
      const hint = 'run it with --gear real, or leave load out';
      tell('gear', place, 'k6 lives in real time: load goes with the real gear alone', hint);
    }
    if (readFile?.(load.script) === null) {
      const hint = 'it is looked for beside the scenario file';
      tell('no-file', `${place}.k6`, `there is no script ${load.script}`, hint);
    }
    if (load.qos > QOS_MAX) {
      tell('max-qos', `${place}.qos`, 'a user of k6 sends at QoS 0 or 1', 'use qos: 1');
    }
    const isLaned = catalog.of(dialectFamily).get(target.dialect)?.isLaned === true;
    if (!isLaned || target.codec !== 'json') {
      const message = 'a user of k6 speaks the native dialect with JSON payloads alone';
      tell('dialect', place, message, 'leave topic, payload, codec and dialect out of target');
    }
    const { from, until } = windowOf(load, phases);
    if (until - from < LEAST_MS) {
      const ahead = formatDuration(AHEAD_OF_DRAIN_MS);
      const message = `there is no time for it: it must be over ${ahead} before drain`;
      tell('no-time', place, message, 'lengthen time, or let it begin with warmup');
    }
    return problems;
  });
}
