/** How many processes the fleet is spread over, and which lanes each gets. */
import { availableParallelism } from 'node:os';
import { LANES } from '#kernel';

export const SHARDS_MAX = 16;
/**
 * Descriptors of a process are limited; this many sessions leave room for observers, files and
 * sockets.
 */
const SESSIONS_PER_SHARD = 15_000;

export function shardCount(sessions: number, asked: number | null): number {
  const wanted =
    asked ??
    Math.max(Math.min(2, availableParallelism()), Math.ceil(sessions / SESSIONS_PER_SHARD));
  return Math.max(1, Math.min(SHARDS_MAX, wanted));
}

/** Lanes dealt out in turn, so that each shard gets its share of every site. */
export function lanesOf(shard: number, shards: number): number[] {
  return Array.from({ length: LANES }, (_, lane) => lane).filter((lane) => lane % shards === shard);
}
