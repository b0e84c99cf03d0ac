/**
 * Clocks of devices were stepped, and told another time of what was measured meanwhile, as the
 * truth in the ledger says.
 */
import type { DeclaredOp } from '#kernel';
import { isWithin } from '../judging/probe-sightings.ts';
import {
  type Answer,
  defineProof,
  no,
  unseen,
  type Witness,
  type WitnessContext,
  yes,
} from '../proof.ts';
import { formatCount, plural } from '../wording.ts';

/** Of the targets, so many must have had their clocks stepped. */
const STEPPED_SHARE = 0.95;
const SAID: DeclaredOp = 'own-time/said';

export default defineProof({
  kind: 'mistimed',
  summary: 'the clocks of its targets tell another time',
  link: () => ({}),
  witness: (context) => steps(context),
  read: ({ counted }): Answer[] => {
    const [struck, stepped] = [counted('said'), counted('wrongly')];
    if (struck === 0) return [unseen('none of its targets took a reading meanwhile')];
    const who = `${formatCount(stepped)} of ${plural(struck, 'target')}`;
    const text = `the clocks of ${who} told another time`;
    return [stepped >= struck * STEPPED_SHARE ? yes(text) : no(text)];
  },
});

function steps({ windowsOn }: WitnessContext): Witness {
  const wrongly = new Map<number, boolean>();
  return {
    ops: [SAID],
    step: (entry) => {
      const { device, t } = entry;
      const { of, stamp } = entry as unknown as { of: number; stamp: number };
      if (!windowsOn(device).some((window) => isWithin(t, window))) return;
      wrongly.set(device, wrongly.get(device) === true || of !== stamp);
    },
    end: () => ({
      said: wrongly.size,
      wrongly: [...wrongly.values()].filter((one) => one).length,
    }),
  };
}
