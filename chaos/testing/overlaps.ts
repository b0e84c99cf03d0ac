/**
 * TEST ONLY. Random sets of link faults that overlap on one cohort, as a plan would let them, and
 * what all that act at one time make of the link together.
 */
import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import type { FaultPlan } from '#kernel';
import { statedLink } from '../../reports/testing/proofs.ts';
import type { FaultKind } from '../fault.ts';
import { faultPlanOf, variationsOf } from '../fault-duties.ts';
import { conflictsOf } from '../schedule.ts';

type LinkProperties = ReturnType<typeof statedLink>;

const folder = new URL('../faults/', import.meta.url);

export const LINK_FAULTS: readonly FaultKind[] = (
  await Promise.all(
    readdirSync(folder)
      .filter((file) => /^[a-z-]+\.ts$/.test(file))
      .sort()
      .map(async (file) => {
        const module = (await import(new URL(file, folder).href)) as { default: FaultKind };
        return module.default;
      }),
  )
).filter(({ acts }) => acts === 'link');

const CASES = LINK_FAULTS.flatMap((kind) => variationsOf(kind).map((params) => ({ kind, params })));

const isAdditive = (name: string): boolean =>
  LINK_FAULTS.find(({ kind }) => kind === name)?.additive === true;

/** Of those that exclude each other only the first is left. */
export const overlapping: fc.Arbitrary<FaultPlan[]> = fc
  .array(
    fc.record({
      of: fc.constantFrom(...CASES),
      from: fc.nat({ max: 12 }),
      length: fc.integer({ min: 1, max: 12 }),
    }),
    { minLength: 2, maxLength: 6 },
  )
  .map((drawn) => {
    const kept: FaultPlan[] = [];
    for (const [n, { of, from, length }] of drawn.entries()) {
      const window = { id: `f${n}`, from, to: from + length };
      const fault = { ...faultPlanOf(of.kind, of.params), ...window };
      if (conflictsOf([...kept, fault], isAdditive).length === 0) kept.push(fault);
    }
    return kept;
  });

type Certain = Pick<LinkProperties, 'carries' | 'cuts' | 'ends' | 'refuses'>;

/** What is certain of a link on which all of these act. */
export function folded(faults: readonly FaultPlan[]): Certain {
  const links = faults.map(statedLink);
  const crosses = ({ carries }: LinkProperties): boolean => carries.up && carries.down;
  // A reset waits for data: it is certain only where the others let data through.
  const isCertain = (link: LinkProperties): boolean =>
    link.refuses || links.every((other) => other === link || crosses(other));
  const certain = (what: 'cuts' | 'ends'): boolean =>
    links.length > 0 &&
    (links.every((link) => link[what]) || links.some((link) => link[what] && isCertain(link)));
  return {
    carries: {
      up: links.every(({ carries }) => carries.up),
      down: links.every(({ carries }) => carries.down),
    },
    cuts: certain('cuts'),
    ends: certain('ends'),
    refuses: links.some(({ refuses }) => refuses),
  };
}

/** Whether any of them ends connections at all. */
export const mayEnd = (faults: readonly FaultPlan[]): boolean =>
  faults.map(statedLink).some(({ cuts, ends, refuses }) => cuts || ends || refuses);
