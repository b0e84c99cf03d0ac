import { BusStory } from '../bus-story.ts';
import type { ProofStories } from '../fault-story.ts';

const fault: ProofStories['fault'] = {
  proof: { kind: 'thinned', share: 0.5 },
  acts: 'bus',
  cohorts: [],
  bus: { loss: 0.5 },
};

/** Both children, from 7 s to 15 s: eight questions each. */
const long = { ...fault, to: 15_000, devices: [1, 2] };
const both = (over = long): BusStory => new BusStory(over).answered(1, 3000).answered(2, 3000);

const stories: ProofStories = {
  fault,
  happened: {
    'about a half is left open': () =>
      both().missed(1, 8000, 9000, 12_000, 13_000).missed(2, 7500, 10_500, 13_500).story,
  },
  idle: {
    'nothing is left open': () => both().story,
    'one in so many is left open': () => both().missed(1, 8000).story,
    'no more than before it': () =>
      both()
        .missed(1, 1000, 1500, 2000, 4000, 8000, 9000, 12_000)
        .missed(2, 1000, 2000, 4000, 5000, 7500, 10_500, 13_500).story,
  },
  unseen: {
    'it was too short to tell': () =>
      both({ ...fault, to: 9000, devices: [1] }).missed(1, 8000).story,
  },
};

export default stories;
