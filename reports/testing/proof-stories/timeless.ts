import { type ProofStories, told } from '../fault-story.ts';
import type { Story } from '../story.ts';

const OPS = { 'clock/lost': { device: 'device' }, 'clock/set': { device: 'device' } } as const;

const fault: ProofStories['fault'] = {
  proof: { kind: 'timeless' },
  acts: 'device',
  cohorts: [],
};

const cut = (): Story =>
  told(fault, { ops: [OPS] })
    .add('off', 7010, { device: 1, cause: 'power-cut' })
    .add('boot', 10_100, { device: 1, epoch: 2, cause: 'power-on' });

const stories: ProofStories = {
  fault,
  happened: {
    'it comes up without the time': () => cut().add('clock/lost', 10_100, { device: 1 }),
    'and is told it': () =>
      cut().add('clock/lost', 10_100, { device: 1 }).add('clock/set', 11_000, { device: 1 }),
  },
  idle: {
    'it kept its power': () => told(fault, { ops: [OPS] }),
    'it comes up and knows the time': () => cut(),
    'it lost the time with the power, and not in this cut': () =>
      cut()
        .add('off', 3000, { device: 1, cause: 'battery-empty' })
        .add('boot', 4000, { device: 1, epoch: 2, cause: 'power-on' })
        .add('clock/lost', 4000, { device: 1 }),
    'it had lost the time before': () => cut().add('clock/lost', 5000, { device: 1 }),
  },
  unseen: {
    'its target had no power anyway': () =>
      told(fault, { ops: [OPS] }).add('off', 6500, { device: 1, cause: 'battery-empty' }),
  },
};

export default stories;
