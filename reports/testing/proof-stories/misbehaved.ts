import { MACHINE_OPS } from '#kernel';
import { type ProofStories, told } from '../fault-story.ts';
import type { Story } from '../story.ts';

const fault: ProofStories['fault'] = {
  proof: { kind: 'misbehaved' },
  acts: 'part',
  cohorts: [],
  part: { malfunction: { kind: 'seal-leak', severity: 1, grows: 'step', overMs: null } },
};

const measured = (differs: boolean): Story =>
  told(fault, { ops: [MACHINE_OPS] })
    .add('machine/measured', 7510, { device: 1, n: 1, differs })
    .add('machine/ill', 7010, { device: 1, fault: 'f', malfunction: 'seal-leak' });

const stories: ProofStories = {
  fault,
  happened: { 'it is in another state than a healthy one': () => measured(true) },
  idle: { 'it is as a healthy one is': () => measured(false) },
  unseen: { 'none of them took a reading': () => told(fault, { ops: [MACHINE_OPS] }) },
};

export default stories;
