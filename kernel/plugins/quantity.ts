/**
 * Quantities as people write them: text with a unit, `8s`, `95%`, `20kB/s`. A bare number would
 * hide which unit was meant, so only shares and counts may be bare. Every function returns
 * undefined for what it cannot read and leaves the sentence about it to the caller.
 */
import { formatDuration, parseDuration } from '../time.ts';

/** `"95%"`, `"99.9 %"` or a number in 0..1; the range is not checked here. */
export function parseShare(raw: unknown): number | undefined {
  if (typeof raw === 'number') return Number.isFinite(raw) ? raw : undefined;
  if (typeof raw !== 'string') return undefined;
  const match = /^\s*([+-]?\d{1,12}(?:\.\d{1,12})?)\s*%\s*$/.exec(raw);
  // Read as decimal text, so that 99.9% is exactly the number 0.999 and not its neighbour.
  return match === null ? undefined : Number(`${match[1]}e-2`);
}

/** What is wrong with a share that could be read, and how it was meant; empty texts for nothing. */
export function shareFlaw(raw: unknown, share: number): [wrong: string, hint: string] {
  // A bare number beyond the whole is a percentage whose sign was forgotten.
  if (typeof raw === 'number' && share > 1 && share <= 100) {
    const hint = `write ${share}%, or ${Number(`${share}e-2`)}`;
    return [mustBe('a share from 0% to 100%', raw), hint];
  }
  return [outside(share, { min: 0, max: 1 }, sayShare), ''];
}

const RATE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1000,
  M: 1e6,
  Ki: 1024,
  Mi: 1048576,
};

/** `"20kB/s"`, `"375 kbit/s"`, `"1MiB/s"` to bytes per second. */
export function parseRate(raw: unknown): number | undefined {
  if (typeof raw !== 'string') return undefined;
  const match = /^\s*(\d{1,12}(?:\.\d{1,6})?)\s*(k|M|Ki|Mi)?(B|bit)\/s\s*$/.exec(raw);
  if (match === null) return undefined;
  const scale = RATE_UNITS[match[2] ?? ''] ?? 1;
  return (Number(match[1]) * scale) / (match[3] === 'bit' ? 8 : 1);
}

/** A duration with a unit; digits are bounded so that no text becomes infinite. */
export function parseSpan(raw: unknown): number | undefined {
  return typeof raw === 'string' && raw.length <= 40 ? parseDuration(raw) : undefined;
}

/** A number, or a number followed by exactly the unit: `0.5`, `"0.5/min"`, `"0.5 /min"`. */
export function parseNumber(raw: unknown, unit = ''): number | undefined {
  if (typeof raw === 'number') return Number.isFinite(raw) ? raw : undefined;
  if (typeof raw !== 'string') return undefined;
  const match = /^\s*([+-]?\d{1,15}(?:\.\d{1,15})?)(.*)$/s.exec(raw);
  if (match === null || unit === '' || match[2]?.trim() !== unit) return undefined;
  return Number(match[1]);
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How an input is quoted back to its author: short, on one line. */
export function show(raw: unknown): string {
  if (typeof raw === 'string') return `'${clip(raw)}'`;
  if (Array.isArray(raw)) return 'a list';
  if (isMap(raw)) return 'a map';
  // As YAML writes them; `NaN` would look like a fault of ours.
  if (typeof raw === 'number' && !Number.isFinite(raw)) return Number.isNaN(raw) ? '.nan' : '.inf';
  return clip(String(raw));
}

/** `must be a share such as 95%, not 'x'`: the predicate every range and type error is made of. */
export function mustBe(expected: string, raw: unknown): string {
  if (raw === undefined) return 'is missing';
  if (raw === null) return `is empty, and must be ${expected}`;
  return `must be ${expected}, not ${show(raw)}`;
}

/** `both, up or down` */
export const either = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;

/** Bounds in words, or an empty text when the value lies within. */
export function outside(
  value: number,
  range: { min?: number | undefined; max?: number | undefined },
  say: (value: number) => string = String,
): string {
  const { min, max } = range;
  if (min !== undefined && value < min) return `must be at least ${say(min)}`;
  if (max !== undefined && value > max) return `must be at most ${say(max)}`;
  return '';
}

export const saySpan = formatDuration;
export const sayShare = (share: number): string => `${Math.round(share * 1e6) / 1e4}%`;

function clip(text: string): string {
  const line = [...text.slice(0, 80)]
    .map((char) => (char < ' ' || char === '\u007f' ? ' ' : char))
    .join('');
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}
