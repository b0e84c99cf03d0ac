/**
 * The target can commit nothing: of what must be kept it acknowledges nothing while it acts, and
 * all of it once there is room again.
 */
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
import { isKept } from './slow-commits.ts';

export default defineProof({
  kind: 'uncommitted',
  summary: 'nothing that is to be kept is acknowledged while it acts, and all of it after it',
  link: () => ({}),
  witness: (context) => promises(context),
  read: ({ counted }): Answer[] => {
    const [sent, early, late] = [counted('sent'), counted('early'), counted('late')];
    if (early > 0) return [no(`${plural(early, 'message')} were acknowledged all the same`)];
    if (sent === 0) return [unseen('nothing that is to be kept was sent')];
    if (late === 0) return [unseen('nothing that was sent was ever acknowledged')];
    return [yes(`none of ${plural(sent, 'message')} was acknowledged before it was over`)];
  },
});

function promises({ fault, of, plan }: WitnessContext): Witness {
  const delivery = of('delivery');
  const inner = innerWindow(fault);
  const figures = { sent: 0, early: 0, late: 0 };
  return {
    ops: ['sent', 'acked'],
    step: (entry) => {
      if (entry.op === 'sent') {
        if (isKept(plan, entry.stream) && isWithin(entry.t, inner)) figures.sent++;
        return;
      }
      if (entry.op !== 'acked' || !isKept(plan, entry.stream)) return;
      const sentAt = delivery.sentAtOf(entry.device, entry.stream, entry.n);
      if (!isWithin(sentAt, inner)) return;
      if (entry.t <= inner.to) figures.early++;
      else figures.late++;
    },
    end: () => figures,
  };
}
