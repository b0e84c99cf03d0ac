/**
 * The words of the file's schema: a duration, a share, a name. Each reads text into a number and at
 * the same time describes the text to editors, so that what we accept and what the JSON Schema
 * promises come from one declaration.
 */
import { z } from 'zod';
import { mustBe, outside, parseRate, parseShare, parseSpan, saySpan, shareFlaw } from '#kernel';
import { PHASES, parseInstant } from './instant.ts';

const SPAN = '\\d+(\\.\\d+)?\\s*(us|ms|min|s|m|h|d)';
export const SPAN_PATTERN = `^\\s*(${SPAN}\\s*)+$`;
const SPAN_HINT = 'write a number with a unit: 250ms, 8s, 1m30s, 2h';
const DAY_MS = 86_400_000;
/** Forty years: what is generated may last as long as a machine does. */
const SPAN_MS_MAX = 14_610 * DAY_MS;

/**
 * Text that `read` turns into a value; `must` is the sentence when it cannot, or when the value is
 * out of range.
 */
interface Reading<T> {
  about: string;
  expected: string;
  hint: string;
  json: Record<string, unknown>;
  read(text: string): T | undefined;
  range?(value: T): string;
}

function text<T>(reading: Reading<T>) {
  return z
    .string({ error: (issue) => mustBe(reading.expected, issue.input) })
    .meta({ description: reading.about, ...reading.json })
    .transform((written, context): T => {
      const value = reading.read(written);
      const wrong =
        value === undefined ? mustBe(reading.expected, written) : (reading.range?.(value) ?? '');
      if (value !== undefined && wrong === '') return value;
      context.issues.push({
        code: 'custom',
        input: written,
        message: wrong,
        params: { hint: value === undefined ? reading.hint : undefined },
      });
      return z.NEVER;
    });
}

/** A length of time in milliseconds. */
export const duration = (about: string, range: { min?: number; max?: number } = {}) =>
  text({
    about,
    expected: 'a duration such as 8s',
    hint: SPAN_HINT,
    json: { pattern: SPAN_PATTERN, examples: ['8s', '250ms', '1m30s'] },
    read: parseSpan,
    range: (ms: number) => outside(ms, { min: range.min, max: range.max ?? SPAN_MS_MAX }, saySpan),
  });

/** A rate in bytes per second, per direction. */
export const rate = (about: string) =>
  text({
    about,
    expected: 'a rate such as 20kB/s',
    hint: 'write a number with a unit: 500B/s, 20kB/s, 375kbit/s, 1MiB/s',
    json: {
      pattern: '^\\s*\\d+(\\.\\d+)?\\s*(k|M|Ki|Mi)?(B|bit)/s\\s*$',
      examples: ['20kB/s', '375kbit/s'],
    },
    read: parseRate,
    range: (value: number) => (value < 1 ? 'must be at least 1 byte per second' : ''),
  });

/** A moment: a phase, a phase plus a duration, or a duration since the run's start. */
export const instant = (about: string) =>
  text({
    about,
    expected: 'a moment such as chaos+5s',
    hint: `a phase (${PHASES.join(', ')}), chaos+5s, or 12s since the run's start`,
    json: {
      pattern: `^\\s*((${PHASES.join('|')})\\s*(\\+\\s*(${SPAN}\\s*)+)?|(${SPAN}\\s*)+)$`,
      examples: ['chaos', 'chaos+5s', '12s'],
    },
    read: parseInstant,
    range: (value) => outside(value.offsetMs, { max: SPAN_MS_MAX }, saySpan),
  });

/** A part of a whole, as `10%` or a number in 0..1. */
export function share(about: string, options: { zero: boolean } = { zero: true }) {
  const expected = 'a share such as 10%';
  return z
    .union([z.string(), z.number()], { error: (issue) => mustBe(expected, issue.input) })
    .meta({
      description: about,
      anyOf: [
        { type: 'string', pattern: '^\\s*\\d+(\\.\\d+)?\\s*%\\s*$' },
        { type: 'number', minimum: 0, maximum: 1 },
      ],
      examples: ['10%', 0.1],
    })
    .transform((written, context): number => {
      const value = parseShare(written);
      let [wrong, hint] = value === undefined ? ['', ''] : shareFlaw(written, value);
      if (value === undefined) wrong = mustBe(expected, written);
      if (value === 0 && !options.zero) wrong = 'must be more than 0%';
      if (value !== undefined && wrong === '') return value;
      context.issues.push({
        code: 'custom',
        input: written,
        message: wrong,
        params: { hint: hint || 'write a percentage (10%) or a number from 0 to 1' },
      });
      return z.NEVER;
    });
}

/**
 * Names become parts of topics, file names and ids, so they are kept to what is legal in all of
 * them.
 */
export const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const NAME_RULE = 'a letter, then letters, digits, - or _, 64 characters at most';

export const name = (about: string) =>
  z
    .string({ error: (issue) => mustBe('a name', issue.input) })
    .regex(NAME, { error: (issue) => mustBe(`a name (${NAME_RULE})`, issue.input) })
    .meta({ description: about });

/** Free text of bounded length that is not empty. */
export const words = (about: string, lengthMax = 400) =>
  z
    .string({ error: (issue) => mustBe('text', issue.input) })
    .min(1, { error: 'must not be empty' })
    .max(lengthMax, { error: `must not be longer than ${lengthMax} characters` })
    .meta({ description: about });

export const whole = (about: string, min: number, max: number) =>
  z
    .int({ error: (issue) => mustBe('a whole number', issue.input) })
    .min(min, { error: (issue) => mustBe(`a whole number from ${min} to ${max}`, issue.input) })
    .max(max, { error: (issue) => mustBe(`a whole number from ${min} to ${max}`, issue.input) })
    .meta({ description: about });

export const flag = (about: string) =>
  z
    .boolean({ error: (issue) => mustBe('true or false', issue.input) })
    .meta({ description: about });

export const qos = () =>
  z
    .literal([0, 1, 2], { error: (issue) => mustBe('0, 1 or 2', issue.input) })
    .meta({ description: 'MQTT quality of service.' });

/** A plug-in's own parameters; what is legal in there only the plug-in knows. */
export const rawParams = (about: string) =>
  z
    .record(z.string(), z.unknown(), {
      error: (issue) => mustBe('a map of parameters', issue.input),
    })
    .meta({ description: about });
