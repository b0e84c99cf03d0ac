/** Whose readings one window is about: those of a device, or of all that are in one place. */
import { isOf } from '../../../device-ids.ts';
import type { Memory } from '../memory.ts';
import type { Reading } from '../rows.ts';
import type { Rule } from '../rule.ts';

export class Members {
  readonly #rule: Rule;
  readonly #memory: Memory;
  readonly #devices = new Map<string, Set<string>>();

  constructor(rule: Rule, memory: Memory) {
    this.#rule = rule;
    this.#memory = memory;
    for (const device of memory.devices()) if (isOf(rule.prefix, device)) this.add(device);
  }

  /** What it is one of. */
  add(device: string): string {
    const subject = subjectOf(this.#rule, device);
    const own = this.#devices.get(subject);
    if (own === undefined) this.#devices.set(subject, new Set([device]));
    else own.add(device);
    return subject;
  }

  readingsOf(subject: string): Reading[] {
    return [...(this.#devices.get(subject) ?? [])].flatMap((device) => this.#memory.of(device));
  }
}

/** Ids of devices say where they are: entry, site, number; sites of a region are numbered. */
function subjectOf({ per }: Rule, device: string): string {
  if (per === 'device') return device;
  const site = device.split('/')[1] ?? '';
  if (per === 'site') return site;
  return per === 'region' ? site.replace(/-\d+$/, '') : 'fleet';
}

/** By their own times. */
export const inTurn = (one: Reading, other: Reading): number =>
  one.at - other.at || (one.device < other.device ? -1 : Number(one.device > other.device));
