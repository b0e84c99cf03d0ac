/**
 * What a fault may do to single devices, carried out where they live: at once, without a word to
 * the runner. Links alone are in other hands.
 */
import { type FaultActions, undoAll } from '#chaos';
import type { Fleet } from '../fleet/fleet.ts';

/** Who holds the links of a run. */
export type LinkHands = Pick<FaultActions, 'addToxics' | 'disableLink'>;

export function deviceActions(fleet: () => Fleet, links: LinkHands): FaultActions {
  return {
    addToxics: (...what) => links.addToxics(...what),
    tap: () => Promise.reject(new Error('no device taps its link')),
    disableLink: (cohort) => links.disableLink(cohort),
    killTarget: () => Promise.reject(new Error('no device kills the target')),
    trouble: () => Promise.reject(new Error('no device acts inside the target')),
    useHand: () => Promise.reject(new Error('no device uses a hand of the target')),
    cutPower: async (devices) => {
      const agents = fleet().pick(devices);
      for (const agent of agents) agent.cutPower();
      return undoAll([
        async () => {
          for (const agent of agents) agent.restorePower();
        },
      ]);
    },
    strike: async ({ id, devices }) => {
      fleet().afflict(id, devices);
      return undoAll([async () => fleet().recover(id, devices)]);
    },
  };
}
