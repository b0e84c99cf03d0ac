/**
 * What every chapter owes: it tells the same of a run whatever segments its ledger lies in, and has
 * something to say of a run in which nothing was written.
 */
import type { Catalog, Duty } from '#kernel';
import type { OracleKind } from '#oracles';
import type { ChapterKind } from '../chapter.ts';
import { judge } from '../judge.ts';
import type { Segment } from '../judging/segments.ts';
import type { Chapter } from '../result.ts';
import { emptyLedger, LANES_APART, LANES_TOGETHER, smallLedger, smallPlan } from './small-run.ts';
import { kindsOf } from './watched.ts';

export const duties: readonly Duty<ChapterKind>[] = [
  {
    says: 'can be told of a run that it has nothing of, and of an empty one',
    flaws: (chapter, catalog) =>
      [smallLedger(smallPlan([]), LANES_APART), emptyLedger()].flatMap((segments) => {
        const { told, troubles } = tell(chapter, catalog, segments);
        return told === undefined ? troubles : [];
      }),
  },
  {
    says: 'tells the same whatever segments the ledger lies in',
    flaws: (chapter, catalog) => {
      const [apart, together] = [LANES_APART, LANES_TOGETHER].map((how) =>
        JSON.stringify(tell(chapter, catalog, smallLedger(smallPlan([]), how)).told),
      );
      return apart === together ? [] : ['of two segments it tells otherwise than of one'];
    },
  },
];

function tell(
  chapter: ChapterKind,
  catalog: Catalog,
  segments: readonly Segment[],
): { told: Chapter | undefined; troubles: string[] } {
  const { workflow: _, part: __, ...anywhere } = chapter;
  const result = judge({
    plan: smallPlan([]),
    planSha256: '',
    segments,
    checkers: [],
    proofs: [],
    oracles: kindsOf<OracleKind>(catalog, 'oracle'),
    // The small run has nothing that it could be about.
    chapters: [anywhere],
  });
  const [told] = result.chapters ?? [];
  return { told, troubles: result.biases.filter((bias) => bias.startsWith('The chapter')) };
}
