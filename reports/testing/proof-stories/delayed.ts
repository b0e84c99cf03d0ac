import { muted, type ProofStories, told, unwatched } from '../fault-story.ts';
import type { Story } from '../story.ts';

const fault: ProofStories['fault'] = { proof: { kind: 'delayed', delayMs: 100, jitterMs: 0 } };

function slowPongs(story: Story, us: number): Story {
  for (let t = 7400; t < 9800; t += 200) {
    story.add('probe', t + us / 1000, { cohort: 0, value: us, asked: 1, saw: 'pong' });
  }
  return story;
}

/** Every answer of a probe comes twice. */
const twice = (story: Story): Story => {
  for (const { t, op, fields } of [...story.events]) {
    if (op === 'probe') story.add(op, t, fields);
  }
  return story;
};

const stories: ProofStories = {
  fault,
  happened: {
    'a delay is measured': () => slowPongs(muted(told(fault)), 205_000),
    'four fifths of it': () => slowPongs(muted(told(fault)), 163_000),
    'most answers are late': () => slowPongs(slowPongs(told(fault), 205_000), 206_000),
  },
  idle: {
    'no delay at all': () => told(fault),
    'half of the delay': () => slowPongs(muted(told(fault)), 102_000),
    'less than four fifths of it': () => slowPongs(muted(told(fault)), 160_000),
    'as slow as it had been before': () =>
      slowPongs(muted(told(fault)), 205_000).change(
        ({ op, t }) => op === 'probe' && t < 7000,
        ({ fields }) => ({ fields: { ...fields, value: 100_000 } }),
      ),
    'few answers are late': () => slowPongs(twice(told(fault)), 205_000),
  },
  unseen: {
    'no probe was there': () => unwatched(told(fault)),
    'the plan does not say how long': () => told({ proof: { kind: 'delayed' } }),
  },
};

export default stories;
