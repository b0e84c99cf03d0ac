/**
 * What ails a platform that lives on: by the name of whoever gave it, since several may act at once
 * and each is taken off by itself. Delays add up; of limits the smallest holds.
 */
import type { TargetTrouble } from '#kernel';
import type { PlatformLimits } from './platform.ts';
import type { CommitQueue } from './store/commit-queue.ts';

const FIELDS: readonly (keyof TargetTrouble)[] = [
  'commitMs',
  'writeMs',
  'full',
  'shut',
  'payloadBytes',
];

export class Troubles {
  readonly #commits: CommitQueue;
  readonly #limits: PlatformLimits;
  readonly #honest: PlatformLimits;
  readonly #all = new Map<string, TargetTrouble>();

  /** `limits` are changed in place, as by a configuration that is pushed. */
  constructor(commits: CommitQueue, limits: PlatformLimits) {
    this.#commits = commits;
    this.#limits = limits;
    this.#honest = { ...limits };
  }

  /** Nobody is let in. */
  get isShut(): boolean {
    return [...this.#all.values()].some(({ shut }) => shut === true);
  }

  /** False for what is no trouble of a platform. */
  suffer(name: string, trouble: unknown): boolean {
    const given = Object.entries(Object(trouble) as object);
    const isKnown = given.every(([field, value]) => {
      const isField = FIELDS.some((one) => one === field);
      return isField && (value === true || (Number.isFinite(value) && Number(value) >= 0));
    });
    if (!isKnown) return false;
    if (given.length === 0) this.#all.delete(name);
    else this.#all.set(name, Object.fromEntries(given));
    const all = [...this.#all.values()];
    const sum = (what: 'commitMs' | 'writeMs'): number =>
      all.reduce((so, trouble) => so + (trouble[what] ?? 0), 0);
    this.#commits.hinder({
      commitMs: sum('commitMs'),
      writeMs: sum('writeMs'),
      isFull: all.some(({ full }) => full === true),
    });
    const pushed = all.flatMap(({ payloadBytes }) => payloadBytes ?? []);
    this.#limits.maxPayloadBytes = Math.min(this.#honest.maxPayloadBytes, ...pushed);
    return true;
  }
}
