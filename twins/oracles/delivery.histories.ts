/**
 * Messages that are sent, sent again, acknowledged, refused, given up, seen and stored in any
 * order, by a fleet of a few devices. The naive model keeps every entry and reads the definitions
 * of the classes literally over the list of what happened to one message.
 */
import type { LedgerEntry, OpName, Plan, Random } from '#kernel';
import { entryOf } from '../../kernel/testing/fields.ts';
import { CODE } from '../../kernel/testing/streams.ts';
import type { DeliveryOracle } from './delivery.ts';
import { defineHistories, entriesOf, type History } from './histories.ts';
import { HAPPENED } from './message-table.ts';
import type { Fate } from './message-view.ts';
import { testPlan } from './testing/plan.ts';

const MESSAGES = 8;
const DEVICES = 3;
const LENGTH = 100;
const LAST = 8_000_000;
const READ_AT = 9_000_000;

/** As often as they stand here. */
const OPS: readonly OpName[] = [
  ...(['sent', 'sent', 'acked', 'observed', 'observed'] as const),
  ...(['not-sent', 'refused', 'abandoned'] as const),
];

const drawn = <T>(random: Random, of: readonly T[]): T => of[random.below(of.length)] as T;

export default defineHistories<'delivery'>({
  oracle: 'delivery',
  about: 'the class of every message, duplicates and altered bytes',
  history(random) {
    const keepsTelemetry = random.below(2) === 0;
    const devices = 1 + random.below(DEVICES);
    const plan = testPlan({ devices, readings: MESSAGES, keepsTelemetry });
    const happened = Array.from({ length: random.below(LENGTH) }, () => entry(random, devices));
    const stored = keepsTelemetry ? rows(random, devices) : [];
    return {
      plan,
      before: [entryOf(0, 'observer', { up: true, first: 0, lanes: 1, why: 'new-session' })],
      entries: [...happened.sort((a, b) => a.t - b.t), ...stored],
      after: [
        entryOf(READ_AT + 1, 'final-read', { complete: true, part: 'store' }),
        entryOf(20_000_000, 'observer', { up: false, first: 0, lanes: 1, why: 'planned' }),
      ],
    };
  },
  differences: (oracle, history) => [...classes(oracle, history), ...sums(oracle, history)],
});

function entry(random: Random, devices: number): LedgerEntry {
  const op = drawn(random, OPS);
  const message = {
    device: random.below(devices),
    stream: drawn(random, [CODE.telemetry, CODE.status]),
    n: random.below(MESSAGES),
  };
  // One in four comes with other bytes than the rest of its name.
  const bytes = { hash: drawn(random, [1, 1, 1, 2]), flags: drawn(random, [1, 5]) };
  const why = drawn(random, ['device-off', 'lost in power-cut', 'a whim', 'toString']);
  const fields = op === 'sent' || op === 'observed' ? bytes : op === 'acked' ? {} : { why };
  return entryOf(random.below(LAST), op, { ...message, ...(op === 'abandoned' ? {} : fields) });
}

/** What the final read finds in the store: each row once, honest or not. */
function rows(random: Random, devices: number): LedgerEntry[] {
  const all = Array.from({ length: devices * MESSAGES }, (_, k) => k);
  return all
    .filter(() => random.below(3) === 0)
    .map((k) => {
      const message = { device: k % devices, stream: CODE.telemetry, n: Math.floor(k / devices) };
      return entryOf(READ_AT, 'stored', { ...message, hash: 1 });
    });
}

/** Of one message. */
interface Naive {
  fate: Fate;
  why: string;
  duplicates: number;
  altered: boolean;
}

interface Event {
  op: string;
  device: number;
  stream: number;
  n: number;
  hash: number;
  why: string;
}

const eventsOf = (history: History): Event[] =>
  entriesOf(history).filter((one) => 'stream' in one) as unknown as Event[];

