/**
 * A capability is a word that stands once in each room: something a device can do, a service, an
 * operator's workflow. What broke unseen would not be tested, so each has a mutant, a checker that
 * must catch it, and an oracle that the checker asks. Whether all of it is there is read from the
 * catalog, for a user's capability like for ours, and a gap is told in a sentence.
 *
 * Words are declared by what there is: the kind of a workflow or of a service, the kind of a part,
 * the word of a mutant. A part without streams, ops and seams, and a service without seams, are no
 * capability of their own: there is nothing about them that could be told apart from outside.
 */
import { DEVICE_SEAMS, partFamily } from '#devices';
import { dialectFamily, targetFamily, workflowFamily } from '#harness';
import { type Catalog, type Mutant, mutantFamily, seamsOf } from '#kernel';
import { oracleFamily } from '#oracles';
import { serviceFamily } from '#platform';
import { checkerFamily } from '#reports';

export interface Slice {
  word: string;
  part: boolean;
  service: boolean;
  workflow: boolean;
  /** Kinds, sorted. */
  oracles: readonly string[];
  checkers: readonly string[];
  mutants: readonly string[];
  /** What is missing or leads nowhere; none in a whole capability. */
  gaps: readonly string[];
}

/** One for each capability, sorted by its word. */
export const slicesOf = (catalog: Catalog): Slice[] =>
  [...wordsOf(catalog)].sort().map((word) => sliceOf(catalog, word));

function wordsOf(catalog: Catalog): Set<string> {
  const parts = [...catalog.of(partFamily).values()];
  const services = [...catalog.of(serviceFamily).values()];
  return new Set([
    ...catalog.of(workflowFamily).keys(),
    ...parts
      .filter(({ streams, ops, seams }) => [streams, ops, seams].some((one) => one !== undefined))
      .map(({ kind }) => kind),
    ...services.filter(({ seams }) => seams !== undefined).map(({ kind }) => kind),
    // One that was planted before capabilities had names belongs to none.
    ...mutantsOf(catalog).flatMap((mutant) => mutant.word ?? []),
  ]);
}

function sliceOf(catalog: Catalog, word: string): Slice {
  const mutants = mutantsOf(catalog).filter((mutant) => mutant.word === word);
  const known = catalog.of(checkerFamily);
  const named = [...mutants.map(({ caughtBy }) => caughtBy), ...ownOf(known, word)];
  const checkers = [...known.values()].filter(({ kind }) => named.includes(kind));
  const asked = checkers.flatMap(({ asks }) => asks ?? []);
  const all = [...catalog.of(oracleFamily).values()];
  const own = ownOf(catalog.of(oracleFamily), word);
  const slice = {
    word,
    part: catalog.of(partFamily).has(word),
    service: catalog.of(serviceFamily).has(word),
    workflow: catalog.of(workflowFamily).has(word),
    oracles: sorted(
      all
        .filter((one) =>
          oracleFamily.answers(one).some((name) => [...asked, ...own].includes(name)),
        )
        .map(({ kind }) => kind),
    ),
    checkers: sorted(checkers.map(({ kind }) => kind)),
    mutants: sorted(mutants.map(({ kind }) => kind)),
  };
  const rooms = beyondTheTwin(catalog, word)
    ? (['checker', 'oracle'] as const)
    : (['mutant', 'checker', 'oracle'] as const);
  const gaps = [
    ...rooms
      .filter((room) => slice[`${room}s`].length === 0)
      .map((room) => `${word} has no ${room}`),
    ...mutants.flatMap((mutant) => looseEndsOf(mutant, catalog)),
    ...checkers.flatMap(({ kind, asks }) =>
      missing(asks, new Set(all.flatMap(oracleFamily.answers))).map(
        (oracle) => `the checker ${kind} asks '${oracle}', which is no oracle`,
      ),
    ),
    ...unmetNeeds(catalog, word),
  ];
  return { ...slice, gaps: [...new Set(gaps)] };
}

/** The twin speaks 3.1.1, so no bug can be planted there: liars before other brokers stand in. */
const beyondTheTwin = (catalog: Catalog, word: string): boolean =>
  catalog.of(workflowFamily).get(word)?.mqtt === '5';

function looseEndsOf(mutant: Mutant, catalog: Catalog): string[] {
  const { kind, caughtBy, sits } = mutant;
  const ofParts = [...catalog.of(partFamily).values()].flatMap((part) => part.seams ?? []);
  const seams = new Set([...DEVICE_SEAMS, ...ofParts]);
  return [
    ...missing([caughtBy], catalog.of(checkerFamily)).map(
      (checker) => `the mutant ${kind} is caught by '${checker}', which is no checker`,
    ),
    // The seams of the platform's broker are known to the platform alone, which checks them itself.
    ...(sits === 'device' ? missing(seamsOf(mutant), seams) : []).map(
      (seam) => `the mutant ${kind} plants '${seam}', which is no seam of any part`,
    ),
  ];
}

/** What the workflow of that word needs and nobody has. */
function unmetNeeds(catalog: Catalog, word: string): string[] {
  const workflow = catalog.of(workflowFamily).get(word);
  const targets = [...catalog.of(targetFamily).values()].flatMap(({ offers }) => offers);
  const spoken = [...catalog.of(dialectFamily).values()].flatMap(({ offers }) => offers ?? []);
  const offered = new Set([...targets, ...spoken, ...catalog.of(serviceFamily).keys()]);
  return [
    ...missing(workflow?.parts, catalog.of(partFamily)).map(
      (part) => `the workflow ${word} needs '${part}', which is no part`,
    ),
    ...missing(workflow?.needs, offered).map(
      (port) => `the workflow ${word} needs the port '${port}', which no target offers`,
    ),
  ];
}

const mutantsOf = (catalog: Catalog): Mutant[] => [...catalog.of(mutantFamily).values()];

/** What is called after the word. */
const ownOf = (kinds: ReadonlyMap<string, unknown>, word: string): string[] =>
  [...kinds.keys()].filter((kind) => kind === word || kind.startsWith(`${word}-`));

const missing = (
  names: readonly string[] | undefined,
  known: { has(name: string): boolean },
): string[] => (names ?? []).filter((name) => !known.has(name));

const sorted = (names: readonly string[]): string[] => [...new Set(names)].sort();
