import { type ProofStories, told } from '../fault-story.ts';
import type { Story } from '../story.ts';

const OPS = {
  'ota/harmed': { device: 'device', fault: 'text', sha256: 'text', count: 'count' },
} as const;

const fault: ProofStories['fault'] = {
  proof: { kind: 'ailing' },
  acts: 'part',
  cohorts: [],
  part: { rot: { place: 'running', bits: 8 } },
};

const harmed = (count: number, t = 7010, by = 'f'): Story =>
  told(fault, { ops: [OPS] }).add('ota/harmed', t, { device: 1, fault: by, sha256: '', count });

const stories: ProofStories = {
  fault,
  happened: {
    'bits turned': () => harmed(8),
    'the second time': () =>
      harmed(0).add('ota/harmed', 8000, { device: 1, fault: 'f', sha256: '', count: 9 }),
  },
  idle: {
    'it met what it could harm, and did nothing': () => harmed(0),
  },
  unseen: {
    'nobody used what it acts on': () => told(fault, { ops: [OPS] }),
    'another fault did it': () => harmed(8, 7010, 'other'),
    'it was before': () => harmed(8, 5000),
  },
};

export default stories;
