/**
 * Where each device of an entry stands, and behind which gateway. Who is carried stands where its
 * carrier does, since the two share a wire or a room; the carriers of a site share alike.
 */
import type { Problem } from '#kernel';
import type { FleetEntry } from '#scenarios';

export interface Place {
  /** Index of the site. */
  site: number;
  /** Which device of the carrying entry carries it, counted from 0; null with a link of its own. */
  carrier: number | null;
}

/** One list for each entry, in the order of sites; problems where somebody is left without. */
export function placesOf(
  fleet: readonly FleetEntry[],
  counts: readonly number[],
  sites: readonly { name: string }[],
): { places: Place[][]; problems: Problem[] } {
  const free = fleet.map((_, index) => ownPlaces(counts[index] ?? 0, sites.length));
  const problems: Problem[] = [];
  const places = fleet.map((entry, index): Place[] => {
    const own = free[index] ?? [];
    if (entry.via === null) return own;
    const carriers = free[fleet.findIndex(({ id }) => id === entry.via)] ?? [];
    const behind = entry.per === 'gateway' ? shareAll(own, carriers) : shareAtSites(own, carriers);
    const left = behind.find(({ carrier }) => carrier === null);
    if (left !== undefined || (own.length > 0 && carriers.length === 0)) {
      problems.push(noCarrier(index, entry, sites[left?.site ?? 0]?.name ?? ''));
    }
    return behind;
  });
  return { places, problems };
}

function ownPlaces(count: number, sites: number): Place[] {
  const perSite = shareOut(
    count,
    Array.from({ length: sites }, () => 1),
  );
  return perSite.flatMap((at, site) => Array.from({ length: at }, () => ({ site, carrier: null })));
}

/** As many behind each, wherever the carriers stand. */
function shareAll(own: readonly Place[], carriers: readonly Place[]): Place[] {
  const each = shareOut(
    own.length,
    carriers.map(() => 1),
  );
  return carriers.flatMap(({ site }, carrier) =>
    Array.from({ length: each[carrier] ?? 0 }, () => ({ site, carrier })),
  );
}

/** Those of a site behind the carriers that stand there. */
function shareAtSites(own: readonly Place[], carriers: readonly Place[]): Place[] {
  const sites = [...new Set(own.map(({ site }) => site))];
  return sites.flatMap((site) => {
    const here = carriers.flatMap((place, carrier) => (place.site === site ? [carrier] : []));
    const mine = own.filter((place) => place.site === site);
    if (here.length === 0) return mine;
    const each = shareOut(
      mine.length,
      here.map(() => 1),
    );
    return here.flatMap((carrier, at) =>
      Array.from({ length: each[at] ?? 0 }, () => ({ site, carrier })),
    );
  });
}

function noCarrier(index: number, { id, via }: FleetEntry, site: string): Problem {
  return {
    code: 'no-carrier',
    path: `fleet[${index}].via`,
    message: `${id} has devices at ${site}, and ${via} has none there to carry them`,
    hint: `count ${via} per site, or ${id} per gateway`,
  };
}

/** In proportion to weights, and exactly so many; of equal remainders the first one wins. */
export function shareOut(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  if (sum === 0) return weights.map(() => 0);
  const exact = weights.map((weight) => (total * weight) / sum);
  const parts = exact.map(Math.floor);
  const order = exact
    .map((value, index) => ({ index, rest: value - Math.floor(value) }))
    .sort((a, b) => b.rest - a.rest);
  let left = total - parts.reduce((a, b) => a + b, 0);
  for (const { index } of order) {
    if (left-- <= 0) break;
    parts[index] = (parts[index] ?? 0) + 1;
  }
  return parts;
}
