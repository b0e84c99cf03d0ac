import { type ProofStories, told } from '../fault-story.ts';
import type { Story } from '../story.ts';

const fault: ProofStories['fault'] = {
  proof: { kind: 'rebooted' },
  acts: 'device',
  cohorts: [],
};

const rebooted = (epoch: number): Story =>
  told(fault)
    .add('off', 7010, { device: 1, cause: 'power-cut' })
    .add('boot', 10_100, { device: 1, epoch, cause: 'power-on' });

const stories: ProofStories = {
  fault,
  happened: { 'power is cut': () => rebooted(2) },
  idle: {
    'nobody rebooted': () => told(fault),
    'the boot epoch did not rise': () => rebooted(1),
  },
  unseen: {
    'its target had no power anyway': () =>
      told(fault).add('off', 6500, { device: 1, cause: 'battery-empty' }),
  },
};

export default stories;
