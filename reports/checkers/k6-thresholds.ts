/**
 * What k6 was told to hold its measurements to, it holds. The thresholds are the script's and the
 * figures are k6's: here is only told what k6 found, and that it found anything at all. Without a
 * sample a threshold decides nothing, though k6 itself lets it pass.
 */
import { K6_CROSSED, loadsOf } from '#kernel';
import type { Oracles } from '#oracles';
import { defineChecker, type LaneFold } from '../checker.ts';
import { addEvidence, EvidenceBook } from '../judging/evidence.ts';
import { finding, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'k6-thresholds',
  title: 'Thresholds of k6 hold',
  refs: [],
  summary: 'No threshold that a k6 script of the load declares is crossed.',
  judges: 'always',
  entry: 'load',
  broken: 'fail',
  params: {},
  asks: ['k6'],
  applies: (plan) => loadsOf(plan).length > 0,
  start: () => fold(),
  conclude: (merged, { of }) => {
    const book = new EvidenceBook();
    for (const script of of('k6').scripts) judge(script, book);
    return addEvidence(merged, book);
  },
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `${plural(decided, 'promise')} of k6 scripts held: their thresholds, and their own word.`
      : `${formatCount(findingCount)} of ${plural(decided, 'promise')} of k6 scripts are broken.`,
});

const NO_END = 'k6 did not come to the end of the script';
const NO_SAMPLE = 'the metric of the threshold had no sample';
/** When it is told to end. */
const TOLD = 105;

type Script = Oracles['k6']['scripts'][number];

function judge(script: Script, book: EvidenceBook): void {
  const { load, code, at, thresholds } = script;
  if (code === null) return book.doubt(NO_END);
  for (const { metric, threshold, state } of thresholds) {
    if (state === 'held') book.kept();
    else if (state !== 'crossed') book.doubt(NO_SAMPLE);
    else {
      const what = `${metric} had to be ${threshold}, and was ${figuresOf(script, metric)}`;
      broken(book, `the k6 script ${load}: ${what}`, at, what);
    }
  }
  const isTold = thresholds.some(({ state }) => state === 'crossed');
  if (code === 0 || code === TOLD) book.kept();
  else if (!isTold) broken(book, saysNo(load, code), at, `ended with ${code}`);
}

const saysNo = (load: string, code: number): string =>
  code === K6_CROSSED
    ? `the k6 script ${load} ended with ${code}: a threshold is crossed, and it does not say which`
    : `the k6 script ${load} ended with ${code}: it says itself that it failed`;

const broken = (book: EvidenceBook, message: string, at: number, what: string): void =>
  book.broken(() => finding(message, [], at, [{ t: ms(at), who: 'k6', what }]));

function figuresOf({ metrics }: Script, metric: string): string {
  const values = metrics.find((one) => one.metric === metric)?.values ?? {};
  const all = Object.entries(values).map(([name, value]) => `${name} ${value}`);
  return all.length === 0 ? 'otherwise' : all.join(', ');
}

/** The run as a whole knows all of it, and a lane nothing. */
const fold = (): LaneFold => ({ ops: [], end: () => new EvidenceBook().close() });
