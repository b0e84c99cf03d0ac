/**
 * What the accepted changes of a twin make of it: the document at each version, as far as that is
 * known. There may be long gaps between the versions, so they are kept as they come and searched.
 */
import { isObject, type Json, mergePatch } from './document.ts';

export type Document = { readonly [key: string]: Json };

/** Of a change, what its document hangs on. Times are microseconds. */
export interface Making {
  patch: Json | undefined;
  askedAt: number;
  answeredAt: number;
  outcome: 'accepted' | 'refused' | 'unknown';
  version: number;
  given?: { template: string; has: boolean; document: Document | null };
}

/** The accepted changes in order, and what is desired from which version on. */
export interface Made<Change extends Making> {
  accepted: readonly Change[];
  documents: readonly { version: number; document: Document }[];
  /** The last version of which anything is known. */
  until: number;
}

/** The last at or before a version, of what is in the order of versions. */
export function lastUpTo<One extends { version: number }>(
  all: readonly One[],
  version: number,
): One | undefined {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle]?.version ?? 0) <= version) low = middle + 1;
    else high = middle;
  }
  return all[low - 1];
}

export function makeOf<Change extends Making>(changes: readonly Change[]): Made<Change> {
  const accepted = acceptedOf(changes);
  // Nobody gives out the version 0: that is the twin that nobody has changed.
  if ((accepted[0]?.version ?? 1) < 1) return { accepted, documents: [], until: -1 };
  const documents: { version: number; document: Document }[] = [{ version: 0, document: {} }];
  const layers = new Map<string, Document>();
  let own: Document = {};
  for (const [at, { version, patch, given }] of accepted.entries()) {
    // From a gap on, from a version that was given twice, or from a change of which nobody knows
    // what it said, nothing is known.
    const isTwice = accepted[at + 1]?.version === version;
    if (version !== documents.length || isTwice) break;
    if (given === undefined) {
      const next = patch === undefined ? undefined : mergePatch(own, patch);
      if (!isObject(next)) break;
      own = next;
    } else if (given.document === null) break;
    else if (given.has) layers.set(given.template, given.document);
    else layers.delete(given.template);
    documents.push({ version, document: beneath(layers, own) });
  }
  return { accepted, documents, until: documents.length - 1 };
}

/** Between two changes versions are reports; a change that nobody answered may be any of them. */
export function makeAmongReports<Change extends Making>(changes: readonly Change[]): Made<Change> {
  const accepted = acceptedOf(changes);
  const open = changes.filter(({ outcome }) => outcome === 'unknown');
  const from = Math.min(...open.map(({ askedAt }) => askedAt));
  const documents: { version: number; document: Document }[] = [{ version: 0, document: {} }];
  let document: Json = {};
  let until = 0;
  for (const [at, { version, patch, answeredAt }] of accepted.entries()) {
    const isTwice = accepted[at + 1]?.version === version;
    const isKnown = version >= 1 && !isTwice && patch !== undefined && answeredAt < from;
    if (!isKnown) return { accepted, documents, until };
    document = mergePatch(document, patch);
    if (isObject(document)) documents.push({ version, document });
    until = version;
  }
  // With all of them answered, what comes later are reports.
  if (open.length === 0) until = Number.POSITIVE_INFINITY;
  return { accepted, documents, until };
}

const acceptedOf = <Change extends Making>(changes: readonly Change[]): Change[] =>
  changes
    .filter(({ outcome }) => outcome === 'accepted')
    .sort((a, b) => a.version - b.version || a.askedAt - b.askedAt);

/** Templates in the order of their names, each over the one before; the device's own over all. */
function beneath(layers: ReadonlyMap<string, Document>, own: Document): Document {
  const names = [...layers.keys()].sort();
  let document: Json = {};
  for (const name of names) document = mergePatch(document, layers.get(name) ?? {});
  document = mergePatch(document, own);
  return isObject(document) ? document : {};
}
