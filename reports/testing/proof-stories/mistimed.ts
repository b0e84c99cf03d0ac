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
  told(fault, { ops: [OWN_TIME_OPS] })
    .add('own-time/said', t + 500, { device: 1, n: 1, of: 7500, stamp: 7500 + ahead })
    .add('own-time/stepped', t, { device: 1, fault: by, ahead });

const stories: ProofStories = {
  fault,
  happened: { 'its clock is ahead': () => stepped(3_600_000) },
  idle: {
    'its clock told the time': () => stepped(0),
  },
  unseen: {
    'none of them took a reading': () => told(fault, { ops: [OWN_TIME_OPS] }),
  },
};

export default stories;
