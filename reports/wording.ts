/**
 * How a result is put into words. Every reporter and the closing block on the terminal say numbers,
 * durations and verdicts through this file, so that one run never reads differently in two places.
 */
import { type CheckerVerdict, formatDuration } from '#kernel';
import type { CheckerResult, Environment, MessageCounts, Result, Unit } from './result.ts';

/** Why the verdict is what it is, in one sentence, also when the judge gave no reason. */
export function whySentence(result: Result): string {
  const given = result.reasons[0];
  if (given !== undefined && given.trim() !== '') return given;
  const tally = tallyCheckers(result.checkers);
  if (result.verdict !== 'pass') return `The run is ${result.verdict}; the judge gave no reason.`;
  return `${plural(tally.pass, 'checker')} passed, none failed and none was left undecided.`;
}

/** How many checkers ended in each verdict. */
export function tallyCheckers(checkers: readonly CheckerResult[]): Record<CheckerVerdict, number> {
  const tally = { fail: 0, invalid: 0, unknown: 0, pass: 0, 'not-applicable': 0 };
  for (const checker of checkers) tally[checker.verdict]++;
  return tally;
}

/** What tells one checker of a result from every other: `latency (steady)`. */
export const checkerName = ({ id, label }: Pick<CheckerResult, 'id' | 'label'>): string =>
  label === '' ? id : `${id} (${label})`;

/** The order in which a reader wants them: what went wrong first, what had nothing to say last. */
const READING_ORDER: readonly CheckerVerdict[] = [
  'fail',
  'invalid',
  'unknown',
  'pass',
  'not-applicable',
];

/** Checkers in reading order; those of one verdict keep the judge's order. */
export function checkersToRead(checkers: readonly CheckerResult[]): CheckerResult[] {
  return READING_ORDER.flatMap((verdict) =>
    checkers.filter((checker) => checker.verdict === verdict),
  );
}

export const MESSAGE_CLASSES: readonly {
  key: Exclude<keyof MessageCounts, 'intended' | 'duplicates'>;
  label: string;
  meaning: string;
}[] = [
  { key: 'delivered', label: 'delivered', meaning: 'found at the target' },
  { key: 'lost', label: 'lost', meaning: 'acknowledged, owed, and absent at the final read' },
  { key: 'refused', label: 'refused', meaning: 'definitely not accepted' },
  { key: 'notSent', label: 'not sent', meaning: 'never reached the wire, with a reason' },
  { key: 'info', label: 'info', meaning: 'sent, absent, not proved lost' },
];

/**
 * Zero when every intended message is in exactly one class, else how many are missing (or,
 * negative, too many).
 */
export const unaccounted = (messages: MessageCounts): number =>
  messages.intended - MESSAGE_CLASSES.reduce((sum, { key }) => sum + messages[key], 0);

/** The planted bug and what it did; null without one. */
export function mutantWords({ target, mutantFired = null }: Result): string | null {
  if (target.mutant === null) return null;
  if (mutantFired === null) return `${target.mutant}, not known whether it fired`;
  const times = mutantFired === 0 ? 'never fired' : `fired ${plural(mutantFired, 'time')}`;
  return `${target.mutant}, ${times}`;
}

/** The span from the first phase to the last, in ms. */
export function runSpan(result: Result): { from: number; to: number } {
  const from = Math.min(...result.phases.map((phase) => phase.from));
  const to = Math.max(...result.phases.map((phase) => phase.to));
  return Number.isFinite(from) && Number.isFinite(to) ? { from, to } : { from: 0, to: 0 };
}

/** What a fault turned out to be. Not decided is not the same as without effect. */
export const effectWord = (effective: boolean | null): 'effective' | 'no effect' | 'undecided' =>
  effective === null ? 'undecided' : effective ? 'effective' : 'no effect';

/** `12,345`; a fraction keeps two digits. Written by hand: a locale may differ between machines. */
export function formatCount(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const [whole = '0', fraction] = String(Math.round(Math.abs(value) * 100) / 100).split('.');
  const grouped = whole.includes('e') ? whole : whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${value < 0 ? '−' : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

export const plural = (count: number, noun: string): string =>
  `${formatCount(count)} ${count === 1 ? noun : pluralOf(noun)}`;

export function pluralOf(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
}

/**
 * A span in the unit that keeps it short: `0.42 ms`, `412 ms`, `1.23 s`, `1m30s`; a dash for none.
 */
export function formatSpan(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return '–';
  const size = Math.abs(ms);
  if (size === 0) return '0 ms';
  if (size < 10) return `${Number(ms.toPrecision(2))} ms`;
  if (size < 999.5) return `${Math.round(ms)} ms`;
  if (size < 60_000) return `${Number((ms / 1000).toPrecision(size < 10_000 ? 3 : 4))} s`;
  return formatDuration(Math.round(ms / 100) * 100);
}

/** An instant of the run, to the millisecond: `12.345 s`. */
export const formatInstant = (ms: number): string =>
  Number.isFinite(ms) ? `${(ms / 1000).toFixed(3)} s` : '–';

/** The machine's clock (UTC) at an instant of the run, `09:12:57`; empty where nobody knows. */
export function wallClockOf({ zeroAt }: Pick<Environment, 'zeroAt'>): (ms: number) => string {
  const [, hours, minutes, seconds] = /T(\d\d):(\d\d):(\d\d(?:\.\d+)?)/.exec(zeroAt ?? '') ?? [];
  if (hours === undefined) return () => '';
  const zero = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return (ms) => {
    if (!Number.isFinite(ms)) return '';
    const at = Math.floor(zero + ms / 1000) % 86_400;
    const parts = [Math.floor(at / 3600), Math.floor(at / 60) % 60, at % 60];
    return parts.map((part) => String(part).padStart(2, '0')).join(':');
  };
}

/**
 * A share in percent that never rounds something to nothing nor almost all to all: `<0.01 %`,
 * `>99.99 %`.
 */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return '–';
  const percent = share * 100;
  if (percent > 0 && percent < 0.01) return '<0.01 %';
  if (percent > 99.99 && percent < 100) return '>99.99 %';
  return `${Number(percent.toFixed(2))} %`;
}

export const shareOf = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);

/** A figure in its unit; a dash where there is none. */
export function figureText(value: number | null, unit: Unit): string {
  if (value === null) return '–';
  if (unit === 'ms') return formatSpan(value);
  if (unit === 'share') return formatShare(value);
  return unit === 'bytes' ? formatBytes(value) : formatCount(value);
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB'] as const;

function formatBytes(bytes: number): string {
  const most = Math.abs(bytes);
  const power = most < 1024 ? 0 : Math.min(3, Math.floor(Math.log2(most) / 10));
  const value = bytes / 1024 ** power;
  const text =
    power === 0 || Math.abs(value) >= 100 ? formatCount(Math.round(value)) : value.toFixed(1);
  return `${text} ${BYTE_UNITS[power]}`;
}

/**
 * Text as it may be shown. Names come from scenarios and from strangers' brokers: control
 * characters (a terminal would obey them, XML forbids them), lone surrogates, line separators and
 * marks that reverse the reading direction become the replacement character; tabs and line ends
 * stay.
 */
export const legible = (text: string): string =>
  text.replace(/(?![\t\n\r])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\ufffe\uffff]/gu, '\ufffd');

/** The same on one line. */
export const legibleLine = (text: string): string => legible(text).replace(/[\t\n\r]+/g, ' ');
