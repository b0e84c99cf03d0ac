/** What was said to campaigns, by an operator or by a rule, and what came of it. */
import type { Oracles } from '#oracles';
import { ms } from '../../judging/witness.ts';
import type { ChapterTable, CourseStretch } from '../../result.ts';
import { formatCount, plural } from '../../wording.ts';

export type ControlSeen = ReturnType<Oracles['ota/fleet']['controls']>[number];

const ROWS_MOST = 100;

export const controlTable = (controls: readonly ControlSeen[]): ChapterTable => ({
  title: controls.some(({ isByRule }) => isByRule) ? 'What was said' : 'What the operator said',
  columns: [
    { title: 'Campaign', unit: 'text' },
    { title: 'What', unit: 'text' },
    { title: 'From', unit: 'ms' },
    { title: 'Until', unit: 'ms' },
    { title: 'Offers before', unit: 'count' },
    { title: 'Offers in it', unit: 'count' },
  ],
  rows: controls
    .slice(0, ROWS_MOST)
    .map((one) => [
      one.campaign,
      wordsOf(one),
      ms(one.from),
      one.to === null ? null : ms(one.to),
      one.before,
      one.inside,
    ]),
});

function wordsOf({ what, figures: [first = 0, second = 0], isByRule }: ControlSeen): string {
  if (what === 'rate')
    return `${formatCount(first)} a minute, ${formatCount(second)} in the busiest`;
  if (what === 'window') return 'offers in this window alone';
  if (what === 'pause') return isByRule ? 'paused by a rule' : 'paused';
  return `called off for ${plural(first, 'device')}`;
}

/** What slows offers down, or has a row of its own. */
const BESIDE: readonly ControlSeen['what'][] = ['rate', 'window'];

/** What held offers back, as stretches above a picture that ends there. */
export const heldStretches = (
  controls: readonly ControlSeen[],
  campaign: string,
  name: string,
  end: number,
): CourseStretch[] =>
  controls
    .filter((one) => one.campaign === campaign && !BESIDE.includes(one.what))
    .map((one) => stretchOf(one, name, one.to === null ? end : ms(one.to)));

function stretchOf(one: ControlSeen, name: string, to: number): CourseStretch {
  const short = one.what === 'pause' ? 'paused' : 'called off';
  const waited = `${plural(one.inside, 'offer')} meanwhile`;
  const long = one.what === 'pause' ? `paused: ${waited}` : wordsOf(one);
  const from = ms(one.from);
  const labels = [`${name}${long}`, `${name}${short}`, short];
  return { from, to: Math.max(from, to), labels, sense: 'rest' };
}

/** When offers may be made, as a stretch of its own row. */
export const windowStretches = (
  controls: readonly ControlSeen[],
  campaign: string,
  name: string,
  end: number,
): CourseStretch[] =>
  controls
    .filter((one) => one.campaign === campaign && one.what === 'window')
    .map(({ from, to, inside }) => ({
      from: ms(from),
      to: Math.max(ms(from), Math.min(end, ms(to ?? 0))),
      labels: [`${name}window: ${plural(inside, 'offer')}`, `${name}window`, 'window'],
      sense: 'rest',
    }));
