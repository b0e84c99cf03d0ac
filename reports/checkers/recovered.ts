/**
 * H2: after a fault is healed the fleet comes back, and soon. Each targeted device counts from the
 * heal to the end of its last absence; one that left again for another fault is no longer this
 * one's to judge. Where nobody had left, nobody has come back, and nothing is decided.
 */
import type { ParamValues } from '#kernel';
import { type DeviceLife, type FaultWindow, isSilentEnd, type Timeline, windowsOn } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { fleetWatchedUntil, releaseOf } from '../judging/fleet-curve.ts';
import { deviceName, finding, inSeconds, ms } from '../judging/witness.ts';
import { formatShare, formatSpan, plural } from '../wording.ts';

const CUT_SHORT = 'the run ended, or the next fault came, before the time was over';
const NOBODY_LEFT = 'no target had left, so there was nothing to come back from';

export default defineChecker({
  kind: 'recovered',
  title: 'The fleet comes back',
  refs: ['H2'],
  summary: 'After a fault, so large a share of its targets is connected again within so long.',
  judges: 'expected',
  broken: 'fail',
  params: {
    share: { kind: 'share', about: 'Share of the targets that must be back.', default: '99%' },
    within: {
      kind: 'duration',
      about: 'How long it may take from the heal.',
      default: '10s',
      fromHealOf: 'after',
    },
    after: { kind: 'text', about: 'Id of the fault.', names: 'fault' },
  },
  asks: ['connections'],
  applies: (plan, params) => plan.faults.some((fault) => fault.id === params.after),
  start: (context) => returnFold(context),
  conclude: (merged, { params }) => {
    const wanted = Number(params.share ?? 1);
    const targets = merged.figures.targets ?? 0;
    const back = merged.figures.back ?? 0;
    const figures = { ...merged.figures, wanted };
    if (targets > 0 && (merged.figures.left ?? 0) === 0) {
      const book = new EvidenceBook();
      book.doubt(NOBODY_LEFT, merged.obligations);
      return { ...book.close(), figures: { ...figures, ...book.close().figures } };
    }
    // Stragglers within the share are no violation.
    if (targets > 0 && back >= wanted * targets - 1e-9) {
      return { ...merged, figures, findings: [], findingCount: 0 };
    }
    // Those that were not to be judged might have made up for it: then nothing is proved.
    const open = merged.obligations - merged.decided;
    if (open > 0 && back + open >= wanted * targets - 1e-9) {
      return { ...merged, figures, findings: [], findingCount: 0, decided: 0 };
    }
    return { ...merged, figures };
  },
  harmed: (_plan, timeline, params) => {
    const fault = faultOf(timeline, params);
    if (fault === undefined) return [];
    const withinUs = Number(params.within ?? 0) * 1000;
    const windows = fault.plan.devices.flatMap((device) => windowsOn(timeline, fault, device));
    return [...new Set(windows)].map(({ to }) => ({ from: to, to: to + withinUs }));
  },
  label: (params) => `after ${String(params.after ?? '?')}`,
  say: ({ figures }) =>
    `${formatShare((figures.back ?? 0) / Math.max(1, figures.targets ?? 0))} of ${plural(figures.targets ?? 0, 'target')} came back in time (wanted ${formatShare(figures.wanted ?? 1)}).`,
});

function returnFold({ plan, timeline, devices, of, params }: LaneContext): LaneFold {
  const connections = of('connections');
  const book = new EvidenceBook();
  const withinUs = Number(params.within ?? 0) * 1000;
  const end = fleetWatchedUntil(timeline);
  const judge = (device: number, window: FaultWindow): void => {
    const release = Math.min(releaseOf(window, timeline, device), end);
    const returned = returnOf(connections.of(device), window, release, end);
    if (returned === null) return;
    const { back, left } = returned;
    book.figure('targets');
    if (left) book.figure('left');
    // Who was back before the heal, while the fault still acted, may have been thrown off again.
    if (window.to > end) book.doubt(CUT_SHORT);
    else if (back <= window.to + withinUs) {
      book.kept();
      book.figure('back');
    } else if (release < window.to + withinUs) book.doubt(CUT_SHORT);
    else book.broken(() => straggler(deviceName(plan, device), window, back, end));
  };
  return {
    ops: [],
    end: () => {
      const fault = faultOf(timeline, params);
      if (fault === undefined) return book.close();
      for (const device of devices) {
        for (const window of windowsOn(timeline, fault, device)) judge(device, window);
      }
      return book.close();
    },
  };
}

function straggler(device: string, { id, from, to }: FaultWindow, back: number, end: number) {
  const late = back === Number.POSITIVE_INFINITY;
  const when = late ? 'never came back' : `came back only after ${formatSpan((back - to) / 1000)}`;
  const text = `${device} ${when} (${id} healed at ${inSeconds(to)})`;
  return finding(text, [device], to, [
    { t: ms(from), who: `fault ${id}`, what: 'injected' },
    { t: ms(to), who: `fault ${id}`, what: 'healed' },
    { t: ms(late ? end : back), who: device, what: late ? 'still away' : 'online again' },
  ]);
}

function faultOf(timeline: Timeline, params: ParamValues): FaultWindow | undefined {
  return timeline.faults.find(
    (fault) => fault.id === params.after && fault.injected && fault.healed,
  );
}

/**
 * When a target was back from its last absence that began before `release`, and whether it left at
 * all; null when it was not there at the injection. Infinity when it never came back.
 */
function returnOf(
  life: DeviceLife,
  window: FaultWindow,
  release: number,
  end: number,
): { back: number; left: boolean } | null {
  const before = life.connections.findLast((one) => one.from <= window.from);
  // In virtual time a connection ends in the very instant of the fault that ends it.
  const wasThere = before !== undefined && (before.to >= window.from || before.planned);
  if (!wasThere) return null;
  let [back, left] = [window.to, false];
  life.connections.forEach((connection, index) => {
    if (connection.to >= release || connection.planned) return;
    // A device that went down by itself after the heal is not this fault's any more.
    if (isSilentEnd(connection.end) && connection.to > window.to) return;
    if (connection.to >= window.from) left = true;
    const next = life.connections[index + 1]?.from ?? Number.POSITIVE_INFINITY;
    back = Math.max(back, next >= end ? Number.POSITIVE_INFINITY : next);
  });
  return { back, left };
}
