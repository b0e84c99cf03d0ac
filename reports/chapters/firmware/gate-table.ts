/** What was decided of each wave, by which figures of the target's, and what flash says of them. */
import { ms } from '../../judging/witness.ts';
import type { ChapterTable } from '../../result.ts';
import type { WaveTold } from './course.ts';

const TITLE = 'Decisions about waves';
/** A campaign has that many waves at most. */
const ROWS_MOST = 100;

type Cells = ChapterTable['rows'][number];

export const gateTable = (waves: readonly WaveTold[]): ChapterTable => ({
  title: TITLE,
  columns: [
    { title: 'Campaign', unit: 'text' },
    { title: 'Wave', unit: 'count' },
    { title: 'Decided', unit: 'text' },
    { title: 'Devices', unit: 'count' },
    { title: 'Needed', unit: 'count' },
    { title: 'Kept it', unit: 'count' },
    { title: 'By their flash', unit: 'count' },
    { title: 'Failed', unit: 'count' },
    { title: 'May fail', unit: 'count' },
    { title: 'Fell by it', unit: 'count' },
    { title: 'May fall', unit: 'count' },
    { title: 'Open', unit: 'count' },
    { title: 'Began', unit: 'ms' },
    { title: 'Decided at', unit: 'ms' },
  ],
  rows: waves.flatMap(rowsOf).slice(0, ROWS_MOST),
});

function rowsOf(told: WaveTold): Cells[] {
  const { campaign, wave, of, needed, mayFail, mayAil, beganAt, gates, keptBy } = told;
  const began = beganAt === null ? null : ms(beganAt);
  if (gates.length === 0) {
    const how = began === null ? 'never begun' : 'not decided';
    const figures = [null, null, null, mayFail, null, mayAil, null];
    return [[campaign, wave + 1, how, of, needed, ...figures, began, null]];
  }
  return gates.map((gate) => {
    const { passed, confirmed, failed, unwell, of: all, t } = gate;
    const open = all - confirmed - failed;
    const figures = [confirmed, keptBy(t), failed, mayFail, unwell, mayAil, open];
    const how = passed ? 'passed' : `halted: ${whyHalted(told, gate)}`;
    return [campaign, wave + 1, how, all, needed, ...figures, began, ms(t)];
  });
}

/** By the figures of a decision. */
function whyHalted(
  { needed, mayFail, mayAil }: WaveTold,
  { failed, unwell, of }: WaveTold['gates'][number],
): string {
  if (mayFail !== null && failed > mayFail) return 'too many failed';
  if (mayAil !== null && unwell > mayAil) return 'too many fell by it';
  return of - failed < needed ? 'too few were left' : 'its time was up';
}
