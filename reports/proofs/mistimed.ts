/** Clocks of devices were stepped, as the truth in the ledger says. */
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
const STEPPED: DeclaredOp = 'own-time/stepped';

export default defineProof({
  kind: 'mistimed',
  summary: 'the clocks of its targets tell another time',
  link: () => ({}),
  witness: (context) => steps(context),
  read: ({ counted }): Answer[] => {
    const [struck, stepped] = [counted('struck'), counted('stepped')];
    if (struck === 0) return [unseen('it struck no target')];
    const who = `${formatCount(stepped)} of ${plural(struck, 'target')}`;
    const text = `the clocks of ${who} told another time`;
    return [stepped >= struck * STEPPED_SHARE ? yes(text) : no(text)];
  },
});

function steps({ fault, devices, windowsOn }: WitnessContext): Witness {
  const stepped = new Set<number>();
  return {
    ops: [STEPPED],
    step: (entry) => {
      const { device, t } = entry;
      const { fault: by, ahead } = entry as unknown as { fault: string; ahead: number };
      if (by !== fault.id || ahead === 0) return;
      if (windowsOn(device).some((window) => isWithin(t, window))) stepped.add(device);
    },
    end: () => ({
      struck: devices.filter((device) => windowsOn(device).length > 0).length,
      stepped: stepped.size,
    }),
  };
}
