import { muted, type ProofStories, silence, told, unwatched } from '../fault-story.ts';
import type { Story } from '../story.ts';

const fault: ProofStories['fault'] = { proof: { kind: 'stalled', up: true, down: true } };

/** What device 1 sent inside arrives as the fault is healed. */
const held = (story: Story): Story =>
  story.change(
    (event) =>
      event.op === 'observed' && event.fields.device === 1 && event.t > 7000 && event.t < 10_000,
    () => ({ t: 10_005 }),
  );

const stories: ProofStories = {
  fault,
  happened: {
    'a partition holds everything': () => held(silence(muted(told(fault)))),
    'one way only, which its targets cannot tell': () =>
      silence(muted(told({ proof: { kind: 'stalled', up: false, down: true } }))),
  },
  idle: {
    'a toxic that does nothing': () => told(fault),
    'a single message crosses a partition': () => silence(muted(told(fault))),
  },
  unseen: { 'no probe was there': () => unwatched(told(fault)) },
};

export default stories;
