/**
 * H5: at the end the platform's view of who is online equals the truth, as the devices themselves
 * know it. A device that changed just before gets the time in which a target may notice; one that
 * is carried is no connection that a target could see, nor is one whose protocol has no sessions.
 */
import {
  type EntryPlan,
  hasSession,
  heldTo,
  isCarried,
  type LedgerEntry,
  type Plan,
} from '#kernel';
import { connectionAt, type DeviceLife, isDisturbed } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, inSeconds, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'presence',
  title: 'Presence is true',
  refs: ['H5'],
  summary: "The platform's view of who is online equals the truth at the end of the run.",
  judges: 'expected',
  broken: 'fail',
  params: {
    within: {
      kind: 'duration',
      about:
        'How long the platform may take to notice, beyond its keep-alive grace for a silent end.',
      default: '2s',
    },
  },
  asks: ['connections'],
  applies: (plan) =>
    plan.target.offers.includes('presence') &&
    plan.devices.some((_, device) => isConnection(plan, device)),
  start: (context) => presenceFold(context),
  harmed: (_plan, timeline) => [
    { from: timeline.samplingEnd, to: timeline.phase('drain')?.to ?? timeline.end },
  ],
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `The platform's view of ${plural(decided, 'device')} was true.`
      : `The platform's view of ${formatCount(findingCount)} of ${plural(decided, 'device')} was wrong.`,
});

/** Of nobody else a target can know whether he is there. */
const isConnection = (plan: Plan, device: number): boolean =>
  !isCarried(plan, device) && hasSession(plan, device);

function presenceFold(context: LaneContext): LaneFold {
  const { plan, timeline, lane, devices, of } = context;
  const connections = of('connections');
  const book = new EvidenceBook();
  const asked = new Set<number>();
  const compare = (device: number, t: number, online: boolean, listed: boolean): void => {
    const truth = truthOf(context, connections.of(device), device, t);
    if (truth === null) {
      book.doubt('changed too late for the platform to know');
      return;
    }
    if (truth.online === online) {
      book.kept();
      return;
    }
    const id = deviceName(plan, device);
    const said = listed ? (online ? 'online' : 'offline') : 'unknown';
    const is = truth.online ? 'online' : 'offline';
    book.broken(() =>
      finding(
        `${id} was ${is} since ${inSeconds(truth.since)}; at ${inSeconds(t)} the platform said ${said}`,
        [id],
        t,
        [
          { t: ms(truth.since), who: id, what: `went ${is}` },
          { t: ms(t), who: 'target', what: `said ${said}` },
        ],
      ),
    );
  };
  return {
    ops: ['presence'],
    step: (entry: LedgerEntry) => {
      if (entry.op !== 'presence' || asked.has(entry.device)) return;
      if (!isConnection(plan, entry.device)) return;
      asked.add(entry.device);
      compare(entry.device, entry.t, entry.online, true);
    },
    end: () => {
      const reads = timeline.readsOf(lane);
      for (const device of devices) {
        if (asked.has(device) || !isConnection(plan, device)) continue;
        if (reads.parts.get('presence') === true) compare(device, reads.beganAt, false, false);
        else book.doubt('the platform does not say who is online');
      }
      return book.close();
    },
  };
}

/**
 * Whether the device was online, and since when; null while it is too fresh for the platform to
 * know.
 */
function truthOf(
  { plan, timeline, params }: LaneContext,
  life: DeviceLife,
  device: number,
  t: number,
): { online: boolean; since: number } | null {
  const entry: EntryPlan | undefined = plan.entries[plan.devices[device]?.entry ?? -1];
  const withinUs = Number(params.within ?? 2000) * 1000;
  const standing = connectionAt(life, t);
  if (standing !== undefined) {
    // A link that stalled may have cost it its place without its knowing.
    const recent = { from: t - withinUs, to: t };
    const fresh = t - standing.from < withinUs || isDisturbed(timeline, device, recent);
    return fresh ? null : { online: true, since: standing.from };
  }
  const last = life.connections.findLast((one) => one.to <= t);
  if (last === undefined) return { online: false, since: 0 };
  const silent = !last.planned;
  const grace = heldTo(plan).keepAliveGrace;
  const allowed = withinUs + (silent ? (entry?.keepAliveS ?? 0) * grace * 1_000_000 : 0);
  return t - last.to < allowed ? null : { online: false, since: last.to };
}
