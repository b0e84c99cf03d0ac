import { type ProofStories, told } from '../fault-story.ts';
import type { Story } from '../story.ts';

const fault: ProofStories['fault'] = {
  ...{ acts: 'inside', cohorts: [], devices: [0, 1, 2, 3], inside: { full: true } },
  proof: { kind: 'uncommitted' },
};

const isInside = ({ op, t }: Story['events'][number]): boolean =>
  op === 'acked' && t > 7000 && t < 10_000;

const stories: ProofStories = {
  fault,
  happened: {
    'all wait until there is room': () => told(fault).change(isInside, () => ({ t: 10_020 })),
  },
  idle: { 'all are acknowledged as ever': () => told(fault) },
  unseen: {
    'nothing was ever acknowledged': () => told(fault).drop(isInside),
    'nothing was sent': () =>
      told(fault).drop(({ op, t }) => ['sent', 'acked'].includes(op) && t > 7000 && t < 10_100),
  },
};

export default stories;
