/**
 * What every workflow owes: it decides the same twice and changes nothing that it is shown, what it
 * decides can lie in a plan file, and what it lays out can be laid out with the parts it needs.
 */
import { partFamily } from '#devices';
import {
  type Catalog,
  type DevicePlan,
  type Duty,
  type EntryPlan,
  exampleOf,
  layOps,
  layStreams,
  type PhasePlan,
} from '#kernel';
import type { WorkflowDecision, WorkflowKind } from './workflow.ts';

const DEVICES = 9;
const END_MS = 20_000;

export const duties: readonly Duty<WorkflowKind>[] = [
  {
    says: 'decides the same twice, and changes nothing that it is shown',
    flaws: (kind) => {
      const [first, second] = [decisionOf(kind), decisionOf(kind)].map((one) =>
        JSON.stringify(one),
      );
      return first === second ? [] : ['resolve decides otherwise the second time'];
    },
  },
  {
    says: 'decides what can lie in a plan file',
    flaws: (kind) => {
      const { resolved } = decisionOf(kind);
      return isJson(resolved ?? null) ? [] : ['resolved is more than JSON can hold'];
    },
  },
  {
    says: 'finds the parts that it needs, and lays its streams and ops out with theirs',
    flaws: (kind, catalog) => {
      const missing = (kind.parts ?? []).filter((name) => !catalog.of(partFamily).has(name));
      if (missing.length > 0) return missing.map((name) => `there is no part ${name}`);
      const names = streamsOf(kind, catalog);
      const own = (decisionOf(kind).streams ?? []).map(({ name }) => name);
      layOps([...partsOf(kind, catalog), kind].map(({ ops }) => ops ?? {}));
      return own.filter((name) => !names.includes(name)).map((name) => `nobody lays out ${name}`);
    },
  },
];

const partsOf = (kind: WorkflowKind, catalog: Catalog) =>
  (kind.parts ?? []).flatMap((name) => catalog.of(partFamily).get(name) ?? []);

const streamsOf = (kind: WorkflowKind, catalog: Catalog): string[] => {
  const brought = partsOf(kind, catalog).flatMap(({ streams }) => streams ?? []);
  return layStreams([...brought, ...(decisionOf(kind).streams ?? [])], true).map(
    ({ name }) => name,
  );
};

/** Of a small fleet that nobody may change. */
function decisionOf(kind: WorkflowKind): WorkflowDecision {
  return kind.resolve(exampleOf(kind.params), {
    seed: 3,
    quantumMs: 10,
    phases: frozen(PHASES),
    entries: frozen([ENTRY]),
    devices: frozen(Array.from({ length: DEVICES }, (_, index) => deviceOf(index))),
    faults: frozen([]),
    settings: frozen([[]]),
    commands: frozen([{}]),
    signals: frozen([['level']]),
    uses: frozen([[]]),
    partParams: frozen([{}]),
  });
}

const PHASES: readonly PhasePlan[] = [
  { name: 'warmup', from: 0, to: 2000 },
  { name: 'steady', from: 2000, to: 6000 },
  { name: 'chaos', from: 6000, to: 12_000 },
  { name: 'settle', from: 12_000, to: END_MS },
  { name: 'drain', from: END_MS, to: END_MS + 1000 },
];

const ENTRY: EntryPlan = {
  id: 'things',
  model: 'thing',
  everyMs: 1000,
  qos: 1,
  session: 'persistent',
  keepAliveS: 10,
  will: false,
  retainStatus: true,
  health: 'signal',
  network: null,
  buffer: { limit: 10, drop: 'oldest' },
  backoff: { baseMs: 500, capMs: 5000, jitter: 'full' },
  sleep: null,
  parts: [],
  streams: [],
  paramNames: [],
};

const deviceOf = (index: number): DevicePlan => ({
  id: `things/site-1/${index}`,
  entry: 0,
  region: 'region',
  site: 'site-1',
  lane: index % 3,
  cohort: 0,
  bootAt: index * 10,
  firstAt: 1000 + index * 10,
  params: [],
  identity: {},
});

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) frozen(inner);
  }
  return value;
}

/** Read back from JSON it would be the same: no function, no date, no NaN, nothing undefined. */
function isJson(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  const isPlain = typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype;
  return isPlain && Object.values(value).every(isJson);
}
