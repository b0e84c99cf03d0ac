/**
 * Rules that speak of the alarms of others. With each reading those of which others speak go first,
 * so that all look at the same state, and none waits for itself.
 */
import type { Courses } from './courses.ts';
import { type Asks, type OtherAlarm, othersIn, type Rule } from './rule.ts';
import type { RuleTables } from './tables.ts';

export interface OtherSeams {
  /** An alarm of another rule is over: true has a rule go on as if it stood. */
  goOnByOver?(rule: string, device: string): boolean;
  /** An alarm of another rule was raised too long ago: true has it count all the same. */
  takeFormer?(rule: string, device: string): boolean;
  /** True has rules go in the order in which they were told. */
  inTold?(): boolean;
}

export class OtherAlarms {
  readonly #coursesOf: (rule: string) => Courses | undefined;
  readonly #tables: RuleTables;
  readonly #seams: OtherSeams | null;

  constructor(
    coursesOf: (rule: string) => Courses | undefined,
    tables: RuleTables,
    seams: OtherSeams | null,
  ) {
    this.#coursesOf = coursesOf;
    this.#tables = tables;
    this.#seams = seams;
  }

  /** What each of these names stands for, by the reading of that time. */
  at(others: readonly OtherAlarm[], device: string, at: number): Record<string, boolean> {
    return Object.fromEntries(others.map((one) => [one.name, this.#isSo(one, device, at)]));
  }

  #isSo({ rule, withinMs }: OtherAlarm, device: string, at: number): boolean {
    const course = this.#coursesOf(rule)?.get(device);
    // Whoever never had one is not remembered.
    if (course === undefined) return false;
    if (withinMs === 0 && course.alarm !== null) return true;
    if (withinMs === 0) return this.#goesOn(rule, device);
    const newest = this.#tables.newestAt(rule, device);
    if (newest === null || newest > at - withinMs) return newest !== null;
    return this.#seams?.takeFormer?.(rule, device) === true;
  }

  /** By a bug it goes on. */
  #goesOn(rule: string, device: string): boolean {
    const goOn = this.#seams?.goOnByOver;
    return goOn !== undefined && this.#tables.newestAt(rule, device) !== null && goOn(rule, device);
  }
}

/** Those of which others speak before them. */
export function inOrder<T extends { rule: Rule }>(all: readonly T[], isAsTold: boolean): T[] {
  if (isAsTold) return [...all];
  const known = new Map(all.map((one) => [one.rule.name, one]));
  const placed = new Set<T>();
  const place = (one: T): void => {
    if (placed.has(one)) return;
    for (const { rule } of one.rule.others) {
      const other = known.get(rule);
      if (other !== undefined) place(other);
    }
    placed.add(one);
  };
  for (const one of all) place(one);
  return [...placed];
}

/** Why a rule cannot be beside those that there are; null where it can. */
export function besideOthers(name: string, asks: Asks, all: readonly Rule[]): string | null {
  const get = (other: string): Rule | undefined => all.find((one) => one.name === other);
  if (!isOfReadings(asks)) {
    const by = all.find(({ others }) => others.some(({ rule }) => rule === name));
    if (by !== undefined) return `${by.name} speaks of its alarms, and looks at readings`;
  }
  for (const { rule } of othersIn(asks)) {
    const other = get(rule);
    if (other !== undefined && !isOfReadings(other)) return `${rule} does not look at readings`;
    if (rule === name || leadsTo(rule, name, get)) return `it would wait for itself, by ${rule}`;
  }
  return null;
}

const isOfReadings = ({ window, silentMs }: Pick<Asks, 'window' | 'silentMs'>): boolean =>
  window === null && silentMs === 0;

function leadsTo(from: string, to: string, get: (rule: string) => Rule | undefined): boolean {
  const seen = new Set([from]);
  for (const name of seen) {
    for (const { rule } of get(name)?.others ?? []) seen.add(rule);
  }
  return seen.has(to);
}
