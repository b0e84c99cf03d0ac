/**
 * X4: a fault that is tied to a state acts on devices in that state and on no others, whenever they
 * are in it, and no longer than it may. Nobody but ourselves can break this, so a run in which it
 * is broken shows nothing of what was meant to be tried.
 */
import type { LedgerEntryOf } from '#kernel';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { type Flaw, TieWatch } from '../judging/tie-watch.ts';
import { deviceName, finding, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

/** Where time is virtual nothing takes any; else a shard must hear of it, and a proxy obey. */
const GRACE_US = { sim: 100_000, real: 2_000_000 };

export default defineChecker({
  kind: 'tied-to-state',
  title: 'Faults tied to a state act on devices in it',
  refs: ['X4'],
  summary: 'Each begin finds its device in the state, and each end is in time.',
  judges: 'always',
  fault: 'tie',
  broken: 'invalid',
  params: {},
  applies: (plan) => plan.faults.some(({ tie }) => tie !== undefined),
  start: (context) => tieFold(context),
  say: ({ figures, findingCount, obligations }) => {
    const times = plural(figures.strikes ?? 0, 'time');
    const [wrong, all] = [findingCount, obligations].map(formatCount);
    return findingCount > 0
      ? `${wrong} of ${all} begins and ends are not by the state.`
      : `They acted ${times}, each in the state and for its time.`;
  },
});

function tieFold({ plan, timeline, devices }: LaneContext): LaneFold {
  const book = new EvidenceBook();
  const watches = new Map<number, Map<string, TieWatch>>();
  const mine = new Set(devices);
  for (const fault of timeline.faults) {
    const { devices: targets, tie, toxics } = fault.plan;
    if (tie === undefined || !fault.injected) continue;
    // A reset that waits is taken back when its wait is over.
    const waitMs = Math.max(0, ...toxics.map(({ attributes }) => attributes.timeout ?? 0));
    const graceUs = GRACE_US[plan.gear] + waitMs * 1000;
    for (const device of targets.filter((one) => mine.has(one))) {
      const own = watches.get(device) ?? new Map<string, TieWatch>();
      watches.set(device, own.set(fault.id, new TieWatch(fault, tie, timeline, graceUs)));
    }
  }
  const tell = (device: number, flaws: readonly Flaw[], isObliged: boolean): void => {
    for (const { at, kind, what } of flaws) {
      if (kind === 'doubt') book.doubt('we stood still ourselves');
      else book.broken(() => findingOf(deviceName(plan, device), at, what));
    }
    if (isObliged && flaws.length === 0) book.kept();
  };
  const told = (entry: LedgerEntryOf<'struck' | 'relieved'>): void => {
    const watch = watches.get(entry.device)?.get(entry.fault);
    if (watch === undefined) {
      const isTied = plan.faults.some(({ id, tie }) => id === entry.fault && tie !== undefined);
      const what = `was struck by ${entry.fault}, which does not select it`;
      if (isTied) tell(entry.device, [{ kind: 'broken', at: entry.t, what }], true);
      return;
    }
    if (entry.op === 'relieved') return tell(entry.device, watch.relieved(entry.t), true);
    book.figure('strikes');
    tell(entry.device, watch.struck(entry.t, entry.n), true);
  };
  return {
    ops: ['state', 'struck', 'relieved'],
    step: (entry) => {
      if (entry.op === 'struck' || entry.op === 'relieved') told(entry);
      if (entry.op !== 'state') return;
      for (const watch of watches.get(entry.device)?.values() ?? []) {
        tell(entry.device, watch.entered(entry.t, entry.state), false);
      }
    },
    end: () => {
      for (const [device, own] of watches) {
        for (const watch of own.values()) tell(device, watch.end(), false);
      }
      return book.close();
    },
  };
}

const findingOf = (device: string, at: number, what: string) =>
  finding(`${device} ${what}`, [device], at, [{ t: ms(at), who: device, what }]);
