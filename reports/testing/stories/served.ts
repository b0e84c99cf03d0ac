/** Stories about what a target hands out, and what devices find of it in their flash. */
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { FIRST, honest, NAME, NEW, Told } from '../ota-told.ts';
import { faultPlan, type Story, tellFault } from '../story.ts';

/** The first loads all of it from 7 s on, and by 8 s it has ended for that reason. */
function loads(why: string, bytes = NEW.size): Story {
  const told = new Told().begins(FIRST, 7000).loads(FIRST, 7100, bytes);
  const about = { device: FIRST, campaign: NAME, attempt: 1 };
  return told.story.add('ota/ended', 8000, { ...about, status: 'failed', why });
}

/** Something befalls one of them for that time. */
function under(from: number, to: number, device = FIRST): Story {
  const story = loads('wrong digest');
  story.plan.faults = [faultPlan('rots', { fault: 'bit-rot', devices: [device], from, to })];
  tellFault(story, 'rots');
  return story;
}

const fine = (story: Story): Story => story.fine();

const otaServedTrue: CheckerFixtures = {
  passing: {
    'both load what was signed': honest,
    'one loads what was signed, and has no place for it': () => fine(loads('no place')),
  },
  failing: {
    'one loads other bytes than were signed': () => loads('wrong digest'),
    'a fault befalls another': () => under(6000, 7000, 1),
  },
  undecided: {
    'a fault befalls it meanwhile': () => under(6000, 7000),
    'nobody loads all of it': () => fine(loads('', NEW.size - 1)),
  },
};

export default { 'ota-served-true': otaServedTrue };