function naive(events: readonly Event[], plan: Plan): Naive | null {
  const firstSent = events.findIndex(({ op }) => op === 'sent');
  const real = events.filter(
    ({ op }, index) =>
      !['observed', 'stored'].includes(op) || (firstSent >= 0 && index > firstSent),
  );
  const has = (op: OpName): boolean => real.some((one) => one.op === op);
  const [example] = events;
  if (example === undefined) return null;
  const kept = plan.target.keepsTelemetry && example.stream === CODE.telemetry;
  const sightings = real.filter(({ op }) => op === 'observed');
  const altered = real.some(
    ({ op, hash }, index) =>
      (op === 'observed' || op === 'stored') &&
      !real.slice(0, index).some((one) => one.op === 'sent' && one.hash === hash),
  );
  const rest = { duplicates: Math.max(0, sightings.length - 1), altered };
  if (has(kept ? 'stored' : 'observed')) return { fate: 'delivered', why: '', ...rest };
  if (has('acked')) return { fate: 'lost', why: '', ...rest };
  if (has('refused')) return { fate: 'refused', why: '', ...rest };
  if (has('sent')) {
    return { fate: 'info', why: has('abandoned') ? 'abandoned' : 'unacknowledged', ...rest };
  }
  const left = real.findLast(({ op }) => op === 'not-sent')?.why;
  if (left === 'device-off' || left === 'lost in power-cut') {
    return { fate: 'not-sent', why: left, ...rest };
  }
  if (left !== undefined) {
    return { fate: 'info', why: `not sent, for a reason that nobody declares: ${left}`, ...rest };
  }
  if (has('abandoned')) return { fate: 'info', why: 'abandoned', ...rest };
  return null;
}

function classes(oracle: DeliveryOracle, history: History): string[] {
  const events = eventsOf(history);
  const found: string[] = [];
  oracle.each(({ device, stream, n, fate, why, flags }) => {
    const mine = events.filter(
      (one) => one.device === device && one.stream === stream && one.n === n,
    );
    const model = naive(mine, history.plan);
    const wanted = model ?? { fate: 'info', why: 'unaccounted', altered: false };
    const [says, should] = [said(fate, why), said(wanted.fate, wanted.why)];
    const name = `message ${device}/${stream}/${n}`;
    if (says !== should) found.push(`${name} is ${says}, and should be ${should}`);
    const altered = (flags & HAPPENED.altered) !== 0;
    if (altered !== wanted.altered) {
      found.push(`${name} is ${altered ? '' : 'not '}said to be altered`);
    }
  });
  return found;
}

const said = (fate: string, why: string): string => (why === '' ? fate : `${fate} (${why})`);

/** Nobody is left out, and extra deliveries add up. */
function sums(oracle: DeliveryOracle, history: History): string[] {
  const events = eventsOf(history);
  const nameOf = ({ device, stream, n }: Event): string => `${device}/${stream}/${n}`;
  const seen = new Set<string>();
  oracle.each((message) => seen.add(nameOf({ ...message, op: '' })));
  // Readings are in the plan; a status exists when its sender wrote anything about it.
  const statuses = new Set(
    events.filter(({ op, stream }) => stream === CODE.status && op !== 'observed').map(nameOf),
  );
  const missing = [...statuses].filter((name) => !seen.has(name));
  const found = missing.map((name) => `message ${name} is in no class`);
  const intended = history.plan.devices.length * MESSAGES + statuses.size;
  if (seen.size !== intended) found.push(`${seen.size} messages in classes, not ${intended}`);
  const duplicates = [...Map.groupBy(events, nameOf).values()].reduce(
    (sum, mine) => sum + (naive(mine, history.plan)?.duplicates ?? 0),
    0,
  );
  if (oracle.duplicates !== duplicates) {
    found.push(`${oracle.duplicates} duplicates, and should be ${duplicates}`);
  }
  return found;
}
