/** A QoS 2 message is one message, in whatever order its packets are looked at. */
import { expect, it } from 'vitest';
import type { AedesPacket, ClientInside } from './aedes-inside.ts';
import { OpenIncoming } from './open-incoming.ts';

const client = { id: 'a', clean: true } as ClientInside;
const publish = (): AedesPacket => ({ cmd: 'publish', qos: 2, messageId: 5 }) as AedesPacket;
const release = (): AedesPacket => ({ cmd: 'pubrel', messageId: 5 }) as unknown as AedesPacket;

const opened = (): OpenIncoming =>
  new OpenIncoming({ incoming: () => [] } as never, {} as never, null);

/** What Aedes would hear: whether the packet is known. */
function isKnown(incoming: OpenIncoming, packet: AedesPacket): boolean {
  let known = false;
  void incoming.getPacket(client, packet).then(
    () => {
      known = true;
    },
    () => {},
  );
  return known;
}

it('is new once, and again as long as it is open', () => {
  const incoming = opened();
  const [first, second, next] = [publish(), publish(), publish()];
  expect([incoming.begin(client, first, 5), incoming.begin(client, second, 5)]).toEqual([
    ...[true, false],
  ]);
  expect([isKnown(incoming, first), isKnown(incoming, second)]).toEqual([false, true]);
  void incoming.delPacket(client, release());
  expect(incoming.begin(client, next, 5)).toBe(true);
  expect(isKnown(incoming, next)).toBe(false);
});

it('stays the same where its release is through before the packet that came again', () => {
  const incoming = opened();
  const [first, second] = [publish(), publish()];
  incoming.begin(client, first, 5);
  incoming.begin(client, second, 5);
  expect(isKnown(incoming, release())).toBe(true);
  void incoming.delPacket(client, release());
  expect(isKnown(incoming, release())).toBe(false);
  expect(isKnown(incoming, second)).toBe(true);
});

it('is the same where it waited for its turn until its release was through', () => {
  const incoming = opened();
  const [first, second, third, next] = [publish(), publish(), publish(), publish()];
  // Said twice before anybody had its turn, and once more while it is open.
  for (const packet of [first, second]) incoming.arrived(client, packet);
  expect(incoming.begin(client, first, 5)).toBe(true);
  incoming.arrived(client, third);
  void incoming.delPacket(client, release());
  for (const packet of [second, third]) {
    expect(incoming.begin(client, packet, 5)).toBe(false);
    expect(isKnown(incoming, packet)).toBe(true);
  }
  // What comes behind the release is another message.
  incoming.arrived(client, next);
  expect(incoming.begin(client, next, 5)).toBe(true);
});

it('is new on another connection where it has not been begun on the first', () => {
  const incoming = opened();
  const [lost, again] = [publish(), publish()];
  incoming.arrived(client, lost);
  const next = { ...client } as ClientInside;
  incoming.arrived(next, again);
  expect(incoming.begin(next, again, 5)).toBe(true);
});
