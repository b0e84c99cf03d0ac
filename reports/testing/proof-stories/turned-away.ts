import { type ProofStories, told } from '../fault-story.ts';
import type { Story } from '../story.ts';

const fault: ProofStories['fault'] = {
  ...{ acts: 'inside', cohorts: [], devices: [0, 1, 2, 3], inside: { shut: true } },
  proof: { kind: 'turned-away' },
};

const PROTOCOL = {
  ...{ kind: 'http', params: {}, channel: 'http' },
  ...{ sessions: false, watched: true, window: 1 },
};

const tries = (story: Story): Story =>
  story.add('connect-failed', 8000, { device: 1, why: 'server unavailable' });

const stories: ProofStories = {
  fault,
  happened: { 'one tries and is turned away': () => tries(told(fault)) },
  idle: {
    'one is let in': () => told(fault).add('online', 8000, { device: 1, present: false }),
    'one is turned away, and another let in': () =>
      tries(told(fault)).add('online', 8500, { device: 2, present: false }),
  },
  unseen: {
    'nobody tries': () => told(fault),
    'who gets in has no session that anybody could have let in': () =>
      told(fault, { entry: { protocol: PROTOCOL } }).add('online', 8000, {
        ...{ device: 1, present: false },
      }),
  },
};

export default stories;
