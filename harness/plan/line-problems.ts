/**
 * Whoever must open a channel and is carried by another device does so over a line to that one:
 * some part there must answer it, and the bus between them must carry such a line.
 */
import { partFamily } from '#devices';
import {
  type Catalog,
  carrierOf,
  type DevicePlan,
  type EntryPlan,
  inNameOf,
  isCarried,
  type Problem,
} from '#kernel';
import type { Opens } from './operations.ts';

interface Roster {
  devices: readonly DevicePlan[];
  entries: readonly EntryPlan[];
}

export function lineProblems(all: readonly Opens[], roster: Roster, catalog: Catalog): Problem[] {
  const amissOf = lineFlaws(roster, catalog);
  return all.flatMap(({ channel, devices, path }): Problem[] => {
    for (const device of devices) {
      if (!isCarried(roster, device)) continue;
      const amiss = amissOf(carrierOf(roster, device), channel);
      if (amiss === null) continue;
      const who = roster.devices[device]?.id ?? '';
      const message = `${who} is carried by another device, and ${amiss.why}`;
      return [{ code: 'bad-value', path, message, hint: amiss.hint }];
    }
    return [];
  });
}

interface Amiss {
  why: string;
  hint: string;
}

/** What keeps a carrier from answering a channel; null for nothing. */
function lineFlaws({ devices, entries }: Roster, catalog: Catalog) {
  const parts = catalog.of(partFamily);
  return (carrier: number, channel: string): Amiss | null => {
    const entry = entries[devices[carrier]?.entry ?? -1];
    if (entry === undefined) return null;
    const own = entry.parts.flatMap(({ kind }) => parts.get(kind) ?? []);
    for (const { kind, noLine } of own) {
      const why = inNameOf(`the part ${kind}`, 'noLine', () => noLine?.(entry)) ?? null;
      if (why === null) continue;
      const hint = 'leave them out, by `of`, or give them another bus';
      return { why: `loads nothing on its bus: ${why}`, hint };
    }
    if (own.some(({ serves }) => serves?.includes(channel) === true)) return null;
    const able = [...parts.values()].filter(({ serves }) => serves?.includes(channel) === true);
    const names = able.map(({ kind }) => `{ ${kind}: {} }`).join(' or ');
    return {
      why: 'loads nothing by itself',
      hint: `leave it out, by \`of\`, or give ${entry.id} what hands it on: parts: [${names}]`,
    };
  };
}
