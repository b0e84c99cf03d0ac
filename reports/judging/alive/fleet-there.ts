/**
 * Whether the fleet was there whenever the plan did not take it away, as far as the plan itself
 * asks for it in its steady state. Where too much of it was away, whoever is to blame is named: the
 * target, where it said so itself; us, where a process of ours stood still or a proxy of ours let
 * nobody through; and nobody, where nobody can tell.
 */
import { PAST_EVERY_PROXY, type Plan } from '#kernel';
import { LEDGER_TORN, overlaps, type ProbeSighting, type Span, type Timeline } from '#oracles';
import { formatCount, formatSpan, plural } from '../../wording.ts';
import type { EvidenceBook } from '../evidence.ts';
import { finding, inSeconds, ms } from '../witness.ts';
import { type AwaySpan, awaySpans } from './away-curve.ts';

/** A stall this long can cost connections, and they are missed for a while after it. */
const STALL_US_MIN = 900_000;
const AFTER_STALL_US = 10_000_000;

export interface FleetCase {
  plan: Plan;
  timeline: Timeline;
  figures: Readonly<Record<string, number>>;
  /** When the target is proved to have been gone: that is told already. */
  deaths: readonly Span[];
}

export function judgeFleet(one: FleetCase, book: EvidenceBook): void {
  const { plan, figures, deaths } = one;
  const fleet = figures.fleet ?? 0;
  if (fleet === 0) return;
  const limit = (1 - plan.gate.connectedShare) * fleet + 1e-9;
  const untold = awaySpans(figures, limit).filter(
    (span) => !deaths.some((death) => overlaps(death, span)),
  );
  for (const span of untold) judgeSpan(one, span, book);
  book.figure('missed', Math.max(0, ...untold.map(({ worst }) => worst.devices)));
  const missing = figures.missing ?? 0;
  if (untold.length > 0 || deaths.length > 0) return;
  if (missing <= limit) return book.kept();
  const who = `${formatCount(missing)} of ${plural(fleet, 'device')}`;
  book.doubt(`when sampling ended ${who} were away, and did not come back`);
}

function judgeSpan(one: FleetCase, span: AwaySpan, book: EvidenceBook): void {
  const { timeline, figures } = one;
  const { devices, denied } = span.worst;
  const until = span.to < timeline.samplingEnd ? `to ${inSeconds(span.to)}` : 'to the end';
  const who = `${formatCount(devices)} of ${plural(figures.fleet ?? 0, 'device')}`;
  const when = `from ${inSeconds(span.from)} ${until}`;
  const away = `${who} were away ${when}, and no fault of the plan explains it`;
  const tell = (why: string, whose: string) => () =>
    finding(`${away}: ${why}`, [], span.from, [{ t: ms(span.from), who: whose, what: why }]);
  if (!timeline.isWhole) return book.doubt(LEDGER_TORN);
  const ours = ourDoing(one, span);
  if (ours !== null) return book.brokenByUs(tell(ours, 'harness'));
  if (denied * 2 <= devices) return book.doubt(`nobody can tell why ${away}`);
  const refused = `the target itself refused ${formatCount(denied)} of them`;
  return book.broken(tell(refused, 'target'));
}

function ourDoing({ timeline, plan }: FleetCase, span: AwaySpan): string | null {
  const before = { from: span.from - AFTER_STALL_US, to: span.from + 1 };
  const stall = timeline.stalls.find(
    (each) => each.to - each.from >= STALL_US_MIN && overlaps(each, before),
  );
  if (stall !== undefined) {
    const still = formatSpan((stall.to - stall.from) / 1000);
    return `our own ${stall.process} had stood still for ${still}`;
  }
  const shut = [...span.worst.byCohort].filter(
    ([cohort, devices]) => devices > 0 && isShut(timeline, plan, cohort, span),
  );
  if (shut.length === 0) return null;
  return 'our own proxy let no probe through while the target answered past it';
}

/** No fault acts on the cohort, its probe gets nothing, and the one past every proxy does. */
function isShut(timeline: Timeline, plan: Plan, cohort: number, span: Span): boolean {
  const id = plan.cohorts[cohort]?.id ?? '';
  const acts = timeline.faults.some(
    (fault) => fault.injected && fault.plan.cohorts.includes(cohort) && overlaps(fault, span),
  );
  const [own, past] = [cohort, PAST_EVERY_PROXY].map((number) =>
    (timeline.probes.get(number) ?? []).filter(({ t }) => t >= span.from && t < span.to),
  ) as [ProbeSighting[], ProbeSighting[]];
  const gotThrough = ({ text }: ProbeSighting): boolean => text === 'pong' || text === 'connected';
  if (id === 'direct' || acts || own.length === 0) return false;
  return !own.some(gotThrough) && past.some(gotThrough);
}
