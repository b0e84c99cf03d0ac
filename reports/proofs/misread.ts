/** Sensors of devices said something else than there was, as the truth in the ledger says. */
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

/** Of the targets, so many must have said something else. */
const LYING_SHARE = 0.95;
const SAID: DeclaredOp = 'sensors/said';

export default defineProof({
  kind: 'misread',
  summary: 'the sensors of its targets say something else than there is',
  link: () => ({}),
  witness: (context) => lies(context),
  read: ({ counted }): Answer[] => {
    const [struck, lying] = [counted('said'), counted('wrongly')];
    if (struck === 0) return [unseen('none of its targets took a reading meanwhile')];
    const who = `${formatCount(lying)} of ${plural(struck, 'target')}`;
    const text = `the sensors of ${who} said something else than there was`;
    return [lying >= struck * LYING_SHARE ? yes(text) : no(text)];
  },
});

function lies({ windowsOn }: WitnessContext): Witness {
  const wrongly = new Map<number, boolean>();
  return {
    ops: [SAID],
    step: (entry) => {
      const { device, t } = entry;
      const { was, said } = entry as unknown as Readonly<Record<'was' | 'said', string>>;
      if (!windowsOn(device).some((window) => isWithin(t, window))) return;
      wrongly.set(device, wrongly.get(device) === true || was !== said);
    },
    end: () => ({
      said: wrongly.size,
      wrongly: [...wrongly.values()].filter((one) => one).length,
    }),
  };
}
