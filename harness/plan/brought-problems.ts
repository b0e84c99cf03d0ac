/**
 * A dialect that brings only some streams down to devices, and those only through a platform that
 * speaks it: what else a plan would send them, nobody would ever hear.
 */
import type { Catalog, Plan, Problem, StreamPlan } from '#kernel';
import { dialectFamily } from '../dialects/dialect-family.ts';
import { targetWords } from './target-words.ts';

export function broughtProblems(
  { streams, target }: Pick<Plan, 'streams' | 'target'>,
  catalog: Catalog,
): Problem[] {
  const { brings } = catalog.of(dialectFamily).get(target.dialect) ?? {};
  if (brings === undefined) return [];
  const isTwin = catalog.of(targetWords).get(target.kind)?.twin === true;
  const unheard = streams
    .filter((stream) => isSent(stream) && !(isTwin && brings.includes(stream.name)))
    .map(({ name }) => name);
  if (unheard.length === 0) return [];
  const what = `the dialect ${target.dialect} brings ${unheard.join(', ')} down to no device`;
  const hint = isTwin
    ? `it brings ${brings.join(' and ')}; leave out what needs more`
    : `only the platform twin sends by it (target: { kind: ${TWIN}, dialect: … })`;
  return [{ code: 'dialect', path: 'target.dialect', message: what, hint }];
}

const TWIN = 'embedded';

/** Commands are there in every plan, and mostly for nobody. */
const isSent = ({ way, schedule }: StreamPlan): boolean =>
  way === 'down' && (schedule.by !== 'rounds' || schedule.devices.length > 0);
