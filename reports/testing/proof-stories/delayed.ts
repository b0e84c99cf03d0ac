import { muted, type ProofStories, told, unwatched } from '../fault-story.ts';
import type { Story } from '../story.ts';

const fault: ProofStories['fault'] = { proof: { kind: 'delayed', delayMs: 100, jitterMs: 0 } };

function slowPongs(story: Story, us: number): Story {
  for (let t = 7400; t < 9800; t += 200) {
    story.add('probe', t + us / 1000, { cohort: 0, value: us, asked: 1, saw: 'pong' });
  }
  return story;
}

/** So much is promised; each answer takes so long, but for what the heal lets go. */
function letGo(delayMs: number, tookMs: number): Story {
  const story = muted(told({ proof: { kind: 'delayed', delayMs, jitterMs: 0 } }));
  for (let asked = 7400; asked <= 10_000; asked += 200) {
    const t = Math.min(asked + tookMs, Math.max(asked, 10_000));
    story.add('probe', t, { cohort: 0, value: (t - asked) * 1000, asked: 1, saw: 'pong' });
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
    'most answers come with the heal, and the others took as long': () => letGo(800, 1600),
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
    'half of it, and some answers come with the heal': () => letGo(800, 800),
    'no answer waits, where none that did could have come': () => letGo(1500, 2),
    'few answers are late': () => slowPongs(twice(told(fault)), 205_000),
  },
  unseen: {
    'no probe was there': () => unwatched(told(fault)),
    'all answers come with the heal': () => letGo(1500, 3000),
    'the plan does not say how long': () => told({ proof: { kind: 'delayed' } }),
  },
};

export default stories;
