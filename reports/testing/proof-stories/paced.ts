import { muted, type ProofStories, silence, told, unwatched } from '../fault-story.ts';
import type { Story } from '../story.ts';

const fault: ProofStories['fault'] = { proof: { kind: 'paced', bytesPerSecond: 10_000 } };

const rateOf = (story: Story, bytesPerSecond: number): Story =>
  story.add('probe', 8500, { cohort: 0, value: bytesPerSecond, asked: 1, saw: 'rate' });

const rates = (...measured: number[]): Story =>
  measured.reduce((story, rate) => rateOf(story, rate), told(fault));

const stories: ProofStories = {
  fault,
  happened: {
    'a rate is measured': () => rateOf(told(fault), 9800),
    'half as much again, of what was under way': () => rateOf(told(fault), 15_000),
    'most measurements are as slow as that': () => rates(9800, 9900, 40_000),
    'not even one measurement ends': () => silence(muted(told(fault))),
  },
  idle: {
    'ten times the rate': () => rateOf(told(fault), 100_000),
    'a little more than can have been under way': () => rateOf(told(fault), 15_100),
    'most measurements are faster': () => rates(9800, 40_000, 41_000),
  },
  unseen: {
    'no probe was there': () => unwatched(told(fault)),
    'no probe measured': () => told(fault),
  },
};

export default stories;
