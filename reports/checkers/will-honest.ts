/**
 * M7: a will is published exactly once if the connection ended without a goodbye, and never if it ended with one.
 * Each connection has a will of its own, numbered by the attempt it was armed with. Where the device itself raced
 * the target back (a take-over), or the target was killed, MQTT promises nothing and nothing is judged.
 */
import type { Entry } from '#kernel';
import { type Connection, isDisturbed, isTargetDown, overlaps, type Span } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, inSeconds, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

/** Time for a will to come through once it is due. */
const SLACK_US = 5_000_000;
/** The two ends of a connection may see it end so far apart. */
const APART_US = 2_000_000;
/** Who reconnects sooner than this after the end races the target's own discovery of it. */
const RACE_US = 500_000;

interface WillSighting {
  count: number;
  firstAt: number;
}

type Ruling = { kind: 'kept' | 'doubt' | 'unpromised' } | { kind: 'broken'; text: string };

export default defineChecker({
  kind: 'will-honest',
  title: 'Wills are published when due, and only then',
  refs: ['M7'],
  summary: 'A will comes exactly once after an end without goodbye, never otherwise.',
  judges: 'always',
  broken: 'fail',
  params: {},
  applies: (plan) => plan.devices.some(({ entry }) => plan.entries[entry]?.will === true),
  start: (context) => willFold(context),
  say: ({ decided, figures, findingCount }) =>
    findingCount === 0
      ? `${plural(figures.published ?? 0, 'will')} published over ${plural(decided, 'connection')}, each when due.`
      : `${plural(findingCount, 'will')} of ${formatCount(decided)} missing, doubled or out of place.`,
});

function willFold(context: LaneContext): LaneFold {
  const { plan, devices, connections, delivery } = context;
  const wills = new Map<string, WillSighting>();
  return {
    ops: ['observed'],
    step: (entry: Entry) => {
      if (delivery.news.kind !== 'will') return;
      const key = `${entry.device}/${entry.n}`;
      const known = wills.get(key);
      if (known === undefined) wills.set(key, { count: 1, firstAt: entry.t });
      else known.count++;
    },
    end: () => {
      const book = new EvidenceBook();
      for (const device of devices) {
        if (plan.entries[plan.devices[device]?.entry ?? -1]?.will !== true) continue;
        for (const connection of connections.of(device).connections) {
          const will = wills.get(`${device}/${connection.attempt}`);
          if (will !== undefined) book.figure('published');
          judge(context, device, connection, will, book);
        }
      }
      return book.close();
    },
  };
}

function judge(
  context: LaneContext,
  device: number,
  connection: Connection,
  will: WillSighting | undefined,
  book: EvidenceBook,
): void {
  const { plan, timeline } = context;
  const ruling = rule(context, device, connection, will);
  if (ruling.kind === 'kept') book.kept();
  else if (ruling.kind === 'doubt') book.doubt();
  else if (ruling.kind === 'broken') {
    const id = deviceName(plan, device);
    const ended = connection.to !== Number.POSITIVE_INFINITY;
    const at = ended ? connection.to : (will?.firstAt ?? timeline.end);
    const events = [
      { t: ms(connection.from), who: id, what: `connected, with will ${connection.attempt}` },
      ...(ended
        ? [{ t: ms(connection.to), who: id, what: `connection ended: ${connection.end}` }]
        : []),
      ...(will === undefined
        ? [{ t: ms(timeline.end), who: 'observer', what: 'never got the will' }]
        : [{ t: ms(will.firstAt), who: 'observer', what: `got the will (${will.count} in all)` }]),
    ];
    book.broken(() =>
      finding(
        `${id}: ${ruling.text}`,
        [id],
        at,
        events.sort((a, b) => a.t - b.t),
      ),
    );
  }
}

