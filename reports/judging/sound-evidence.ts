/**
 * What a checker hands over, looked at before anything is made of it: evidence whose counts do not
 * agree would turn findings into a pass, and a finding that cannot be shown would be an error in
 * whoever shows it, far from the checker that made the mistake.
 */
import { isMap, mustBe } from '#kernel';
import type { Evidence } from '../checker.ts';
import { plural } from '../wording.ts';

/** Throws the first thing that is wrong, which makes the checker unknown. */
export function soundEvidence(evidence: unknown): Evidence {
  const flaw = shapeFlaw(evidence) ?? countFlaw(evidence as Evidence);
  if (flaw !== null) throw new Error(flaw);
  return evidence as Evidence;
}

function shapeFlaw(evidence: unknown): string | null {
  if (!isMap(evidence)) return `its evidence ${mustBe('a map', evidence)}`;
  const { findings, figures } = evidence;
  const flaw =
    listFlaw('findings', findings, findingFlaw) ??
    (isMap(figures) ? null : `figures ${mustBe('a map', figures)}`) ??
    firstOf(Object.entries(figures as object), ([name, value]) =>
      numberFlaw(`figures.${name}`, value),
    );
  return flaw === null ? null : `in its evidence, ${flaw}`;
}

function findingFlaw(at: string, finding: Record<string, unknown>): string | null {
  return (
    (finding.message === '' ? `${at}.message is empty` : null) ??
    textFlaw(`${at}.message`, finding.message) ??
    (Array.isArray(finding.devices)
      ? firstOf([...finding.devices.entries()], ([index, device]) =>
          textFlaw(`${at}.devices[${index}]`, device),
        )
      : `${at}.devices ${mustBe('a list', finding.devices)}`) ??
    numberFlaw(`${at}.at`, finding.at) ??
    eventsFlaw(`${at}.witness`, finding.witness) ??
    (finding.story === undefined ? null : eventsFlaw(`${at}.story`, finding.story))
  );
}

const eventsFlaw = (at: string, events: unknown): string | null =>
  listFlaw(
    at,
    events,
    (place, event) =>
      numberFlaw(`${place}.t`, event.t) ??
      textFlaw(`${place}.who`, event.who) ??
      textFlaw(`${place}.what`, event.what),
  );

function countFlaw(evidence: Evidence): string | null {
  const { obligations, decided, findings, findingCount, ours = 0 } = evidence;
  const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  if (![obligations, decided, findingCount, ours].every(isCount) || decided > obligations) {
    const said = `${obligations} obligations, ${decided} decided, ${findingCount} findings`;
    return `its evidence is no count: ${said}`;
  }
  if (findingCount >= findings.length) return null;
  return `its evidence lists ${plural(findings.length, 'finding')} and counts ${findingCount}`;
}

function listFlaw(
  at: string,
  list: unknown,
  flawOf: (at: string, item: Record<string, unknown>) => string | null,
): string | null {
  if (!Array.isArray(list)) return `${at} ${mustBe('a list', list)}`;
  return firstOf([...list.entries()], ([index, item]: [number, unknown]) => {
    const place = `${at}[${index}]`;
    return isMap(item) ? flawOf(place, item) : `${place} ${mustBe('a map', item)}`;
  });
}

function firstOf<T>(items: readonly T[], flawOf: (item: T) => string | null): string | null {
  for (const item of items) {
    const flaw = flawOf(item);
    if (flaw !== null) return flaw;
  }
  return null;
}

const textFlaw = (at: string, value: unknown): string | null =>
  typeof value === 'string' ? null : `${at} ${mustBe('a text', value)}`;

const numberFlaw = (at: string, value: unknown): string | null =>
  Number.isFinite(value) ? null : `${at} ${mustBe('a number', value)}`;
