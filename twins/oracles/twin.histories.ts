/**
 * Twins of a few devices whose writers, answers, holds and documents come in any order, also one
 * that no honest platform has. The naive model knows flat documents alone: of each key the last
 * change that names it counts, and it looks for that by reading everything again.
 */
import { type LedgerEntry, layOps, type Random, TWIN_OPS } from '#kernel';
import { defineHistories, entriesOf } from './histories.ts';
import { testPlan } from './testing/plan.ts';
import type { TwinOracle } from './twin.ts';

const DEVICES = 2;
const LENGTH = 50;
const VERSIONS = 6;

const KEYS = ['lid', 'light', 'tune'];
const drawn = <T>(random: Random, of: readonly T[]): T => of[random.below(of.length)] as T;

const document = (random: Random, withNull: boolean): string => {
  const values = [1, 2, [1, 2], 'on', ...(withNull ? [null, null] : [])];
  const keys = KEYS.filter(() => random.below(2) === 0);
  return JSON.stringify(Object.fromEntries(keys.map((key) => [key, drawn(random, values)])));
};

/** Whatever fields an entry may have. */
interface Event {
  t: number;
  op: string;
  device: number;
  change: number;
  status: number;
  version: number;
  patch: string;
  desired: string;
}

const FIELDS: Readonly<Record<string, (random: Random) => object>> = {
  'twin/asked': (random) => ({
    change: random.below(VERSIONS),
    writer: random.below(2),
    from: random.below(VERSIONS) - 1,
    patch: document(random, true),
  }),
  'twin/answered': (random) => ({
    change: random.below(VERSIONS),
    status: drawn(random, [200, 200, 200, 200, 409, 0, 503]),
    version: 1 + random.below(VERSIONS),
  }),
  'twin/found': (random) => ({
    change: random.below(VERSIONS),
    version: 1 + random.below(VERSIONS),
  }),
  'twin/read': (random) => ({
    version: random.below(VERSIONS),
    known: 0,
    desired: document(random, false),
    reported: document(random, false),
  }),
};
const OPS = ['twin/asked', 'twin/asked', 'twin/answered', 'twin/answered', 'twin/answered'];

export default defineHistories<'twin'>({
  oracle: 'twin',
  about: 'which changes were accepted, what they make of a document, and what was kept of it',
  history(random) {
    const entries = Array.from({ length: random.below(LENGTH) }, (_, at) => {
      const op = drawn(random, [...OPS, 'twin/found', 'twin/read']);
      const fields = FIELDS[op]?.(random) ?? {};
      return { t: at * 1000, op, device: random.below(DEVICES), ...fields };
    });
    return {
      plan: { ...testPlan({ devices: DEVICES, readings: 8 }), ops: layOps([TWIN_OPS]) },
      entries: entries as unknown as LedgerEntry[],
    };
  },
  differences(oracle, history) {
    return history.plan.devices.flatMap((_, device) => {
      const mine = entriesOf(history) as unknown as Event[];
      return compared(
        oracle,
        device,
        mine.filter((one) => one.device === device),
      );
    });
  },
});

function compared(oracle: TwinOracle, device: number, events: readonly Event[]): string[] {
  const versions = acceptedIn(events);
  const says = (what: string, is: unknown, should: unknown): string[] =>
    told(is) === told(should)
      ? []
      : [`${what} of ${device} is ${told(is)}, and should be ${told(should)}`];
  const accepted = oracle.accepted(device).map(({ change, version }) => ({ change, version }));
  const read = events.find(({ op }) => op === 'twin/read');
  return [
    ...says(
      'what was accepted',
      accepted,
      versions.map(({ change, version }) => ({ change, version })),
    ),
    ...Array.from({ length: VERSIONS + 1 }, (_, version) =>
      says(`version ${version}`, oracle.desiredAt(device, version), naive(versions, version)),
    ).flat(),
    ...says('what is kept', keptWrong(oracle, device), wrongIn(read, versions)),
  ];
}

interface Accepted {
  change: number;
  version: number;
  patch: Readonly<Record<string, unknown>>;
  askedAt: number;
}

/** The first question under a number counts, and the first answer after it that says anything. */
function acceptedIn(events: readonly Event[]): Accepted[] {
  const numbers = [...new Set(events.map(({ change }) => change))];
  return numbers
    .flatMap((change): Accepted[] => {
      const at = events.findIndex((one) => one.op === 'twin/asked' && one.change === change);
      if (at < 0) return [];
      const later = events.slice(at + 1).filter((one) => one.change === change);
      const first = later.findIndex(({ op }) => op === 'twin/answered');
      const answer = later[first];
      const isDefinite = answer !== undefined && answer.status !== 0 && answer.status < 500;
      const finds = later.filter(({ op }, k) => op === 'twin/found' && !(isDefinite && k > first));
      // What was found before an answer stands unless that answer says otherwise.
      const verdict = isDefinite ? (answer.status === 200 ? answer.version : null) : undefined;
      const version = verdict === undefined ? (finds[0]?.version ?? null) : verdict;
      const patch = JSON.parse(events[at]?.patch ?? '{}') as Accepted['patch'];
      return version === null ? [] : [{ change, version, patch, askedAt: events[at]?.t ?? 0 }];
    })
    .sort((a, b) => a.version - b.version || a.askedAt - b.askedAt);
}

function naive(accepted: readonly Accepted[], version: number): object | null {
  const upTo = accepted.filter((one) => one.version <= version);
  const isWhole = upTo.length === version && upTo.every((one, index) => one.version === index + 1);
  if (!isWhole) return null;
  const last = (key: string): unknown =>
    upTo.findLast(({ patch }) => Object.hasOwn(patch, key))?.patch[key] ?? null;
  return Object.fromEntries(
    KEYS.filter((key) => last(key) !== null).map((key) => [key, last(key)]),
  );
}

const keptWrong = (oracle: TwinOracle, device: number): string[] | null =>
  oracle.misKept(device)?.map(({ name }) => name) ?? null;

function wrongIn(read: Event | undefined, accepted: readonly Accepted[]): string[] | null {
  const should = read === undefined ? null : naive(accepted, read.version);
  if (read === undefined || should === null) return null;
  const is = JSON.parse(read.desired) as Record<string, unknown>;
  return KEYS.filter((key) => told(is[key]) !== told((should as typeof is)[key]));
}

const told = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  ) ?? 'nothing';
