import { type ProofStories, told, unwatched } from '../fault-story.ts';

const fault: ProofStories['fault'] = { proof: { kind: 'closed' } };

const stories: ProofStories = {
  fault,
  happened: {
    'a reset closes': () => told(fault).add('probe', 7005, { cohort: 0, saw: 'closed' }),
  },
  idle: {
    'connections survive a reset': () => told(fault),
    'one is closed only half a second after it': () =>
      told(fault).add('probe', 10_500, { cohort: 0, saw: 'closed' }),
  },
  unseen: { 'no probe was there': () => unwatched(told(fault)) },
};

export default stories;
