/** A message as metrics that say who it is and what it says, and found again from them. */
import type { Message, Sighting } from '#kernel';
import { isIndex, parseObject } from '../json-text.ts';
import { DATA_TYPE, decodePayload, type Metric, type Payload } from './payload.ts';
import type { SparkplugTopic } from './topics.ts';
import { metricOf, NAMES, type Vocabulary } from './vocabulary.ts';

/** Time zero of a run, in a world that counts from 1970: the first of January 2026. */
const ZERO_MS = 1_767_225_600_000;

/** As payloads count it, of so many milliseconds since the run began. */
export const timeOf = (ms: number): number => ZERO_MS + Math.max(0, Math.floor(ms));

/** What a call for a rebirth is called among the streams. */
const REBIRTH = 'rebirth';

export function payloadOf(message: Message, signals: readonly string[]): Payload {
  const { stream, n, epoch, intended, values } = message;
  const timestamp = timeOf(intended);
  const metric = (name: string, datatype: number, value: Metric['value'] & {}): Metric => ({
    ...{ name, timestamp, datatype, value },
  });
  const own = signals.flatMap((signal) => {
    const value = values[signal];
    return typeof value === 'number' && Number.isFinite(value) ? [{ signal, value }] : [];
  });
  const taken = new Set(own.map(({ signal }) => signal));
  const rest = Object.entries(values).filter(([key]) => !taken.has(key));
  const metrics = [
    metric(NAMES.stream, DATA_TYPE.string, stream),
    metric(NAMES.number, DATA_TYPE.uint64, n),
    metric(NAMES.boot, DATA_TYPE.uint64, epoch),
    metric(NAMES.due, DATA_TYPE.double, intended),
    ...own.map(({ signal, value }) => metric(metricOf(stream, signal), DATA_TYPE.double, value)),
  ];
  if (rest.length > 0) {
    metrics.push(metric(stream, DATA_TYPE.string, JSON.stringify(Object.fromEntries(rest))));
  }
  if (stream === REBIRTH) metrics.push(metric(NAMES.rebirth, DATA_TYPE.boolean, true));
  return { timestamp, metrics };
}

export function sightingOf(
  { node, device }: SparkplugTopic,
  bytes: Uint8Array,
  vocabulary: Vocabulary,
): Sighting | null {
  const metrics = decodePayload(bytes)?.metrics ?? [];
  const named = new Map(metrics.map((one) => [vocabulary.nameOf(one), one.value]));
  const stream = named.get(NAMES.stream);
  const [n, epoch, due] = [NAMES.number, NAMES.boot, NAMES.due].map((name) => named.get(name));
  if (typeof stream !== 'string' || !isIndex(n) || !isIndex(epoch)) return null;
  if (typeof due !== 'number' || !Number.isFinite(due)) return null;
  return { device: device ?? node, stream, n, epoch, intended: due };
}

/** Null for what names no stream. */
export function valuesOf(metrics: readonly Metric[], vocabulary: Vocabulary) {
  const named = metrics.map((one) => [vocabulary.nameOf(one), one.value] as const);
  const stream = named.find(([name]) => name === NAMES.stream)?.[1];
  if (typeof stream !== 'string') return null;
  const values: [string, unknown][] = [];
  for (const [name, value] of named) {
    if (name === stream && typeof value === 'string') {
      values.push(...Object.entries(parseObject(value) ?? {}));
    } else if (name?.startsWith(`${stream}/`) && value !== undefined) {
      values.push([name.slice(stream.length + 1), value]);
    }
  }
  return Object.fromEntries(values);
}
