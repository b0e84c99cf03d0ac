/**
 * Which faults of a room are tried: those that come first when all are put in an order by seed and
 * name. A fault that changes nothing anybody could notice is left out, with the reason why it does
 * not (`equivalent.json`). A few that the tests beside the code notice are tried by CI each time
 * (`sample.json`).
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { productionFiles, ROOT } from '../../tools/house.ts';
import type { Equivalents } from './equivalents.ts';
import { type Fault, faultsIn } from './mutants.ts';
import type { Room } from './rooms.ts';

export function drawFaults(
  room: Room,
  seed: number,
  count: number,
  equivalents: Equivalents,
): Fault[] {
  const rank = ({ id }: Fault): string =>
    createHash('sha256').update(`${seed} ${id}`).digest('hex');
  return allFaults(room)
    .filter(({ id }) => equivalents[id] === undefined)
    .map((fault) => ({ fault, rank: rank(fault) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, count)
    .map(({ fault }) => fault);
}

/** Throws for one that is there no longer: it has to be replaced by another. */
export function sampledFaults(room: Room): Fault[] {
  const text = readFileSync(new URL('sample.json', import.meta.url), 'utf8');
  const wanted = (JSON.parse(text) as Record<string, string[]>)[room.name] ?? [];
  const byId = new Map(allFaults(room).map((fault) => [fault.id, fault]));
  return wanted.map((id) => {
    const fault = byId.get(id);
    if (fault === undefined)
      throw new Error(`bench/mutation/sample.json: no fault is called ${id}`);
    return fault;
  });
}

const allFaults = (room: Room): Fault[] =>
  productionFiles(ROOT)
    .filter((file) => room.files.some((beginning) => file.startsWith(beginning)))
    .flatMap((file) => faultsIn(file, readFileSync(join(ROOT, file), 'utf8')));
