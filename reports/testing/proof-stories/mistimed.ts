import { OWN_TIME_OPS } from '#kernel';
import { type ProofStories, told } from '../fault-story.ts';
import type { Story } from '../story.ts';

const fault: ProofStories['fault'] = {
  proof: { kind: 'mistimed' },
  acts: 'part',
  cohorts: [],
  part: { clockMs: 3_600_000 },
};

const stepped = (ahead: number, t = 7010, by = 'f'): Story =>
  told(fault, { ops: [OWN_TIME_OPS] }).add('own-time/stepped', t, { device: 1, fault: by, ahead });

const stories: ProofStories = {
  fault,
  happened: { 'its clock is ahead': () => stepped(3_600_000) },
  idle: {
    'its clock told the time': () => stepped(0),
    'another fault did it': () => stepped(3_600_000, 7010, 'other'),
    'it was before': () => stepped(3_600_000, 5000),
  },
  unseen: {},
};

export default stories;
