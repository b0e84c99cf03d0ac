/** Nobody new gets in: whoever tries while it acts is turned away, and nobody is let in. */
import { hasSession } from '#kernel';
import { innerWindow, isWithin } from '../judging/probe-sightings.ts';
import {
  type Answer,
  defineProof,
  no,
  unseen,
  type Witness,
  type WitnessContext,
  yes,
} from '../proof.ts';
import { plural } from '../wording.ts';

export default defineProof({
  kind: 'turned-away',
  summary: 'whoever connects while it acts is turned away, and nobody is let in',
  link: () => ({ refuses: true }),
  witness: (context) => tries(context),
  read: ({ counted }): Answer[] => {
    const [let_in, away] = [counted('let in'), counted('turned away')];
    if (let_in > 0) return [no(`${plural(let_in, 'device')} got in`)];
    if (away === 0) return [unseen('nobody tried to get in')];
    return [yes(`${plural(away, 'attempt')} to get in, and nobody was let in`)];
  },
});

function tries({ plan, fault, isExplained }: WitnessContext): Witness {
  const inner = innerWindow(fault);
  const figures = { 'let in': 0, 'turned away': 0 };
  return {
    ops: ['connect-failed', 'online'],
    step: (entry) => {
      // Nobody is let in whose protocol has no session.
      if (!isWithin(entry.t, inner) || !hasSession(plan, entry.device)) return;
      if (entry.op === 'online') figures['let in']++;
      else if (entry.op === 'connect-failed' && !isExplained(entry.device, entry.t)) {
        figures['turned away']++;
      }
    },
    end: () => figures,
  };
}
