/** What is kept up reading by reading is what sorting all of them would find. */
import { expect, it } from 'vitest';
import { randomStream } from '#kernel';
import type { Reading } from '../rows.ts';
import { inTurn } from './members.ts';
import { OpenStretch } from './open-stretch.ts';

const GAP_MS = 5;

/** Sorted anew, and walked to the first pause or to the cut. */
function firstOf(all: readonly Reading[], mostMs: number): Reading[] {
  const sorted = [...all].sort(inTurn);
  const end = sorted.findIndex(({ at }, place) => {
    const before = sorted[place - 1]?.at ?? at;
    return at - before > GAP_MS || at >= (sorted[0]?.at ?? 0) + mostMs;
  });
  return end < 0 ? sorted : sorted.slice(0, end);
}

it.each([1, 2, 3, 4])('finds the first stretch in any order, draw %i', (seed) => {
  const random = randomStream(seed, 'open-stretch');
  for (let draw = 0; draw < 200; draw++) {
    const mostMs = 3 + random.below(40);
    const open = new OpenStretch(GAP_MS, mostMs);
    let all: Reading[] = [];
    let next = 0;
    for (let place = 0; place < 60; place++) {
      const at = next + random.below(30 + random.below(200));
      const device = `d/${random.below(3)}`;
      const times = { at, received: at, isLate: false };
      const reading: Reading = { place, device, n: place, values: {}, ...times };
      all.push(reading);
      open.add(reading);
      const first = firstOf(all, mostMs);
      expect(open.readings()).toEqual(first);
      expect([open.first, open.last]).toEqual([first[0], first.at(-1)]);
      if (random.below(6) > 0) continue;
      next = (first.at(-1)?.at ?? 0) + 1;
      all = all.filter((one) => one.at >= next);
      open.drop(next);
      expect(open.readings()).toEqual(firstOf(all, mostMs));
    }
  }
});
