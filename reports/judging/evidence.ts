/**
 * Where a checker writes down what it decided. Findings are made only while there is room for them,
 * so a run in which everything is broken costs no more than one in which nothing is; all of them
 * are counted.
 */
import type { Evidence } from '../checker.ts';
import type { Finding } from '../result.ts';
import { formatCount } from '../wording.ts';

/** So many findings of one checker are listed. */
export const FINDINGS_LISTED = 20;

const UNDECIDED = 'undecided: ';
const NOT_OWED = 'not owed: ';

/** What was not owed or could not be decided, and why: "12 not owed: …". */
export const reservations = ({ figures }: Evidence): string[] =>
  Object.keys(figures)
    .filter((name) => name.startsWith(NOT_OWED) || name.startsWith(UNDECIDED))
    .filter((name) => figures[name] !== 0)
    .sort()
    .map((name) => `${formatCount(figures[name] ?? 0)} ${name}.`);

export class EvidenceBook {
  readonly #evidence: Evidence = {
    obligations: 0,
    decided: 0,
    findings: [],
    findingCount: 0,
    figures: {},
  };

  /** `count` promises were looked at and kept. */
  kept(count = 1): void {
    this.#evidence.obligations += count;
    this.#evidence.decided += count;
  }

  /** Promises that could not be decided. The judge says the reason after the checker's sentence. */
  doubt(why: string, count = 1): void {
    this.#evidence.obligations += count;
    this.figure(`${UNDECIDED}${why}`, count);
  }

  /** A promise was looked at and is broken. */
  broken(make: () => Finding): void {
    this.kept();
    this.also(make);
  }

  /** A promise is broken, and it was our own doing: that makes the run invalid. */
  brokenByUs(make: () => Finding): void {
    this.broken(make);
    this.#evidence.ours = (this.#evidence.ours ?? 0) + 1;
  }

  /** Another violation of a promise that is counted already. */
  also(make: () => Finding): void {
    this.#evidence.findingCount++;
    if (this.#evidence.findings.length < FINDINGS_LISTED) this.#evidence.findings.push(make());
  }

  /** The target never promised it, so it is no obligation; said like a doubt. */
  notOwed(why: string, count = 1): void {
    this.figure(`${NOT_OWED}${why}`, count);
  }

  figure(name: string, by = 1): void {
    this.#evidence.figures[name] = (this.#evidence.figures[name] ?? 0) + by;
  }

  close(): Evidence {
    return this.#evidence;
  }
}

/** The same promises, of which nothing is decided after all. */
export function undecidedFor(why: string, evidence: Evidence): Evidence {
  const { obligations, decided, figures } = evidence;
  const name = `${UNDECIDED}${why}`;
  return {
    obligations,
    decided: 0,
    findings: [],
    findingCount: 0,
    figures: decided === 0 ? figures : { ...figures, [name]: (figures[name] ?? 0) + decided },
  };
}

export const noEvidence = (): Evidence => new EvidenceBook().close();

/** Sums up; of the findings that the parts list, the first by time. */
export function mergeEvidence(parts: readonly Evidence[]): Evidence {
  const figures: Record<string, number> = {};
  for (const part of parts) {
    for (const [name, value] of Object.entries(part.figures)) {
      figures[name] = (figures[name] ?? 0) + value;
    }
  }
  const ours = sumOf(parts, (part) => part.ours ?? 0);
  return {
    obligations: sumOf(parts, (part) => part.obligations),
    decided: sumOf(parts, (part) => part.decided),
    findings: firstFindings(parts.flatMap((part) => part.findings)),
    findingCount: sumOf(parts, (part) => part.findingCount),
    ...(ours > 0 ? { ours } : {}),
    figures,
  };
}

/** Evidence with more in it: what `conclude` hands back. */
export const addEvidence = (merged: Evidence, more: EvidenceBook): Evidence =>
  mergeEvidence([merged, more.close()]);

const firstFindings = (findings: readonly Finding[]): Finding[] =>
  [...findings]
    .sort((a, b) => a.at - b.at || compare(a.message, b.message))
    .slice(0, FINDINGS_LISTED);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const sumOf = (parts: readonly Evidence[], figure: (part: Evidence) => number): number =>
  parts.reduce((sum, part) => sum + figure(part), 0);
