import { type ProofStories, told } from '../fault-story.ts';
import { type Story, TELEMETRY } from '../story.ts';

const fault: ProofStories['fault'] = {
  proof: { kind: 'tampered', does: 'drop', packet: 'PUBACK' },
  packets: { does: 'drop', packet: 'PUBACK', ways: ['down'], every: 1, share: 1 },
};

const twice: ProofStories['fault'] = {
  proof: { kind: 'tampered', does: 'duplicate', packet: 'PUBLISH' },
  packets: { does: 'duplicate', packet: 'PUBLISH', ways: ['up', 'down'], every: 1, share: 1 },
};

const some: ProofStories['fault'] = {
  ...fault,
  packets: { does: 'drop', packet: 'PUBACK', ways: ['down'], every: 3, share: 1 },
};

const tapped = (story: Story, count = 2): Story =>
  story.add('tapped', 9000, { device: 1, count, fault: 'f' });

/** What device 1 sent inside was not acknowledged there. */
const unacked = (story: Story, from = 7000): Story =>
  story.drop(
    ({ op, t, fields }) =>
      op === 'acked' &&
      t > from &&
      t < 10_000 &&
      fields.device === 1 &&
      fields.stream === TELEMETRY,
  );

const stories: ProofStories = {
  fault,
  happened: {
    'the tap dropped what the device misses': () => tapped(unacked(told(fault))),
    'of some it says so, and some are missing': () => tapped(unacked(told(some), 8500)),
    'of what no device could see the tap alone tells': () => tapped(told(twice)),
  },
  idle: {
    'nothing was dropped and everything acknowledged': () => told(fault),
    'the tap says so, and yet every acknowledgement came': () => tapped(told(fault)),
    'nor is any missing where some should be': () => tapped(told(some)),
  },
  unseen: {
    'no such packet came by': () => told(twice),
    'nothing was sent': () =>
      told(fault).drop(
        ({ op, t }) => ['sent', 'acked', 'observed'].includes(op) && t > 6900 && t < 10_000,
      ),
  },
};

export default stories;
