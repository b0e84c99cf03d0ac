/**
 * What an operator asked for: how long readings are kept as they came, and what is made of them. He
 * says what time it is as well: readings tell time by the clock of the fleet, and not by ours.
 */
import { isOf } from '../../device-ids.ts';
import type { Sql } from '../../store/store.ts';

export const POLICIES_SCHEMA = `
  CREATE TABLE IF NOT EXISTS tier_policies(
    name TEXT PRIMARY KEY, prefix TEXT NOT NULL, spec TEXT NOT NULL, began REAL NOT NULL)
    WITHOUT ROWID;
`;

export interface Step {
  everyMs: number;
  /** Null for good. */
  keepMs: number | null;
}

export interface Policy {
  name: string;
  /** How the ids of its devices begin; empty for all. */
  prefix: string;
  keepMs: number;
  steps: readonly Step[];
  latenessMs: number;
  withinMs: number;
  /** When it was asked for, on the platform's clock. */
  began: number;
  /** By how much the clock of the fleet is ahead of the platform's. */
  aheadMs: number;
}

const YEAR_MS = 366 * 86_400_000;
const STEPS_MAX = 6;
const TEXT_MAX = 256;
const NAME = /^[a-z0-9][a-z0-9.-]{0,63}$/;

const isSpan = (value: unknown, least: number): value is number =>
  typeof value === 'number' && value >= least && value <= YEAR_MS;

/** What is asked for, or in a sentence what is wrong with it. */
export function readPolicy(name: string, body: unknown, began: number): Policy | string {
  const given = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const { of = '', keepMs, steps, latenessMs, withinMs, now } = given;
  if (!NAME.test(name)) return 'tiers are called by 1 to 64 of a-z, 0-9, . and -';
  if (typeof of !== 'string' || of.length > TEXT_MAX) return 'of is a short text';
  if (!isSpan(keepMs, 1)) return 'keepMs is a time';
  if (!isSpan(latenessMs, 0)) return 'latenessMs is a time';
  if (!isSpan(withinMs, 1)) return 'withinMs is a time';
  if (typeof now !== 'number' || !Number.isFinite(now)) return 'now is the time of the fleet';
  if (!Array.isArray(steps) || steps.length === 0 || steps.length > STEPS_MAX) {
    return `steps are 1 to ${STEPS_MAX}`;
  }
  const read = steps.map((step: Partial<Step> | null) => ({
    everyMs: step?.everyMs ?? 0,
    keepMs: step?.keepMs ?? null,
  }));
  const why = stepsAmiss(read, latenessMs);
  const times = { keepMs, latenessMs, withinMs, began, aheadMs: now - began };
  return why ?? { name, prefix: of, steps: read, ...times };
}

/** Whether it is asked for once more. */
export function isSame(a: Policy, b: Policy): boolean {
  const bare = (one: Policy) => JSON.stringify({ ...one, began: 0, aheadMs: 0 });
  return bare(a) === bare(b);
}

/** What came in time must find its window, and what is moved must stay in one for good. */
function stepsAmiss(steps: readonly Step[], latenessMs: number): string | null {
  for (const [at, { everyMs, keepMs }] of steps.entries()) {
    const before = steps[at - 1]?.everyMs ?? everyMs;
    const isLast = at === steps.length - 1;
    if (!isSpan(everyMs, 1)) return 'everyMs is a time';
    if (at > 0 && (everyMs <= before || everyMs % before !== 0)) {
      return 'each everyMs is a multiple of the one before';
    }
    if (isLast !== (keepMs === null)) return 'the last step, and no other, is kept for good';
    if (keepMs !== null && !isSpan(keepMs, latenessMs)) return 'keepMs is no less than latenessMs';
  }
  return null;
}

export class Policies {
  readonly #all = new Map<string, Policy>();
  /** By device; null for those that none is over. */
  readonly #known = new Map<string, Policy | null>();
  readonly #insert;
  readonly #read;

  constructor(sql: Sql) {
    this.#insert = sql.prepare('INSERT INTO tier_policies VALUES(?,?,?,?)');
    this.#read = sql.prepare<{ name: string; spec: string; began: number }>(
      'SELECT name, spec, began FROM tier_policies ORDER BY name',
    );
  }

  load(): void {
    for (const { spec } of this.#read.all()) this.#take(JSON.parse(spec) as Policy);
  }

  get all(): readonly Policy[] {
    return [...this.#all.values()];
  }

  get(name: string): Policy | undefined {
    return this.#all.get(name);
  }

  add(policy: Policy): void {
    this.#insert.run(policy.name, policy.prefix, JSON.stringify(policy), policy.began);
    this.#take(policy);
  }

  over(device: string): Policy | null {
    if (this.#all.size === 0) return null;
    let found = this.#known.get(device);
    if (found === undefined) {
      found = this.all.find(({ prefix }) => isOf(prefix, device)) ?? null;
      this.#known.set(device, found);
    }
    return found;
  }

  /** Another one that is over a device of this one. */
  besides({ name, prefix }: Policy): Policy | undefined {
    return this.all.find(
      (one) => one.name !== name && (isOf(one.prefix, prefix) || isOf(prefix, one.prefix)),
    );
  }

  #take(policy: Policy): void {
    this.#all.set(policy.name, policy);
    this.#known.clear();
  }
}
