import { SENSORS_OPS } from '#kernel';
import { type ProofStories, told } from '../fault-story.ts';
import type { Story } from '../story.ts';

const fault: ProofStories['fault'] = {
  proof: { kind: 'misread' },
  acts: 'part',
  cohorts: [],
  part: { sensor: { signal: 'temperature', does: 'offset', by: 2 } },
};

const said = (temperature: number): Story =>
  told(fault, { ops: [SENSORS_OPS] })
    .add('sensors/said', 7510, {
      ...{ device: 1, n: 1, was: '{"temperature":20}' },
      said: JSON.stringify({ temperature }),
    })
    .add('sensors/lying', 7010, {
      ...{ device: 1, fault: 'f', signal: 'temperature', does: 'offset', by: '2' },
    });

const stories: ProofStories = {
  fault,
  happened: { 'it says more than there is': () => said(22) },
  idle: { 'it says what there is': () => said(20) },
  unseen: { 'none of them took a reading': () => told(fault, { ops: [SENSORS_OPS] }) },
};

export default stories;
