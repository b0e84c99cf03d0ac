/**
 * Stories of a steered campaign whose target stands still or is away: what was due in between comes
 * after it, and nothing else is excused by it.
 */
import type { FaultPlan } from '#kernel';
import { Steered, still } from './ota-steered.ts';
import type { Story } from './story.ts';

/** The time of its first gate is up at 12 s. */
const slow = (...faults: FaultPlan[]): Steered =>
  new Steered({ rate: 1 }, [], faults).offers(0, 3000);

/** Enough have it by 6.56 s, which is to last for 2 s. */
const soaks = (fault: FaultPlan): Steered => {
  const gate = { success: 800_000, withinMs: 9000, soakMs: 2000 };
  const told = new Steered({ gate, window: { from: 3000, to: 6500 } }, [], [fault]);
  return [0, 1, 2, 3].reduce((one, place) => one.offers(place, 3000 + 1000 * place), told);
};

/** Nine have it, and the tenth could be offered it from 12 s on, until 20 s. */
const allButOne = (...faults: FaultPlan[]): Steered =>
  [0, 1, 2, 3, 4, 5, 6, 7, 8]
    .reduce((told, place) => told.offers(place, 3000 + 1000 * place), new Steered({}, [], faults))
    .gate(0, true, 6560, 4)
    .gate(1, true, 11_560, 4);

const away = ({ story }: Steered, from: number, to: number): Story =>
  story.add('target', from, { is: 'killed' }).add('target', to, { is: 'accepting' });

export const hindered = {
  passing: {
    'its time is up while its target stands still': () =>
      slow(still(11_000, 14_000)).gate(0, false, 14_900, 1).story.fine(),
    'its target stands still just before the timer would come': () =>
      slow(still(12_800, 14_000)).gate(0, false, 14_900, 1).story.fine(),
    'a wave soaks while its target stands still': () =>
      soaks(still(8000, 11_000)).gate(0, true, 11_900, 4).gate(1, false, 20_900, 0).story.fine(),
    'one waits while its target stands still until the window is over': () =>
      allButOne(still(11_500, 19_500)).story.fine(),
    'one waits while its target is away until the window is over': () =>
      away(allButOne(), 12_500, 19_500).fine(),
  },
  failing: {
    'its target stood still, and halts it long after': () =>
      slow(still(11_000, 14_000)).gate(0, false, 15_100, 1).story.fine(),
    'its target stood still before its time was up': () =>
      slow(still(8000, 11_990)).gate(0, false, 13_100, 1).story.fine(),
    'its target stands still long after its time was up': () =>
      slow(still(15_000, 16_000)).story.fine(),
    'its target is away long after its time was up': () => away(slow(), 15_000, 16_000).fine(),
    'a wave soaked before its target stood still': () =>
      soaks(still(9700, 11_000)).gate(0, true, 11_900, 4).story.fine(),
    'one waits, and its target is away long after': () => away(allButOne(), 15_000, 16_000).fine(),
    'one waits, and its target stood still before': () =>
      allButOne(still(6500, 11_500)).story.fine(),
    'one waits for long after its target stood still': () =>
      allButOne(still(11_500, 13_000)).story.fine(),
  },
};
