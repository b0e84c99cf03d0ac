/**
 * The target's commits take longer: whatever it must keep is acknowledged no sooner than that. What
 * devices see is enough, since an honest target acknowledges after the commit.
 */
import { type Plan, streamOf } from '#kernel';
import { innerWindow, isWithin } from '../judging/probe-sightings.ts';
import {
  type Answer,
  defineProof,
  no,
  promised,
  unseen,
  type Witness,
  type WitnessContext,
  yes,
} from '../proof.ts';
import { formatCount, plural } from '../wording.ts';

/** Clocks and timers are not finer than that. */
const ROUNDING_US = 2000;

export default defineProof({
  kind: 'slow-commits',
  summary: 'what is to be kept is acknowledged no sooner than a slow commit allows',
  link: () => ({}),
  witness: (context) => waits(context),
  read: ({ counted }): Answer[] => {
    const [slow, quick] = [counted('slow'), counted('quick')];
    if (slow + quick === 0) return [unseen('nothing that is to be kept was acknowledged')];
    if (quick > 0) {
      const all = plural(slow + quick, 'message');
      return [no(`${formatCount(quick)} of ${all} were acknowledged sooner than that`)];
    }
    return [yes(`${plural(slow, 'message')} waited that long to be acknowledged`)];
  },
});

/** Of a message that is kept, and so acknowledged after a commit. */
export const isKept = (plan: Plan, stream: number): boolean =>
  streamOf(plan, stream)?.arrives === 'store';

function waits({ fault, of, plan }: WitnessContext): Witness {
  const delivery = of('delivery');
  const inner = innerWindow(fault);
  const leastUs = promised(fault.plan, 'leastMs') * 1000 - ROUNDING_US;
  const figures = { slow: 0, quick: 0 };
  return {
    ops: ['acked'],
    step: (entry) => {
      if (entry.op !== 'acked' || !isKept(plan, entry.stream)) return;
      const sentAt = delivery.sentAtOf(entry.device, entry.stream, entry.n);
      if (!isWithin(sentAt, inner) || !isWithin(entry.t, inner)) return;
      if (entry.t - sentAt >= leastUs) figures.slow++;
      else figures.quick++;
    },
    end: () => figures,
  };
}
