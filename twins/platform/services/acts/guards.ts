/**
 * What keeps an act from being done: the operator's word, another act that has just set the same
 * otherwise, its own last time, and how often it was done for one or for all. The first that holds
 * it is its reason.
 */
import type { HeldWhy } from '#kernel';
import type { Act } from './act.ts';
import type { Cause } from './doings/doing.ts';
import type { ActTables } from './tables.ts';

export interface GuardSeams {
  /** The operator has stopped all of it: false does it all the same. */
  heedStop?(act: string, subject: string): boolean;
  /** A guard holds an act: false does it all the same. */
  heedGuard?(act: string, subject: string, why: HeldWhy): boolean;
}

export interface Held {
  why: HeldWhy;
  /** The act that keeps what this one would set; empty for none. */
  by: string;
}

/** Null where nothing does. */
export function heldBy(
  act: Act,
  cause: Cause,
  acts: ReadonlyMap<string, Act>,
  tables: ActTables,
  seams: GuardSeams | null,
): Held | null {
  const { name } = act;
  const { subject } = cause;
  if (!tables.switch().isOn && seams?.heedStop?.(name, subject) !== false) {
    return { why: 'stopped', by: '' };
  }
  const held = keeperOf(act, cause, acts, tables) ?? ownGuard(act, cause, tables);
  if (held === null) return null;
  return seams?.heedGuard?.(name, subject, held.why) === false ? null : held;
}

/** The first keeps what it has set for as long as it may not be done again itself. */
function keeperOf(
  { name, deed }: Act,
  { subject, decided }: Cause,
  acts: ReadonlyMap<string, Act>,
  tables: ActTables,
): Held | null {
  if (Object.keys(deed.aims).length === 0) return null;
  const longest = Math.max(...[...acts.values()].map(({ guard }) => guard.deadMs));
  for (const { act: other, decided: before } of tables.doneLately(subject, decided - longest)) {
    const keeper = acts.get(other);
    if (keeper === undefined || other === name) continue;
    const isOver = decided - before >= keeper.guard.deadMs;
    if (!isOver && isAgainst(deed.aims, keeper.deed.aims)) return { why: 'conflict', by: other };
  }
  return null;
}

type Aims = Act['deed']['aims'];

const isAgainst = (one: Aims, other: Aims): boolean =>
  Object.entries(one).some(([name, value]) => Object.hasOwn(other, name) && other[name] !== value);

function ownGuard({ name, guard }: Act, { subject, decided }: Cause, tables: ActTables) {
  const held = (why: HeldWhy): Held => ({ why, by: '' });
  const times = (overMs: number, whose: string | null): number =>
    tables.timesDone(name, decided - overMs, whose);
  const { deadMs, most, overMs, fleetMost, fleetOverMs } = guard;
  if (deadMs > 0 && times(deadMs, subject) > 0) return held('dead time');
  if (most > 0 && times(overMs, subject) >= most) return held('rate');
  if (fleetMost > 0 && times(fleetOverMs, null) >= fleetMost) return held('fleet rate');
  return null;
}
