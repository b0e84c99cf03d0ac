import { muted, type ProofStories, silence, told, unwatched } from '../fault-story.ts';
import type { Story } from '../story.ts';

const fault: ProofStories['fault'] = { proof: { kind: 'paced', bytesPerSecond: 10_000 } };

const rateOf = (story: Story, bytesPerSecond: number): Story =>
  story.add('probe', 8500, { cohort: 0, value: bytesPerSecond, asked: 1, saw: 'rate' });

const stories: ProofStories = {
  fault,
  happened: {
    'a rate is measured': () => rateOf(told(fault), 9800),
    'not even one measurement ends': () => silence(muted(told(fault))),
  },
  idle: { 'ten times the rate': () => rateOf(told(fault), 100_000) },
  unseen: {
    'no probe was there': () => unwatched(told(fault)),
    'no probe measured': () => told(fault),
  },
};

export default stories;
