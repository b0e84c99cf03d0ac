import { BusStory } from '../bus-story.ts';
import type { ProofStories } from '../fault-story.ts';

const fault: ProofStories['fault'] = {
  proof: { kind: 'unanswered' },
  acts: 'bus',
  cohorts: [],
  bus: { silent: 'keeps' },
};

const stories: ProofStories = {
  fault,
  happened: {
    'every question is left open': () =>
      new BusStory(fault).answered(1, 3000).missed(1, 7500, 8500, 9500).answered(1, 10_500).story,
    'what was on its way comes first': () =>
      new BusStory(fault).answered(1, 3000).took(1, 7300, 5).missed(1, 7500, 8500, 9500).story,
  },
  idle: {
    'no question was left open': () => new BusStory(fault).answered(1, 3000).story,
    'it answers in the midst of it': () =>
      new BusStory(fault).answered(1, 3000).missed(1, 7500).answered(1, 8500).story,
    'a reading is taken in, in the midst of it': () =>
      new BusStory(fault).answered(1, 3000).missed(1, 7500).took(1, 8500, 6).story,
  },
  unseen: {
    'nobody asked: its gateway had no power': () =>
      new BusStory(fault).answered(1, 3000).off(7400).story,
    'it stands on no bus': () => new BusStory(fault, { ops: [] }).story,
  },
};

export default stories;
