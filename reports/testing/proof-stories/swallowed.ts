import {
  answeredLate,
  muted,
  type ProofStories,
  silence,
  told,
  unwatched,
} from '../fault-story.ts';

const fault: ProofStories['fault'] = { proof: { kind: 'swallowed' } };

const stories: ProofStories = {
  fault,
  happened: { 'a blackhole swallows': () => silence(muted(told(fault))) },
  idle: {
    'everything is answered': () => told(fault),
    'a swallowed question is answered later': () => answeredLate(silence(muted(told(fault)))),
  },
  unseen: { 'no probe was there': () => unwatched(told(fault)) },
};

export default stories;
