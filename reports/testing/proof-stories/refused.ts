import { muted, type ProofStories, told, unwatched } from '../fault-story.ts';

const fault: ProofStories['fault'] = { proof: { kind: 'refused' } };

const stories: ProofStories = {
  fault,
  happened: {
    'an outage refuses': () =>
      muted(told(fault))
        .add('probe', 7005, { cohort: 0, saw: 'closed' })
        .add('probe', 7200, { cohort: 0, saw: 'refused' }),
    'only its targets were there': () =>
      unwatched(told(fault)).add('offline', 7010, { device: 1, why: 'closed' }),
  },
  idle: { 'answers through an outage': () => told(fault) },
  unseen: { 'no probe was there': () => unwatched(told(fault)) },
};

export default stories;
