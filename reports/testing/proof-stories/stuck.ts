import { BusStory } from '../bus-story.ts';
import type { ProofStories } from '../fault-story.ts';

const fault: ProofStories['fault'] = {
  proof: { kind: 'stuck', lateMs: 0 },
  acts: 'bus',
  cohorts: [],
  bus: { stale: true },
  to: 14_000,
};
const late: ProofStories['fault'] = {
  ...fault,
  proof: { kind: 'stuck', lateMs: 2000 },
  bus: { lateMs: 2000 },
};

const busy: ProofStories['fault'] = {
  ...fault,
  proof: { kind: 'stuck', lateMs: 0, busy: true },
  bus: { busy: true },
};

/** Reading n of device 1 is due at 1.01 s and a second later each; taken in so much after that. */
function heard(story: BusStory, afterMs: number, isAlike: (n: number) => boolean): BusStory {
  story.answered(1, 3000);
  for (let n = 0; n < 15; n++) {
    const t = 1010 + n * 1000 + afterMs;
    story.took(1, t, n);
    if (isAlike(n)) story.alike(1, t, n);
  }
  return story;
}

const stories: ProofStories = {
  fault,
  happened: {
    'all its readings say the same': () => heard(new BusStory(fault), 100, (n) => n >= 8).story,
    'none of its readings is heard before it is over': () =>
      heard(new BusStory(busy), 7100, () => false).story,
    'though its bus loses some of its answers': () =>
      heard(new BusStory(busy), 7100, () => false)
        .missed(1, 8500, 12_900)
        .answered(1, 9100).story,
    'or most of them': () =>
      heard(new BusStory(busy), 7100, () => false)
        .missed(1, 8500, 9500, 10_500, 12_500)
        .answered(1, 11_100).story,
    'all its readings are late': () => heard(new BusStory(late), 2100, () => false).story,
  },
  idle: {
    'each says something else': () => heard(new BusStory(fault), 100, () => false).story,
    'now and then two are alike': () => heard(new BusStory(fault), 100, (n) => n === 9).story,
    'they are heard although it is busy': () => heard(new BusStory(busy), 100, () => false).story,
    'it is silent, and not busy': () =>
      heard(new BusStory(busy), 7100, () => false)
        .missed(1, 8500, 9500, 10_500, 11_500, 12_500, 13_500)
        .answered(1, 14_100).story,
    'none is late': () => heard(new BusStory(late), 100, () => false).story,
    'some are late': () => heard(new BusStory(late), 1990, () => false).story,
  },
  unseen: {
    'nothing of it was heard': () => new BusStory(fault).answered(1, 3000).story,
  },
};

export default stories;
