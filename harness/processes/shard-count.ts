/** How many processes the fleet is spread over, and which lanes each gets. */
import { availableParallelism } from 'node:os';
import { LANES } from '#kernel';

export const SHARDS_MAX = 16;
/**
 * Descriptors of a process are limited; this many sessions leave room for observers, files and
 * sockets.
 */
const SESSIONS_PER_SHARD = 15_000;

/** Most of the time one waits for its next message; with more for a core they delay each other. */
const SHARDS_PER_CORE = 4;

interface Split {
  sessions: number;
  /** Those with devices: a shard without one has nothing to do. */
  lanes: number;
  cores: number;
}

/** As many as a run may be asked to have, and what bounds them. */
export function shardBound({ sessions, lanes, cores }: Split): { most: number; because: string } {
  const needed = Math.ceil(sessions / SESSIONS_PER_SHARD);
  const carried = Math.max(2, cores * SHARDS_PER_CORE);
  const byCores =
    needed > carried
      ? { most: needed, because: `open files ask for ${needed} processes` }
      : { most: carried, because: `${cores} cores carry ${carried} processes of a fleet` };
  const bounds = [
    { most: lanes, because: `its devices lie on ${lanes} ${lanes === 1 ? 'lane' : 'lanes'}` },
    byCores,
    { most: SHARDS_MAX, because: 'no run is split further' },
  ];
  return bounds.reduce((tightest, one) => (one.most < tightest.most ? one : tightest));
}

/** As many as are asked for; by itself a run takes two where there are two cores for them. */
export function shardCount(
  sessions: number,
  asked: number | null,
  cores = availableParallelism(),
): number {
  const wanted = asked ?? Math.max(Math.min(2, cores), Math.ceil(sessions / SESSIONS_PER_SHARD));
  return Math.max(1, Math.min(SHARDS_MAX, wanted));
}

/** Lanes dealt out in turn, so that each shard gets its share of every site. */
export function lanesOf(shard: number, shards: number): number[] {
  return Array.from({ length: LANES }, (_, lane) => lane).filter((lane) => lane % shards === shard);
}
