import { type ProofStories, told, unwatched } from '../fault-story.ts';

const fault: ProofStories['fault'] = { proof: { kind: 'closed' } };

const stories: ProofStories = {
  fault,
  happened: {
    'a reset closes': () => told(fault).add('probe', 7005, { cohort: 0, saw: 'closed' }),
  },
  idle: { 'connections survive a reset': () => told(fault) },
  unseen: { 'no probe was there': () => unwatched(told(fault)) },
};

export default stories;
