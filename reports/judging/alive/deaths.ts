/**
 * Whether the target was gone when nobody had planned it. The probe past every proxy says when; a
 * single acknowledgement or message that came from the target meanwhile disproves it, since a
 * target may have its reasons to shut one client out. Mere silence counts only when it is long, and
 * without the time that we stood still ourselves.
 */
import { LEDGER_TORN, overlaps, type Timeline } from '#oracles';
import type { Finding } from '../../result.ts';
import { formatCount, plural } from '../../wording.ts';
import type { EvidenceBook } from '../evidence.ts';
import { finding, inSeconds, ms } from '../witness.ts';
import { type Gone, type Lookout, lookoutOf } from './lookout.ts';

type Figures = Readonly<Record<string, number>>;

/** Shorter than this, a target that was closed and refusing has only hung up. */
const CLOSED_US_MIN = 1_000_000;
const SILENT_US_MIN = 5_000_000;
/** What is under way when a target dies still comes. */
const UNDER_WAY_US = 500_000;

export const aliveIn = (index: number): string => `alive/${index}`;
export const thrownOffIn = (index: number): string => `thrown-off/${index}`;

/** Whether somebody who is served at `t` disproves that the target was gone. */
export const isInside = ({ from, to, forGood }: Gone, t: number): boolean =>
  t >= from + UNDER_WAY_US && (forGood || t <= to - UNDER_WAY_US);

/** The deaths that are proved; writes down what was decided. */
export function judgeDeaths(timeline: Timeline, figures: Figures, book: EvidenceBook): Gone[] {
  const lookout = lookoutOf(timeline);
  if (lookout.answered === 0) return [];
  book.figure('answered', lookout.answered);
  const suspected = lookout.gone
    .map((gone, index) => ({ gone, thrownOff: figures[thrownOffIn(index)] ?? 0, index }))
    .filter(({ index }) => (figures[aliveIn(index)] ?? 0) === 0)
    .map((one) => ({ ...one, proof: proofOf(one.gone, timeline) }));
  const deaths: Gone[] = [];
  for (const { gone, thrownOff, proof } of suspected) {
    if (proof === 'none') continue;
    if (proof === 'too short') book.doubt(tooShort(gone));
    else if (!timeline.isWhole) book.doubt(LEDGER_TORN);
    else {
      deaths.push(gone);
      book.broken(() => tell(gone, thrownOff, figures.fleet ?? 0));
    }
  }
  if (suspected.every(({ proof }) => proof === 'none')) book.kept();
  return deaths;
}

function proofOf(gone: Gone, timeline: Timeline): 'proved' | 'too short' | 'none' {
  const { from, to, refused, forGood } = gone;
  if (refused > 0) {
    if (to - from >= CLOSED_US_MIN || (forGood && refused > 1)) return 'proved';
    return forGood ? 'too short' : 'none';
  }
  const stalled = timeline.stalls
    .filter((stall) => overlaps(stall, gone))
    .reduce((sum, stall) => sum + stall.to - stall.from, 0);
  const silent = to - from - stalled;
  if (silent >= SILENT_US_MIN) return 'proved';
  return forGood && silent >= CLOSED_US_MIN ? 'too short' : 'none';
}

function tooShort({ from, refused }: Gone): string {
  const what = refused > 0 ? 'cut off' : 'not answered';
  return `a probe past every proxy was ${what} from ${inSeconds(from)} on, until the run ended`;
}

function tell(gone: Gone, thrownOff: number, fleet: number): Finding {
  const { from, to, refused, forGood } = gone;
  const until = forGood ? 'on and never came back' : `to ${inSeconds(to)}`;
  const saw =
    refused > 0 ? `was cut off or refused ${formatCount(refused)} times` : 'was not answered';
  const others = `${formatCount(thrownOff)} of ${plural(fleet, 'device')} lost the connection`;
  const message =
    `the target was gone from ${inSeconds(from)} ${until}, and no fault of the plan explains it: ` +
    `a probe past every proxy ${saw}, and ${others}`;
  return finding(message, [], from, [
    { t: ms(from), who: PROBE, what: refused > 0 ? 'cut off' : 'asked, and was not answered' },
    { t: ms(to), who: PROBE, what: forGood ? 'still not let in' : 'answered again' },
  ]);
}

const PROBE = 'probe past every proxy';

/** What lanes must know of it before they are read. */
export const goneIn = (timeline: Timeline): Lookout['gone'] => lookoutOf(timeline).gone;
