/**
 * H6: the target is there whenever the plan does not take it away. Every other promise is about
 * what was sent, and a target that dies loses nothing that it owes; so somebody has to say that it
 * died. Three things are looked at: the target itself, past every proxy; the fleet, which stays
 * connected; and what the plan intended, of which most goes out.
 */
import { hasSession, type LedgerEntry, type Plan, skipsOf, streamOf } from '#kernel';
import { isPlannedEnd, isSilentEnd, type MessageView } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { noteAbsence } from '../judging/alive/away-curve.ts';
import { aliveIn, goneIn, isInside, judgeDeaths, thrownOffIn } from '../judging/alive/deaths.ts';
import { judgeFleet } from '../judging/alive/fleet-there.ts';
import { thinLinks } from '../judging/alive/thin-links.ts';
import { addEvidence, EvidenceBook } from '../judging/evidence.ts';
import { finding, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

type Figures = Readonly<Record<string, number>>;

export default defineChecker({
  kind: 'target-alive',
  title: 'The target is there',
  refs: ['H6'],
  summary: 'But for planned faults the target answers, the fleet stays, and what is due goes out.',
  judges: 'always',
  broken: 'fail',
  params: {},
  asks: ['absence', 'delivery'],
  applies: (plan) => plan.devices.length > 0,
  start: (context) => watchFold(context),
  conclude: (merged, { plan, timeline }) => {
    const book = new EvidenceBook();
    const { figures } = merged;
    const deaths = judgeDeaths(timeline, figures, book);
    judgeFleet({ plan, timeline, figures, deaths }, book);
    judgeSent(figures, { died: deaths.length > 0, at: timeline.samplingEnd }, book);
    return addEvidence(merged, book);
  },
  say: ({ figures, findingCount }) => {
    if (findingCount > 0) {
      const { due = 0, unsent = 0 } = figures;
      const all = plural(due, 'message');
      return `${formatCount(unsent)} of ${all} were never sent, without a fault of the plan.`;
    }
    const answered = figures.answered ?? 0;
    const probe =
      answered === 0
        ? 'No probe went past the proxies'
        : `A probe past every proxy was answered ${formatCount(answered)} times`;
    const fleet = plural(figures.fleet ?? 0, 'device');
    return figures.missed
      ? `${probe}, and ${formatCount(figures.missed)} of ${fleet} were missed without a plan.`
      : `${probe}, and of ${fleet} none was missed for long but by plan.`;
  },
});

/** What only a living target brings about. */
const SIGNS_OF_LIFE: ReadonlySet<string> = new Set(['online', 'acked', 'observed', 'received']);

function watchFold({ plan, timeline, devices, of }: LaneContext): LaneFold {
  const absence = of('absence');
  const delivery = of('delivery');
  const book = new EvidenceBook();
  const gone = goneIn(timeline);
  const isThin = thinLinks(plan);
  const note = (entry: LedgerEntry): void => {
    gone.forEach((span, index) => {
      if (isSignOfLife(plan, entry)) {
        if (isInside(span, entry.t)) book.figure(aliveIn(index));
      } else if (isThrownOff(entry) && entry.t >= span.from - 1_000_000 && entry.t <= span.to) {
        book.figure(thrownOffIn(index));
      }
    });
  };
  return {
    ops: gone.length === 0 ? [] : ['online', 'acked', 'observed', 'received', 'offline'],
    step: note,
    end: () => {
      for (const device of devices) {
        // Who is carried is not let in itself.
        if (!absence.hasMet(device)) continue;
        book.figure('fleet');
        if (absence.isMissingAtEnd(device)) book.figure('missing');
        const cohort = plan.devices[device]?.cohort ?? 0;
        for (const one of absence.unplanned(device)) noteAbsence(book, cohort, one);
      }
      delivery.each((message) => {
        if (isByPlan(plan, isThin, message)) return;
        book.figure('due');
        const { fate, device, intended } = message;
        if (fate === 'not-sent' && !absence.isExcusedAt(device, intended)) book.figure('unsent');
      });
      return book.close();
    },
  };
}

/** Without a session to be let into, whatever accepts connections is no word of the target. */
const isSignOfLife = (plan: Plan, { op, device }: LedgerEntry): boolean =>
  SIGNS_OF_LIFE.has(op) && (op !== 'online' || hasSession(plan, device));

const isThrownOff = (entry: LedgerEntry): boolean =>
  entry.op === 'offline' && !isPlannedEnd(entry.why) && !isSilentEnd(entry.why);

/**
 * Left out for a reason that the plan declares: the device had no power, its part had nothing to
 * say; it sleeps more than its buffer can hold, or its network is too thin for what it has to say.
 * What its carrier gave up was due: whoever has no room at all would else have kept every promise.
 */
function isByPlan(
  plan: Plan,
  isThin: (device: number) => boolean,
  { device, stream, fate, why }: MessageView,
): boolean {
  if (fate !== 'not-sent') return false;
  const row = plan.devices[device];
  const sleeps = plan.entries[row?.entry ?? -1]?.sleep != null;
  if (sleeps || isThin(device) || why === 'left-out') return true;
  const spec = streamOf(plan, stream);
  return skipsOf(spec).includes(why) && spec?.givenUp?.includes(why) !== true;
}

/** Most of what is due must go out, or the run has shown little; whose doing it is, others tell. */
function judgeSent(
  { due = 0, unsent = 0 }: Figures,
  { died, at }: { died: boolean; at: number },
  book: EvidenceBook,
): void {
  if (due === 0) return;
  if (unsent * 2 <= due) return book.kept();
  const share = `${formatCount(unsent)} of ${plural(due, 'message')}`;
  const text = `most of what was due was never sent (${share}), without a fault of the plan`;
  if (!died) return book.doubt(text);
  const what = `${formatCount(unsent)} messages still unsent at the end`;
  return book.broken(() => finding(text, [], at, [{ t: ms(at), who: 'fleet', what }]));
}
