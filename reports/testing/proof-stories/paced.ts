import { muted, type ProofStories, silence, told, unwatched } from '../fault-story.ts';
import type { Story } from '../story.ts';

const fault: ProofStories['fault'] = { proof: { kind: 'paced', bytesPerSecond: 10_000 } };

const rateOf = (story: Story, bytesPerSecond: number, t = 8500): Story =>
  story.add('probe', t, { cohort: 0, value: bytesPerSecond, asked: 1, saw: 'rate' });

const rates = (...measured: number[]): Story =>
  measured.reduce((story, rate) => rateOf(story, rate), told(fault));

/** Of 4,000 bytes/s: one measurement, and another begun so late that it ends as that heals. */
const cutShort = (bytesPerSecond: number): Story =>
  rateOf(
    rateOf(told({ proof: { ...fault.proof, bytesPerSecond: 4000 } }), bytesPerSecond),
    20_000,
    10_000,
  );

const stories: ProofStories = {
  fault,
  happened: {
    'a rate is measured': () => rateOf(told(fault), 9800),
    'half as much again, of what was under way': () => rateOf(told(fault), 15_000),
    'most measurements are as slow as that': () => rates(9800, 9900, 40_000),
    'the heal cut a measurement short, and another had ended': () => cutShort(4200),
    'not even one measurement ends': () => silence(muted(told(fault))),
  },
  idle: {
    'too fast, in what the heal did not cut short': () => cutShort(6100),
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
