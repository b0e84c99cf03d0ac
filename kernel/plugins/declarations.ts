/**
 * What a plug-in declares of streams and ledger ops, checked when it is loaded: a misspelled way or
 * form would otherwise be found out in the middle of a run, and charged to the target.
 */
import type { StreamSpec } from '../plan/streams.ts';
import { strangeKeys } from './family.ts';
import { either, isMap, mustBe } from './quantity.ts';
import { scheduleFlaws } from './schedule-flaws.ts';

const FORMS = ['device', 'stream', 'count', 'signed', 'boolean', 'hash', 'flags', 'text'];
const OP = /^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/;
const STREAM = /^[a-z][a-z0-9-]*$/;
const STREAM_KEYS = Object.keys({
  name: true,
  way: true,
  from: true,
  noun: true,
  schedule: true,
  kept: true,
  qos: true,
  retained: true,
  counted: true,
  measured: true,
  mayShed: true,
  expiryS: true,
  asksReply: true,
  answers: true,
  dialect: true,
  skips: true,
} satisfies Record<keyof StreamSpec, true>);
const TEXTS = ['noun', 'answers', 'dialect'] as const;
const FLAGS = ['kept', 'retained', 'counted', 'measured', 'mayShed'] as const;
/** What every entry has already. */
const TAKEN = ['t', 'op'];

/** `<word>/<op>`, each with the forms of its fields. */
export function opsFlaws(value: unknown, name: string): string[] {
  if (value === undefined) return [];
  if (!isMap(value)) return [`${name} ${mustBe('a map of ops', value)}`];
  return Object.entries(value).flatMap(([op, fields]) => {
    const at = `${name}.${op}`;
    if (!OP.test(op)) return [`${at} must be named <word>/<what>, in lower case`];
    if (!isMap(fields)) return [`${at} ${mustBe('a map of fields', fields)}`];
    return Object.entries(fields).flatMap(([field, form]) => [
      ...(TAKEN.includes(field) ? [`${at}.${field} has the name of what every entry has`] : []),
      ...oneOf(FORMS, form, `${at}.${field}`),
    ]);
  });
}

/** What a part writes is of its device, which is added for it and would else be lost. */
export function partOpsFlaws(value: unknown, name: string): string[] {
  const flaws = opsFlaws(value, name);
  if (flaws.length > 0 || !isMap(value)) return flaws;
  return Object.entries(value)
    .filter(([, fields]) => !isMap(fields) || fields.device !== 'device')
    .map(([op]) => `${name}.${op}.device must be there, as a device: a part writes of its own`);
}

export function streamsFlaws(value: unknown, name: string): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return [`${name} ${mustBe('a list', value)}`];
  return value.flatMap((stream: unknown, index) => streamFlaws(stream, `${name}[${index}]`));
}

export function streamFlaws(stream: unknown, at: string): string[] {
  if (!isMap(stream)) return [`${at} ${mustBe('a map', stream)}`];
  const isName = typeof stream.name === 'string' && STREAM.test(stream.name);
  return [
    ...(isName ? [] : [`${at}.name ${mustBe('lower-case words', stream.name)}`]),
    ...oneOf(['up', 'down'], stream.way, `${at}.way`),
    ...originFlaws(stream, at),
    ...scheduleFlaws(stream.schedule, `${at}.schedule`),
    ...wordFlaws(stream, at),
    ...(areTexts(stream.skips) ? [] : [`${at}.skips ${mustBe('a list of texts', stream.skips)}`]),
    ...strangeKeys(stream, STREAM_KEYS, at),
  ];
}

/** What the target sends goes down, and is due when the target says so. */
function originFlaws(stream: Record<string, unknown>, at: string): string[] {
  const { from, way, schedule, answers } = stream;
  if (from === undefined) {
    return answers === undefined ? [] : [`${at}.answers is of streams that the target sends`];
  }
  if (from !== 'target') return oneOf(['target'], from, `${at}.from`);
  if (way === 'up') return [`${at}.from is of streams that go down`];
  const by = isMap(schedule) ? schedule.by : undefined;
  return by === 'reply' || by === 'event'
    ? []
    : [`${at}.schedule.by ${mustBe('reply or event where the target sends', by)}`];
}

/** What may be left out. */
function wordFlaws(stream: Record<string, unknown>, at: string): string[] {
  const { qos } = stream;
  return [
    ...TEXTS.filter((word) => !isText(stream[word])).map(
      (word) => `${at}.${word} ${mustBe('a text', stream[word])}`,
    ),
    ...(qos === undefined || [0, 1, 2].includes(qos as number)
      ? []
      : [`${at}.qos ${mustBe('0, 1 or 2', qos)}`]),
    ...FLAGS.filter((flag) => !['undefined', 'boolean'].includes(typeof stream[flag])).map(
      (flag) => `${at}.${flag} ${mustBe('true or false', stream[flag])}`,
    ),
  ];
}

/** One that may be left out. */
const isText = (value: unknown): boolean =>
  value === undefined || (typeof value === 'string' && value !== '');

const areTexts = (value: unknown): boolean =>
  value === undefined || (Array.isArray(value) && value.every((one) => typeof one === 'string'));

const oneOf = (words: readonly string[], value: unknown, at: string): string[] =>
  words.includes(value as string) ? [] : [`${at} ${mustBe(either(words), value)}`];
