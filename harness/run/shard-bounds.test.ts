/** A shard is given the time that its own bounds add up to, or it would be told hung. */
import { expect, it } from 'vitest';
import type { Plan } from '#kernel';
import { keptReadBound } from '../watch/kept-read.ts';
import { shardBounds } from './shard-bounds.ts';

it('gives a final read time for a store and for presence that are not ours', () => {
  const devices = Array.from({ length: 1000 }, () => ({})) as never;
  const boundOf = (target: object): number =>
    shardBounds({ devices, target: { guarantees: {}, ...target } as Plan['target'] }).finalRead;
  const plain = boundOf({});
  const bound = keptReadBound({ devices });
  const withPresence = boundOf({ presence: { url: 'http://127.0.0.1/{device}' } });
  expect(withPresence - plain).toBe(bound);
  const both = { presence: {}, store: { withinMs: 5000 } };
  expect(boundOf(both) - plain).toBe(2 * bound + 5000);
});
