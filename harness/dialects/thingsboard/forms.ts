/**
 * Payloads of the ThingsBoard API as devices write and read them. Every form holds values of some
 * device, and among them the key by which our messages name themselves; what has none is a message
 * of somebody else. Each stream has a key of its own: ThingsBoard keeps one value of a key for one
 * moment, and two streams may have something to say in the same one.
 */
import type { Message } from '#kernel';
import type { Parcelled } from '../dialect.ts';
import { isRecord, parseObject, textOf } from '../json-text.ts';

export const ME = 'v1/devices/me/';
export const GATEWAY = 'v1/gateway/';
export const ANSWER = 'answer';
export const REPORT = 'twin-report';
export const DELTA = 'twin-delta';

export const isApi = (topic: string): boolean => topic.startsWith(ME) || topic.startsWith(GATEWAY);

export type Said = Pick<Message, 'device' | 'stream' | 'n' | 'epoch' | 'intended' | 'values'>;

type Named = Said & { run: string };

type Values = Readonly<Record<string, unknown>>;

/** The key of a stream: with its name behind. */
const TAG = 'tw-';

export const tagOf = (stream: string): string => `${TAG}${stream}`;
const NAMED =
  /^(\S{1,100}) (\S{1,200}) ([a-z0-9-]{1,40}) (\d{1,15}) (\d{1,15}) (-?\d{1,15}(?:\.\d{1,25})?)$/;

export const packet = (topic: string, said: unknown): Parcelled => ({
  topic,
  payload: Buffer.from(JSON.stringify(said)),
});

/** Values, and which message of which run they are of. */
export const sayingOf = (
  run: string,
  { device, stream, n, epoch, intended }: Omit<Said, 'values'>,
  values: Values,
): Values => ({ ...values, [tagOf(stream)]: [run, device, stream, n, epoch, intended].join(' ') });

/** A report has settings as attributes of their own names, and what else it says beside them. */
export function upOf(stream: string, values: Values): Values {
  if (stream !== REPORT || !isRecord(values.settings)) return values;
  const { version, settings, refused, ask } = values;
  return { ...settings, twVersion: version, twRefused: refused, twAsk: ask };
}

/** Of any form; empty where nothing in it names itself. */
export function messagesIn(payload: Uint8Array, run: string): Said[] {
  const said = parseObject(textOf(payload));
  return said === null ? [] : inside(said, LEVELS).filter((one) => one.run === run);
}

/** A form holds values no deeper: of a child, in a list, with a time. */
const LEVELS = 4;

function inside(said: unknown, levels: number): Named[] {
  if (Array.isArray(said))
    return levels === 0 ? [] : said.flatMap((one) => inside(one, levels - 1));
  if (!isRecord(said)) return [];
  if (tagIn(said) !== undefined) return [named(said)].filter((one) => one !== null);
  const { method, params } = said;
  if (isRecord(params)) {
    const one = named(params);
    return one === null ? [] : [asked(one, method)];
  }
  return levels === 0 ? [] : Object.values(said).flatMap((one) => inside(one, levels - 1));
}

/** A child may be called like a key, but what is said of it is no text. */
const tagIn = (said: Values): string | undefined =>
  Object.keys(said).find((key) => key.startsWith(TAG) && typeof said[key] === 'string');

function named(said: Values): Named | null {
  const key = tagIn(said);
  if (key === undefined) return null;
  const { [key]: text, ...values } = said;
  const [, run = '', device = '', stream = '', n, epoch, intended] = NAMED.exec(String(text)) ?? [];
  if (key !== tagOf(stream)) return null;
  const head = {
    run,
    device,
    stream,
    n: Number(n),
    epoch: Number(epoch),
    intended: Number(intended),
  };
  return { ...head, values: valuesOf(stream, values) };
}

/** The method is the name of a command, where it has one. */
const asked = (said: Named, method: unknown): Named =>
  method === said.stream ? said : { ...said, values: { name: method, ...said.values } };

function valuesOf(stream: string, values: Values): Values {
  if (stream === REPORT && 'twVersion' in values) {
    const { twVersion: version, twRefused: refused, twAsk: ask, ...settings } = values;
    return { version, settings, refused, ask };
  }
  if (stream === DELTA && 'twVersion' in values) {
    const { twVersion: version, twSince: since, ...desired } = values;
    return { version, since, desired };
  }
  return values;
}
