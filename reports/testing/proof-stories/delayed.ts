import { muted, type ProofStories, told, unwatched } from '../fault-story.ts';
import type { Story } from '../story.ts';

const fault: ProofStories['fault'] = { proof: { kind: 'delayed', delayMs: 100, jitterMs: 0 } };

function slowPongs(story: Story, us: number): Story {
  for (let t = 7400; t < 9800; t += 200) {
    story.add('probe', t + us / 1000, { cohort: 0, value: us, asked: 1, saw: 'pong' });
  }
  return story;
}

const stories: ProofStories = {
  fault,
  happened: { 'a delay is measured': () => slowPongs(muted(told(fault)), 205_000) },
  idle: {
    'no delay at all': () => told(fault),
    'half of the delay': () => slowPongs(muted(told(fault)), 102_000),
  },
  unseen: {
    'no probe was there': () => unwatched(told(fault)),
    'the plan does not say how long': () => told({ proof: { kind: 'delayed' } }),
  },
};

export default stories;
