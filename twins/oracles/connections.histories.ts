/**
 * Lives of a few devices in which attempts, connections, grants, boots and losses of power come in
 * any order, also one that no honest device has. The naive model looks for the end of each
 * connection, and for what it brought along, by reading on from where it began.
 */
import type { LedgerEntry, OpName, Random } from '#kernel';
import { entryOf, type LooseFields } from '../../kernel/testing/fields.ts';
import type { Connection, DeviceLife } from './connections.ts';
import { defineHistories, entriesOf } from './histories.ts';
import { testPlan } from './testing/plan.ts';

const DEVICES = 3;
const LENGTH = 60;
const LAST = 8_000_000;

const ENDS = ['closed', 'keep-alive', 'planned', 'planned: sleep', 'plan-b', 'power-cut'];
const drawn = <T>(random: Random, of: readonly T[]): T => of[random.below(of.length)] as T;

/** How the fields of each op are drawn; an op comes as often as it stands in the list below. */
const FIELDS: Partial<Record<OpName, (random: Random) => LooseFields>> = {
  connect: (random) => ({ attempt: random.below(3), will: random.below(3) }),
  online: (random) => ({ present: random.below(2) === 0 }),
  offline: (random) => ({ why: drawn(random, ENDS) }),
  subscribed: (random) => ({ granted: drawn(random, [0, 1, 2, 128]) }),
  boot: (random) => ({ epoch: random.below(5), cause: 'why' }),
  off: () => ({ cause: 'why' }),
};
const OPS: readonly OpName[] = [
  ...(['connect', 'connect', 'online', 'online', 'offline', 'offline'] as const),
  ...(['subscribed', 'subscribed', 'unheard', 'boot', 'off', 'sent'] as const),
];

export default defineHistories<'connections'>({
  oracle: 'connections',
  about: 'attempts, wills, connections, grants, boots and losses of power of every device',
  history(random) {
    const devices = 1 + random.below(DEVICES);
    const entries = Array.from({ length: random.below(LENGTH) }, (): LedgerEntry => {
      const op = drawn(random, OPS);
      const fields = FIELDS[op]?.(random) ?? {};
      return entryOf(random.below(LAST), op, { device: random.below(devices), ...fields });
    });
    return {
      plan: testPlan({ devices, readings: 8 }),
      entries: entries.sort((a, b) => a.t - b.t),
    };
  },
  differences(oracle, history) {
    return history.plan.devices.flatMap((_, device) => {
      const mine = entriesOf(history).filter((one) => one.device === device) as Event[];
      return compared(`device ${device}`, oracle.of(device), naive(mine));
    });
  },
});

/** Whatever fields an entry may have. */
interface Event {
  op: string;
  t: number;
  device: number;
  why: string;
  cause: string;
  epoch: number;
  will: number;
  granted: number;
  present: boolean;
}

function naive(events: readonly Event[]): DeviceLife {
  const of = (op: OpName): Event[] => events.filter((one) => one.op === op);
  const connections: Connection[] = [];
  for (const [at, event] of events.entries()) {
    if (event.op === 'online') connections.push(connection(events, at, connections.at(-1)));
  }
  return {
    attempts: of('connect').length,
    wills: of('connect').map(({ will }) => will),
    connections,
    boots: of('boot').map(({ t, epoch }) => ({ t, epoch })),
    offs: of('off').map(({ t, cause }) => ({ t, cause })),
  };
}

/** The one that began with the entry at `at`. */
function connection(
  events: readonly Event[],
  at: number,
  previous: Connection | undefined,
): Connection {
  const [past, rest] = [events.slice(0, at), events.slice(at + 1)];
  const { t, present } = events[at] as Event;
  const ended = rest.findIndex(({ op }) => ['online', 'offline', 'off'].includes(op));
  const next = rest.findIndex(({ op }) => op === 'online');
  const end = rest[ended];
  const why = end === undefined ? '' : end.op === 'off' ? 'power-cut' : end.why;
  const own = (ended < 0 ? rest : rest.slice(0, ended)).filter(({ op }) => op === 'subscribed');
  const brought = present ? previous?.grants.at(-1) : undefined;
  const since = past.slice(past.findLastIndex(({ op }) => op === 'online') + 1);
  const again = (next < 0 ? rest : rest.slice(0, next)).find(({ op }) => op === 'connect');
  const planned = end?.op === 'offline' && /^planned(?::|$)/.test(end.why);
  const after = rest.slice(ended + 1, next < 0 ? undefined : next);
  return {
    attempt: Math.max(0, past.filter(({ op }) => op === 'connect').length - 1),
    from: t,
    to: end?.t ?? Number.POSITIVE_INFINITY,
    present,
    grants: [
      ...(brought === undefined ? [] : [brought]),
      ...own.map((one) => ({ t: one.t, granted: one.granted })),
    ],
    end: end?.op === 'online' ? 'replaced' : why,
    planned,
    isUnheard: planned && after.some(({ op }) => op === 'unheard'),
    afterRestart: previous !== undefined && since.some(({ op }) => op === 'boot' || op === 'off'),
    nextAttemptAt: again?.t ?? Number.POSITIVE_INFINITY,
  };
}

function compared(name: string, life: DeviceLife, model: DeviceLife): string[] {
  return (Object.keys(model) as (keyof DeviceLife)[]).flatMap((part) => {
    const [says, should] = [told(life[part]), told(model[part])];
    return says === should ? [] : [`${part} of ${name} are ${says}, and should be ${should}`];
  });
}

/** Infinity has no JSON form. */
const told = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) => (one === Number.POSITIVE_INFINITY ? 'open' : one));
