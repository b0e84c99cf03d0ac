/**
 * A mutant is a planted bug: it tells whether the checker that it names would notice. One sits in
 * the platform twin, and only a target that is one can have it; one in the devices is a bug of
 * their firmware, which every target meets. Both are one family, since whoever plants a bug names
 * it and need not know where it sits.
 */
import { defineFamily, field, stamp } from './family.ts';
import { guardedAs, inNameOf } from './guard.ts';

export interface Mutant<Seams extends object = object> {
  kind: string;
  summary: string;
  /** The capability that is broken: a word that stands in every room, and begins the kind. */
  word: string;
  /** The checker that must fail. */
  caughtBy: string;
  /** Library scenario (file name without ending) in which the bug shows. */
  scenario: string;
  /** In the platform where nothing is said. */
  sits?: 'platform' | 'device';
  /**
   * A fresh set of seams, for one platform or for the devices of one shard; `fired` is called each
   * time the bug did its harm, `now` is the clock there in ms.
   */
  plant(fired: (what: string) => void, now: () => number): Seams;
}

export const mutantFamily = defineFamily<Mutant>({
  family: 'mutant',
  plural: 'mutants',
  folders: ['devices/mutants', 'twins/platform/mutants'],
  define: 'defineMutant',
  mark: 'plant',
  fields: {
    summary: field.text,
    // Bugs that were planted before capabilities had names have none.
    word: field.maybe(field.text),
    caughtBy: field.text,
    scenario: field.text,
    sits: field.maybe(field.oneOf('platform', 'device')),
    plant: field.action,
  },
  names: { caughtBy: 'checker' },
  duties: async () => [
    {
      says: 'plants the same seams each time, one at least',
      flaws: (mutant) => {
        const [first, second] = [seamsOf(mutant), seamsOf(mutant)].map((names) => names.join(', '));
        if (first === '') return ['plant gives no seam'];
        return first === second ? [] : [`plant gives ${first}, and the second time ${second}`];
      },
    },
  ],
  whole: ({ kind, word }) =>
    word === undefined || kind.startsWith(`${word}-`)
      ? []
      : [`kind must begin with its word, as '${word}-…', not '${kind}'`],
});

/** What a mutant says of itself; where it sits is said by the function that makes it. */
export type MutantSpec<Seams extends object> = Omit<Mutant<Seams>, 'sits'>;

export const stampMutant = <Seams extends object>(
  sits: 'platform' | 'device',
  mutant: MutantSpec<Seams>,
): Mutant => stamp<Mutant>('mutant', Object.assign(mutant, { sits }));

/**
 * What it plants. A seam is asked in the middle of honest code: what it throws is told under the
 * mutant's name, not under that of whoever asked.
 */
export function plantedBy({ kind, plant }: Mutant, ...given: Parameters<Mutant['plant']>): object {
  const who = `the mutant ${kind}`;
  const seams = inNameOf(who, 'plant', () => plant(...given)) as Readonly<Record<string, unknown>>;
  const guarded = Object.entries(seams).map(([name, seam]) => [
    name,
    typeof seam === 'function'
      ? guardedAs(who, name, (...asked: unknown[]): unknown => seam.apply(seams, asked))
      : seam,
  ]);
  return Object.fromEntries(guarded) as object;
}

/** The names of what it plants. */
export const seamsOf = (mutant: Mutant): string[] =>
  Object.keys(
    plantedBy(
      mutant,
      () => {},
      () => 0,
    ),
  );
