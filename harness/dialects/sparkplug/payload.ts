/**
 * A payload of Sparkplug B: when it was made, its place in the sequence, and metrics, each called
 * by a name, by an alias, or in a birth by both. Of the data types those that a value of JSON can
 * hold are read; of others it is only known that they are there. Extensions are passed over.
 */
import { WIRE, WireReader, WireWriter } from './wire-format.ts';

/** Data types by their numbers (Sparkplug 3.0, 6.4.16). */
export const DATA_TYPE = { int64: 4, uint64: 8, double: 10, boolean: 11, string: 12 } as const;

export interface Metric {
  name?: string;
  alias?: number;
  /** Milliseconds since 1970. */
  timestamp?: number;
  datatype?: number;
  /** Null where it says that it has none; left out where it has one that is not read here. */
  value?: number | boolean | string | null;
}

export interface Payload {
  timestamp?: number;
  /** Left out of a death of a node, and of commands. */
  seq?: number;
  metrics: readonly Metric[];
}

const PAYLOAD = { timestamp: 1, metrics: 2, seq: 3 } as const;
const METRIC = { name: 1, alias: 2, timestamp: 3, datatype: 4, isNull: 7 } as const;
const VALUE = { int: 10, long: 11, float: 12, double: 13, boolean: 14, string: 15 } as const;

export function encodePayload({ timestamp, seq, metrics }: Payload): Uint8Array {
  const writer = new WireWriter();
  if (timestamp !== undefined) writer.varint(PAYLOAD.timestamp, timestamp);
  for (const metric of metrics) writer.bytes(PAYLOAD.metrics, encodeMetric(metric));
  if (seq !== undefined) writer.varint(PAYLOAD.seq, seq);
  return writer.done();
}

function encodeMetric({ name, alias, timestamp, datatype, value }: Metric): Uint8Array {
  const writer = new WireWriter();
  if (name !== undefined) writer.text(METRIC.name, name);
  if (alias !== undefined) writer.varint(METRIC.alias, alias);
  if (timestamp !== undefined) writer.varint(METRIC.timestamp, timestamp);
  if (datatype !== undefined) writer.varint(METRIC.datatype, datatype);
  if (value === null) writer.varint(METRIC.isNull, 1);
  else if (typeof value === 'boolean') writer.varint(VALUE.boolean, value ? 1 : 0);
  else if (typeof value === 'string') writer.text(VALUE.string, value);
  else if (value !== undefined && isWhole(datatype)) writer.varint(VALUE.long, value);
  else if (value !== undefined) writer.double(VALUE.double, value);
  return writer.done();
}

const isWhole = (datatype?: number): boolean =>
  datatype === DATA_TYPE.int64 || datatype === DATA_TYPE.uint64;

/** Null for what is no payload. */
export function decodePayload(bytes: Uint8Array): Payload | null {
  const reader = new WireReader(bytes);
  const metrics: Metric[] = [];
  const payload: Payload = { metrics };
  for (let field = reader.field(); field !== null; field = reader.field()) {
    const { number, wire } = field;
    if (number === PAYLOAD.timestamp && wire === WIRE.varint) {
      payload.timestamp = Number(reader.varint());
    } else if (number === PAYLOAD.seq && wire === WIRE.varint) {
      payload.seq = Number(reader.varint());
    } else if (number === PAYLOAD.metrics && wire === WIRE.bytes) {
      const metric = decodeMetric(reader.bytes());
      if (metric === null) return null;
      metrics.push(metric);
    } else reader.skip(wire);
  }
  return reader.isBroken ? null : payload;
}

function decodeMetric(bytes: Uint8Array): Metric | null {
  const reader = new WireReader(bytes);
  const metric: Metric = {};
  let isNull = false;
  for (let field = reader.field(); field !== null; field = reader.field()) {
    const { number, wire } = field;
    if (wire === WIRE.varint && number === METRIC.alias) metric.alias = Number(reader.varint());
    else if (wire === WIRE.varint && number === METRIC.timestamp) {
      metric.timestamp = Number(reader.varint());
    } else if (wire === WIRE.varint && number === METRIC.datatype) {
      metric.datatype = Number(reader.varint());
    } else if (wire === WIRE.varint && number === METRIC.isNull) isNull = reader.varint() !== 0n;
    else if (wire === WIRE.bytes && number === METRIC.name) metric.name = reader.text();
    else readValue(reader, metric, number, wire);
  }
  if (reader.isBroken) return null;
  if (isNull) metric.value = null;
  return metric;
}

function readValue(reader: WireReader, metric: Metric, number: number, wire: number): void {
  if (number === VALUE.int && wire === WIRE.varint) {
    metric.value = signed(reader.varint(), metric.datatype, SIGNED_32, 32);
  } else if (number === VALUE.long && wire === WIRE.varint) {
    metric.value = signed(reader.varint(), metric.datatype, [DATA_TYPE.int64], 64);
  } else if (number === VALUE.float && wire === WIRE.fixed32) metric.value = reader.float();
  else if (number === VALUE.double && wire === WIRE.fixed64) metric.value = reader.double();
  else if (number === VALUE.boolean && wire === WIRE.varint) metric.value = reader.varint() !== 0n;
  else if (number === VALUE.string && wire === WIRE.bytes) metric.value = reader.text();
  else reader.skip(wire);
}

/** Int8, Int16 and Int32. */
const SIGNED_32: readonly number[] = [1, 2, 3];

/** What is below zero goes as the two's complement. */
const signed = (
  value: bigint,
  datatype: number | undefined,
  types: readonly number[],
  bits: number,
): number => {
  const isSigned = datatype !== undefined && types.includes(datatype);
  return Number(isSigned ? BigInt.asIntN(bits, value) : value);
};
