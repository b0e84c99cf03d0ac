import { muted, type ProofStories, silence, told } from '../fault-story.ts';
import type { Story } from '../story.ts';

const fault: ProofStories['fault'] = {
  ...{ acts: 'inside', cohorts: [], devices: [0, 1, 2, 3], inside: { still: true } },
  proof: { kind: 'paused' },
};

const stories: ProofStories = {
  fault,
  happened: { 'nobody is answered until it goes on': () => silence(muted(told(fault))) },
  idle: {
    'everybody is answered all the time': () => told(fault),
    'one is answered in its midst': () =>
      silence(muted(told(fault))).add('probe', 8500, {
        ...{ cohort: 0, value: 2000, asked: 7, saw: 'pong' },
      }),
  },
  unseen: {
    'no probe was there': () =>
      told(fault).drop(({ op }: Story['events'][number]) => op === 'probe'),
  },
};

export default stories;
