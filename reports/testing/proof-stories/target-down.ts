import { PAST_EVERY_PROXY } from '#kernel';
import { type ProofStories, told } from '../fault-story.ts';
import type { Story } from '../story.ts';

const fault: ProofStories['fault'] = {
  proof: { kind: 'target-down' },
  acts: 'target',
  cohorts: [],
  devices: [0, 1, 2, 3],
};

const killed = (): Story => told(fault).add('target', 7005, { is: 'killed' });
const restarted = (): Story =>
  killed().add('target', 9990, { is: 'started' }).add('target', 10_000, { is: 'accepting' });
const noticed = (story: Story): Story => story.add('offline', 7010, { device: 1, why: 'closed' });

const stories: ProofStories = {
  fault,
  happened: {
    'the target is gone': () => noticed(restarted()),
    'only a probe is cut off': () =>
      restarted().add('probe', 7010, { cohort: PAST_EVERY_PROXY, asked: 1, saw: 'closed' }),
    'it only refuses whoever comes': () => restarted().add('target', 7010, { is: 'refusing' }),
    'a device fails to get in': () =>
      restarted().add('connect-failed', 9000, { device: 2, why: 'refused' }),
  },
  idle: {
    'the target was never killed': () => told(fault),
    'the kill was not noticed': () => killed().add('target', 10_000, { is: 'accepting' }),
    'only its start took it away': () =>
      killed()
        .add('target', 9990, { is: 'started' })
        .add('offline', 9995, { device: 1, why: 'closed' })
        .add('probe', 9995, { cohort: PAST_EVERY_PROXY, asked: 1, saw: 'closed' })
        .add('target', 10_000, { is: 'accepting' }),
  },
  unseen: { 'the target never came back': () => noticed(killed()) },
};

export default stories;
