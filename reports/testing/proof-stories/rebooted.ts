import { type ProofStories, told } from '../fault-story.ts';
import type { Story } from '../story.ts';

const fault: ProofStories['fault'] = {
  proof: { kind: 'rebooted' },
  acts: 'device',
  cohorts: [],
};

const rebooted = (epoch: number): Story =>
  told(fault)
    .add('off', 7010, { device: 1, cause: 'power-cut' })
    .add('boot', 10_100, { device: 1, epoch, cause: 'power-on' });

/** Of twenty targets so many reboot. */
function ofTwenty(count: number): Story {
  const devices = Array.from({ length: 20 }, (_, device) => device);
  const story = told({ ...fault, devices }, { devices: 20 });
  for (const device of devices.slice(0, count)) {
    story.add('off', 7010, { device, cause: 'power-cut' });
    story.add('boot', 10_100, { device, epoch: 2, cause: 'power-on' });
  }
  return story;
}

const stories: ProofStories = {
  fault,
  happened: {
    'power is cut': () => rebooted(2),
    'all but one in twenty reboot': () => ofTwenty(19),
  },
  idle: {
    'nobody rebooted': () => told(fault),
    'the boot epoch did not rise': () => rebooted(1),
    'two in twenty did not reboot': () => ofTwenty(18),
  },
  unseen: {
    'its target had no power anyway': () =>
      told(fault).add('off', 6500, { device: 1, cause: 'battery-empty' }),
  },
};

export default stories;
