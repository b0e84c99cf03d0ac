import { type ProofStories, told } from '../fault-story.ts';
import type { Story } from '../story.ts';

const fault: ProofStories['fault'] = {
  proof: { kind: 'target-down' },
  acts: 'target',
  cohorts: [],
  devices: [0, 1, 2, 3],
};

const killed = (): Story => told(fault).add('target', 7005, { is: 'killed' });
const noticed = (story: Story): Story => story.add('offline', 7010, { device: 1, why: 'closed' });

const stories: ProofStories = {
  fault,
  happened: {
    'the target is gone': () => noticed(killed().add('target', 10_000, { is: 'accepting' })),
  },
  idle: {
    'the target was never killed': () => told(fault),
    'the kill was not noticed': () => killed().add('target', 10_000, { is: 'accepting' }),
  },
  unseen: { 'the target never came back': () => noticed(killed()) },
};

export default stories;
