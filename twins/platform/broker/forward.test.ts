/** What one session gets of a message: at no higher QoS than it was granted, by any filter. */
import { expect, test } from 'vitest';
import type { AedesPacket, ClientInside } from './aedes-inside.ts';
import { Forward } from './forward.ts';
import type { HandOver } from './hand-over.ts';

const QOS = [0, 1, 2] as const;

function sent(
  granted: Readonly<Record<string, 0 | 1 | 2>>,
  packet: { qos: 0 | 1 | 2; retain?: boolean },
): number | undefined {
  const subscriptions = Object.fromEntries(
    Object.entries(granted).map(([filter, qos]) => [filter, { qos }]),
  );
  const client = { id: 'c', clean: true, connackSent: true, subscriptions };
  const given = { cmd: 'publish', topic: 'a/b', payload: Buffer.of(1), retain: false, ...packet };
  const forward = new Forward({} as HandOver, null);
  return forward.authorize(
    client as unknown as ClientInside,
    given as unknown as AedesPacket,
    false,
  )?.qos;
}

test.each(QOS)('what is published at QoS 2 goes out at %i where no more was granted', (qos) => {
  for (const filter of ['a/b', 'a/+', '#']) expect(sent({ [filter]: qos }, { qos: 2 })).toBe(qos);
});

test.each(QOS)('a retained value of QoS %i is not raised', (qos) => {
  for (const granted of QOS) {
    expect(sent({ 'a/#': granted }, { qos, retain: true })).toBe(Math.min(qos, granted));
  }
});

test('the best of the filters that match counts, and no other', () => {
  expect(sent({ '#': 0, 'a/+': 1, 'a/b/c': 2 }, { qos: 2 })).toBe(1);
  expect(sent({ 'a/c': 2, 'a/b': 0 }, { qos: 2 })).toBe(0);
  expect(sent({ 'a/b': 2, 'a/#': 0 }, { qos: 2 })).toBe(2);
  // Unsubscribed meanwhile: it goes as it came.
  expect(sent({ 'a/c': 1 }, { qos: 2 })).toBe(2);
});
