/** Sightings of one message are counted as a naive reader of the whole list would count them. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FLAG } from '#kernel';
import { entryOf } from '../../kernel/testing/fields.ts';
import { HAPPENED } from './message-table.ts';
import { type SightedMessage, SightedMessages } from './sighted-messages.ts';

const DEVICES = [0, 1, 256];
const CODES = [3, 4, 255];

interface Sighting {
  t: number;
  device: number;
  stream: number;
  n: number;
  hash: number;
  isRetained: boolean;
}

/** A retained value is a delivery only where the message itself never comes. */
function naive(sightings: readonly Sighting[]): SightedMessage | undefined {
  const [first] = sightings;
  if (first === undefined) return undefined;
  const live = sightings.filter(({ isRetained }) => !isRetained);
  const isAltered = sightings.some(({ hash }) => hash !== first.hash);
  return {
    hash: first.hash,
    seenAt: first.t,
    seenCount: Math.max(1, live.length),
    flags:
      HAPPENED.received |
      (live.length === 0 ? HAPPENED.handedOver : 0) |
      (isAltered ? HAPPENED.altered : 0),
  };
}

const sighting = fc.record({
  t: fc.nat({ max: 1000 }),
  device: fc.constantFrom(...DEVICES),
  stream: fc.constantFrom(...CODES),
  n: fc.constantFrom(0, 7, 4_000_000_000),
  hash: fc.constantFrom(1, 1, 1, 2),
  isRetained: fc.boolean(),
});

it('what came by is counted, and a retained one that comes again is not', () => {
  fc.assert(
    fc.property(fc.array(sighting, { maxLength: 30 }), (sightings) => {
      const messages = new SightedMessages(HAPPENED.received);
      for (const { isRetained, ...fields } of sightings) {
        const { t, ...message } = fields;
        messages.see(entryOf(t, 'received', { ...message, flags: isRetained ? FLAG.retain : 1 }));
      }
      for (const device of DEVICES) {
        for (const stream of CODES) {
          const mine = sightings.filter((one) => one.device === device && one.stream === stream);
          const model = new Map(
            [...Map.groupBy(mine, ({ n }) => n)].map(([n, list]) => [n, naive(list)]),
          );
          expect(messages.of(device, stream)).toEqual(model);
        }
      }
    }),
    { seed: 45, numRuns: 300 },
  );
});
