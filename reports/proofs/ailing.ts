/**
 * What a device is made of suffered, as the truth in the ledger says: bits turned, bytes were not
 * erased, or there was no room. A fault that only makes things worse for whoever uses them shows
 * where somebody did.
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

/** Of the targets that it met, so many must have been harmed. */
const HARMED_SHARE = 0.95;
const HARMED: DeclaredOp = 'ota/harmed';

export default defineProof({
  kind: 'ailing',
  summary: 'what its targets keep in their flash, or would write there, is harmed',
  link: () => ({}),
  witness: (context) => harms(context),
  read: ({ counted }): Answer[] => {
    const [met, harmed] = [counted('met'), counted('harmed')];
    if (met === 0) return [unseen('it met nothing that it could harm in any of its targets')];
    const who = `${formatCount(harmed)} of ${plural(met, 'target')} that it met`;
    const text = `${who} had their flash harmed`;
    return [harmed >= met * HARMED_SHARE ? yes(text) : no(text)];
  },
});

function harms({ fault, windowsOn }: WitnessContext): Witness {
  const met = new Map<number, boolean>();
  return {
    ops: [HARMED],
    step: (entry) => {
      const { device, t } = entry;
      const { fault: by, count } = entry as unknown as { fault: string; count: number };
      if (by !== fault.id || !windowsOn(device).some((window) => isWithin(t, window))) return;
      met.set(device, met.get(device) === true || count > 0);
    },
    end: () => ({ met: met.size, harmed: [...met.values()].filter((one) => one).length }),
  };
}
