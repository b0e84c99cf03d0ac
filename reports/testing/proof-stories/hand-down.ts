import { type ProofStories, told } from '../fault-story.ts';
import type { Story } from '../story.ts';

const fault: ProofStories['fault'] = {
  ...{ acts: 'behind', cohorts: [], devices: [0, 1, 2, 3], params: { hand: 'consumer' } },
  proof: { kind: 'hand-down', cuts: false },
};

const seen = (...said: readonly [t: number, is: string, of?: string][]): Story => {
  const story = told(fault);
  for (const [t, is, of = 'f'] of said) story.add('hand', t, { is, fault: of });
  return story;
};

const stories: ProofStories = {
  fault,
  happened: {
    'its proof says that it is gone, and there again': () =>
      seen([7000, 'taking'], [7100, 'down'], [10_000, 'giving'], [10_400, 'up']),
  },
  idle: {
    'it was told to go, and its proof never said so': () =>
      seen([7000, 'taking'], [10_000, 'giving'], [10_400, 'up']),
    'nobody used a hand': () => told(fault),
    'another one was gone': () =>
      seen([7000, 'taking'], [7100, 'down', 'g'], [10_000, 'giving'], [10_400, 'up', 'g']),
  },
  unseen: {
    'it never came back': () => seen([7000, 'taking'], [7100, 'down'], [10_000, 'giving']),
  },
};

export default stories;
