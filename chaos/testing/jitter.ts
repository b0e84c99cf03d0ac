/**
 * TEST ONLY. How delays through a latency toxic are spread: many connections, one chunk at a time
 * on each, so that none has to wait for the one before it.
 */
import { expect } from 'vitest';
import type { Bench } from './bench.ts';
import { pause } from './peers.ts';

/** Wide, so that what a busy machine adds is little beside it. */
const JITTER_MS = 500;

/** Delays of so many chunks, as they were measured from outside. */
async function jitteredDelays(
  bench: Bench,
  connections: number,
  rounds: number,
): Promise<number[]> {
  const upstream = await bench.upstream();
  const proxy = await bench.proxy(upstream.address);
  const attributes = { latency: JITTER_MS, jitter: JITTER_MS };
  await bench.toxic(proxy, 'latency', 'upstream', attributes);
  const joined: Awaited<ReturnType<Bench['join']>>[] = [];
  for (let n = 0; n < connections; n++) joined.push(await bench.join(proxy, upstream));
  const delays: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    const sentAt: number[] = [];
    for (const { client } of joined) {
      sentAt.push(performance.now());
      client.write('x');
      // Not all at one instant: they would be measured one behind the other.
      if (sentAt.length % 50 === 0) await pause(1);
    }
    for (const [index, { server }] of joined.entries()) {
      await server.untilSize(round);
      delays.push((server.reads.at(-1)?.at ?? 0) - (sentAt[index] ?? 0));
    }
  }
  return delays;
}

const TRIES = 8;

/**
 * A machine that stands still for a moment delivers at once what was due meanwhile, and a try with
 * that in it says nothing; no number of tries makes another distribution look like this one.
 */
export async function expectUniform(
  bench: Bench,
  connections: number,
  rounds: number,
  within: number,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const delays = await jitteredDelays(bench, connections, rounds);
    const distance = distanceFromUniform(delays, 2 * JITTER_MS);
    if (distance >= within && tries < TRIES) continue;
    expect(distance).toBeLessThan(within);
    return;
  }
}

/** Kolmogorov and Smirnov: how far their distribution is at most from the uniform on [0, width). */
function distanceFromUniform(values: readonly number[], width: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.reduce((worst, value, index) => {
    const uniform = Math.min(1, Math.max(0, value / width));
    const below = index / sorted.length;
    const upTo = (index + 1) / sorted.length;
    return Math.max(worst, Math.abs(uniform - below), Math.abs(upTo - uniform));
  }, 0);
}
