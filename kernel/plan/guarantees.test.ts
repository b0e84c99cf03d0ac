/** A plan that is older than a promise holds its target to MQTT itself, and to nothing stricter. */
import { expect, it } from 'vitest';
import { bulkBytesOf } from './bulk.ts';
import { type Guarantees, heldTo } from './guarantees.ts';
import type { Plan } from './plan.ts';

const heldWith = (guarantees: Partial<Guarantees>): Guarantees =>
  heldTo({ target: { guarantees: guarantees as Guarantees } });

it('what nobody has said is what MQTT 3.1.1 says', () => {
  expect(heldWith({})).toMatchObject({
    // One and a half times the keep alive: 3.1.2.10.
    keepAliveGrace: 1.5,
    // Comes again when the client does, at once: 4.4.
    redeliversWithinMs: 0,
    retained: 'flagged',
    // Four bytes of a length, and two of a text's: 2.2.3 and 1.5.3.
    packetBytes: 128 ** 4 - 1,
    clientIdLength: 2 ** 16 - 1,
  });
});

it('what somebody has said goes before it, in the words of then too', () => {
  expect(heldWith({ redeliversWithinMs: 5000, maxQos: 1 })).toMatchObject({
    redeliversWithinMs: 5000,
    maxQos: 1,
  });
  const words = [true, false, 'none', 'clean', 'all'].map(
    (said) => heldWith({ willOnTakeOver: said as 'none' }).willOnTakeOver,
  );
  expect(words).toEqual(['all', 'clean', 'none', 'clean', 'all']);
});

it('a probe sends no more at once than the target takes in one packet', () => {
  const sent = (packetBytes: number): number =>
    bulkBytesOf({ target: { guarantees: { packetBytes } } } as Plan);
  for (const packetBytes of [1000, 4096, 8192]) {
    // A packet has a topic of ours around its payload.
    expect(sent(packetBytes)).toBeLessThanOrEqual(packetBytes - 64);
    expect(sent(packetBytes)).toBeGreaterThan(packetBytes / 2);
  }
  expect(sent(1_000_000)).toBe(8192);
});
