/**
 * X1: every fault proves that it happened. A run whose fault did nothing has shown nothing about
 * resilience, so it is invalid, however green the rest is.
 */
import type { LedgerEntryOf } from '#kernel';
import { isPlannedEnd } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { type EFFECT_FIGURES, effectOf, figureName } from '../judging/effects.ts';
import { addEvidence, EvidenceBook } from '../judging/evidence.ts';
import { innerWindow } from '../judging/probe-proofs.ts';
import { finding, goesDown, ms } from '../judging/witness.ts';
import { plural } from '../wording.ts';

export default defineChecker({
  kind: 'fault-effective',
  title: 'Every fault happened',
  refs: ['X1'],
  summary: 'Probes and devices saw the effect that each fault promises.',
  judges: 'always',
  broken: 'invalid',
  params: {},
  applies: (plan) => plan.faults.length > 0,
  start: (context) => witnessFold(context),
  conclude: (merged, plan, timeline) => {
    const book = new EvidenceBook();
    for (const fault of timeline.faults) {
      const { effective, evidence } = effectOf(fault, plan, timeline, merged.figures);
      if (effective === null) book.doubt(`the effect of ${fault.id}`);
      else if (effective) book.kept();
      else {
        const from = fault.injected ? fault.from : fault.plan.from * 1000;
        book.broken(() =>
          finding(
            `the fault ${fault.id} (${fault.plan.fault}) had no effect: ${evidence}`,
            [],
            from,
            [
              {
                t: ms(from),
                who: `fault ${fault.id}`,
                what: fault.injected ? 'injected' : 'was due',
              },
              { t: ms(from), who: 'probe', what: evidence },
            ],
          ),
        );
      }
    }
    return addEvidence(merged, book);
  },
  say: ({ obligations, decided, findingCount }) =>
    findingCount > 0
      ? `${plural(findingCount, 'fault')} of ${obligations} had no effect.`
      : `${decided} of ${plural(obligations, 'fault')} proved ${decided === 1 ? 'its' : 'their'} effect.`,
});

/** Counts what the targets of each fault saw of it. */
function witnessFold(context: LaneContext): LaneFold {
  const { plan, timeline, delivery } = context;
  const book = new EvidenceBook();
  const droppedBy = new Set<string>();
  const count = (fault: string, figure: (typeof EFFECT_FIGURES)[number]): void =>
    book.figure(figureName(fault, figure));

  const sent = (entry: LedgerEntryOf<'sent'>): void => {
    if (goesDown(plan, entry)) return;
    for (const fault of timeline.faultsOn(entry.device)) {
      const inner = innerWindow(fault);
      if (fault.injected && entry.t >= inner.from && entry.t <= inner.to) count(fault.id, 'inside');
    }
  };
  const observed = (entry: LedgerEntryOf<'observed'>): void => {
    const faults = timeline.faultsOn(entry.device);
    if (faults.length === 0 || delivery.news.kind !== 'first-seen') return;
    const sentAt = delivery.sentAtOf(entry.device, entry.stream, entry.n);
    for (const fault of faults) {
      const inner = innerWindow(fault);
      if (!fault.injected || sentAt < inner.from || sentAt > inner.to) continue;
      if (entry.t <= inner.to) count(fault.id, 'crossed');
      else count(fault.id, 'late');
    }
  };
  const dropped = (entry: LedgerEntryOf<'offline' | 'connect-failed'>): void => {
    if (isPlannedEnd(entry.why)) return;
    for (const fault of timeline.faultsOn(entry.device)) {
      const key = `${entry.device}/${fault.id}`;
      if (!fault.injected || entry.t < fault.from || entry.t > fault.to + 250_000) continue;
      if (droppedBy.has(key)) continue;
      droppedBy.add(key);
      count(fault.id, 'dropped');
    }
  };
  return {
    ops: ['sent', 'observed', 'offline', 'connect-failed'],
    step: (entry) => {
      if (entry.op === 'sent') sent(entry);
      else if (entry.op === 'observed') observed(entry);
      else if (entry.op === 'offline' || entry.op === 'connect-failed') dropped(entry);
    },
    end: () => {
      countReboots(context, book);
      return book.close();
    },
  };
}

/** Which targets of a power cut had power, lost it, and came back with a higher boot epoch. */
function countReboots(
  { plan, timeline, connections, devices }: LaneContext,
  book: EvidenceBook,
): void {
  const cuts = timeline.faults.filter((f) => f.injected && f.plan.proof.kind === 'rebooted');
  for (const fault of cuts) {
    const targets = new Set(fault.plan.devices);
    for (const device of devices) {
      if (!targets.has(device) || plan.devices[device] === undefined) continue;
      const { boots, offs } = connections.of(device);
      const before = boots.findLast((boot) => boot.t < fault.from);
      const off = offs.find((one) => one.t >= fault.from && one.t <= fault.to);
      const wasOff = offs.some(
        (one) => one.t < fault.from && (before === undefined || one.t > before.t),
      );
      if (before === undefined || wasOff) continue;
      book.figure(figureName(fault.id, 'powered'));
      const again = boots.find((boot) => off !== undefined && boot.t >= off.t);
      if (again !== undefined && again.epoch > before.epoch)
        book.figure(figureName(fault.id, 'rebooted'));
    }
  }
}
