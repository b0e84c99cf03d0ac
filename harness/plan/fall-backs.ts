/**
 * On whom a carried device falls back: a device of the entry that it names, at its own site, and
 * not its own carrier. Whoever may carry the same device is in one group, so that all of them share
 * a lane: the way of a message changes, and never its topic or its shard.
 */
import type { DevicePlan, Problem } from '#kernel';
import type { FleetEntry } from '#scenarios';

/** Fills in who falls back on whom, and the groups; before lanes are laid. */
export function layFallBacks(
  fleet: readonly FleetEntry[],
  devices: readonly DevicePlan[],
): Problem[] {
  const problems: Problem[] = [];
  const groups = new Groups();
  fleet.forEach(({ id, fallBack }, index) => {
    if (fallBack === null) return;
    const others = devices.flatMap(({ entry, site }, device) =>
      fleet[entry]?.id === fallBack.via ? [{ device, site }] : [],
    );
    /** They are shared alike. */
    const turns = new Map<string, number>();
    const without = devices.find((row) => {
      if (row.entry !== index) return false;
      const own = row.via ?? -1;
      const here = others.filter(({ device, site }) => site === row.site && device !== own);
      const turn = turns.get(row.site) ?? 0;
      turns.set(row.site, turn + 1);
      const other = here[turn % here.length]?.device;
      if (other === undefined) return true;
      row.fallBack = other;
      groups.join(own, other);
      return false;
    });
    if (without !== undefined) problems.push(noOther(index, id, fallBack.via, without.site));
  });
  for (const [device, first] of groups.firsts()) {
    const [row, head] = [devices[device], devices[first]];
    if (row !== undefined && head !== undefined) row.group = head.id;
  }
  return problems;
}

/** Who is joined to whom, also over others. */
class Groups {
  readonly #of = new Map<number, number>();

  join(a: number, b: number): void {
    const [one, other] = [this.#first(a), this.#first(b)];
    this.#of.set(Math.max(one, other), Math.min(one, other));
  }

  /** Everybody who is in a group, with the first of it. */
  firsts(): [number, number][] {
    return [...this.#of.keys()].map((device) => [device, this.#first(device)]);
  }

  #first(device: number): number {
    const next = this.#of.get(device);
    if (next === undefined) this.#of.set(device, device);
    return next === undefined || next === device ? device : this.#first(next);
  }
}

function noOther(index: number, id: string, via: string, site: string): Problem {
  return {
    code: 'no-carrier',
    path: `fleet[${index}].fall-back.via`,
    message: `${id} has devices at ${site}, and ${via} has none there to fall back on`,
    hint: `count ${via} per site, and two of them where it is the entry of their own`,
  };
}