function rule(
  context: LaneContext,
  device: number,
  connection: Connection,
  will: WillSighting | undefined,
): Ruling {
  const { plan, timeline } = context;
  const lane = plan.devices[device]?.lane ?? -1;
  const until = connection.to === Number.POSITIVE_INFINITY ? timeline.end : connection.to;
  if (timeline.damagedLanes.has(lane)) return { kind: 'doubt' };
  if (isTargetDown(timeline, { from: connection.from, to: until + SLACK_US })) {
    return { kind: 'unpromised' };
  }
  if (will !== undefined && will.count > 1) {
    const since = { from: connection.from, to: timeline.end };
    const replayed = timeline.gapsOf(lane).some((gap) => gap.to > since.from && gap.to <= since.to);
    if (replayed) return { kind: 'doubt' };
    return { kind: 'broken', text: `its will was published ${will.count} times` };
  }
  const graceful = connection.to === Number.POSITIVE_INFINITY || connection.planned;
  if (graceful) return ruleGraceful(context, device, connection, will);
  if (will === undefined) return ruleMissing(context, device, connection, lane);
  const early = will.firstAt < connection.to - APART_US;
  const disturbed = isDisturbed(timeline, device, { from: connection.from, to: connection.to });
  if (!early || disturbed) return { kind: 'kept' };
  const text = `its will was published at ${inSeconds(will.firstAt)}, long before the connection ended`;
  return { kind: 'broken', text };
}

/** The connection still stands, or the device said goodbye: no will may come. */
function ruleGraceful(
  { timeline }: LaneContext,
  device: number,
  connection: Connection,
  will: WillSighting | undefined,
): Ruling {
  if (will === undefined) return { kind: 'kept' };
  const until = Math.min(connection.to, timeline.end) + APART_US;
  // A link that stalls may make the target give up on a device that never noticed, or swallow its goodbye.
  if (isDisturbed(timeline, device, { from: connection.from, to: until })) {
    return { kind: 'unpromised' };
  }
  const how = connection.planned ? 'after a goodbye' : 'while it was connected';
  return { kind: 'broken', text: `its will was published at ${inSeconds(will.firstAt)}, ${how}` };
}

/** The connection ended without a goodbye and no will was seen. */
function ruleMissing(
  context: LaneContext,
  device: number,
  connection: Connection,
  lane: number,
): Ruling {
  const { plan, timeline } = context;
  const entry = plan.entries[plan.devices[device]?.entry ?? -1];
  if (entry === undefined || entry.qos === 0) return { kind: 'unpromised' };
  const { deadline, raced } = dueOf(context, device, connection, entry.keepAliveS);
  if (raced || deadline > timeline.end) return { kind: 'unpromised' };
  const span: Span = { from: connection.to, to: deadline };
  const gaps = timeline.gapsOf(lane).filter((gap) => overlaps(gap, span));
  if (gaps.some((gap) => !gap.kept)) return { kind: 'doubt' };
  return {
    kind: 'broken',
    text: `its connection ended at ${inSeconds(connection.to)} without a goodbye (${connection.end}) and its will was never published`,
  };
}

/** Until when a will must have come, and whether the device's return may have overtaken it. */
function dueOf(
  { timeline }: LaneContext,
  device: number,
  connection: Connection,
  keepAliveS: number,
): { deadline: number; raced: boolean } {
  const at = { from: connection.to - RACE_US, to: connection.to + RACE_US };
  const acting = timeline
    .faultsOn(device)
    .filter((fault) => fault.injected && fault.plan.acts !== 'target' && overlaps(fault, at));
  const refusing = acting.find((fault) => fault.plan.proof.kind === 'refused');
  const cuts = acting.length > 0 && acting.every(({ plan }) => isCut(plan.proof.kind));
  if (cuts && connection.end !== 'power-cut') {
    // Both sides of the link are closed at once; while it refuses, nobody can come back through it.
    const free = refusing === undefined ? connection.to : refusing.to;
    const back = Math.max(connection.nextAttemptAt, free);
    return { deadline: connection.to + SLACK_US, raced: back < connection.to + RACE_US };
  }
  const silence = keepAliveS * 1_500_000 + SLACK_US;
  const deadline = connection.to + silence;
  return { deadline, raced: keepAliveS === 0 || connection.nextAttemptAt < deadline };
}

const isCut = (proof: string): boolean => proof === 'refused' || proof === 'closed';
