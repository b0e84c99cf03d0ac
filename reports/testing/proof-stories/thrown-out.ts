import { type ProofStories, told } from '../fault-story.ts';
import type { Story } from '../story.ts';

const fault: ProofStories['fault'] = {
  ...{ acts: 'inside', cohorts: [], devices: [0, 1, 2, 3], inside: { payloadBytes: 16 } },
  proof: { kind: 'thrown-out' },
};

const out = (story: Story, ...devices: number[]): Story => {
  for (const device of devices) story.add('offline', 8100, { device, why: 'closed' });
  return story;
};

const stories: ProofStories = {
  fault,
  happened: { 'whoever speaks is thrown out': () => out(told(fault), 0, 1, 2, 3) },
  idle: {
    'nobody is': () => told(fault),
    'one is, and the others go on': () => out(told(fault), 1),
  },
  unseen: {
    'nobody said anything': () =>
      told(fault).drop(({ op, t }) => op === 'sent' && t > 7000 && t < 10_000),
  },
};

export default stories;
