/** Bytes are held back and connections stay: silence while it acts, and afterwards all of it. */
import { overlaps, type Span } from '#oracles';
import { heldUpMs } from '../judging/beside.ts';
import { noticedAside } from '../judging/noticed.ts';
import {
  aliveAgain,
  fellSilent,
  innerWindow,
  isWithin,
  leak,
  NEVER_ANSWERED,
  sinceHeal,
  wasHeld,
} from '../judging/probe-sightings.ts';
import { goesDown } from '../judging/witness.ts';
import {
  type Answer,
  defineProof,
  no,
  type Sight,
  unseen,
  type Witness,
  type WitnessContext,
  yes,
} from '../proof.ts';
import { formatCount, plural } from '../wording.ts';

export default defineProof({
  kind: 'stalled',
  summary: 'nothing crosses while it acts, and what was held back comes after it',
  link: ({ proof }) => ({ carries: { up: proof.up !== true, down: proof.down !== true } }),
  witness: (context) => crossings(context),
  read: (sight) => [
    ...sight.probes.map((sightings): Answer => {
      const { fault, inner } = sight;
      const leaked = leak(sightings, inner);
      if (leaked !== null) return leaked;
      if (!fellSilent(sightings, inner) && !wasHeld(sightings, inner)) {
        return unseen('no probe asked during it');
      }
      const again = aliveAgain(sightings, inner);
      if (again === null) return NEVER_ANSWERED;
      return yes(`a probe fell silent and was answered again ${sinceHeal(fault, again)}`);
    }),
    ...askTargets(sight),
    ...noticedAside(sight),
  ],
});

/** What the targets tell where it decides: a single message that crossed disproves a stall. */
function askTargets({ fault, counted }: Sight): Answer[] {
  if (fault.plan.proof.up !== true) return [];
  const [inside, crossed, late] = [counted('inside'), counted('crossed'), counted('late')];
  if (crossed > 0) return [no(`${plural(crossed, 'message')} of its targets crossed it`)];
  if (inside === 0 || late === 0) return [];
  const after = `none was seen before the heal and ${formatCount(late)} after it`;
  return [yes(`of ${plural(inside, 'message')} sent inside, ${after}`)];
}

/**
 * Messages that targets sent inside a window, and of these, those that reached an observer before
 * the heal, and after it.
 */
function crossings({ fault, linkOf, of, plan, timeline, windowsOn }: WitnessContext): Witness {
  const delivery = of('delivery');
  const figures = { inside: 0, crossed: 0, late: 0 };
  const innerAt = (device: number, t: number): Span | undefined =>
    windowsOn(device)
      .map(innerWindow)
      .find((inner) => isWithin(t, inner));
  // What another fault may have held up past the heal tells nothing of this one.
  const isTelling = (device: number, t: number, inner: Span): boolean => {
    const others = timeline
      .faultsOn(device)
      .filter(({ id, injected, ...other }) => {
        return id !== fault.id && injected && overlaps(other, { from: t, to: inner.to });
      })
      .map((other) => linkOf(other.plan));
    return others.length === 0 || inner.to - t > heldUpMs(others, 'any') * 1000;
  };
  return {
    ops: ['sent', 'observed'],
    step: (entry) => {
      if (entry.op === 'sent') {
        if (goesDown(plan, entry)) return;
        const inner = innerAt(entry.device, entry.t);
        if (inner !== undefined && isTelling(entry.device, entry.t, inner)) figures.inside++;
      } else if (entry.op === 'observed' && delivery.news.kind === 'first-seen') {
        const { device, stream, n, t } = entry;
        const sentAt = delivery.sentAtOf(device, stream, n);
        const inner = innerAt(device, sentAt);
        if (inner === undefined) return;
        if (t <= inner.to) figures.crossed++;
        else if (isTelling(device, sentAt, inner)) figures.late++;
      }
    },
    end: () => figures,
  };
}
