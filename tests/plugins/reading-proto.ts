/**
 * A user's codec in one file: protobuf after a .proto of their own, which lies beside it and says
 * which field has which number. Nothing but Node is needed.
 */
import { readFileSync } from 'node:fs';
import type { Codec } from '../../harness/authors.ts';

type Field = 'n' | 'epoch' | 't' | 'v' | 'words';

/** The field numbers; read when the first message passes, since judging needs none. */
let numbers: Record<Field, number> | null = null;

function numberOf(field: Field): number {
  numbers ??= readProto();
  return numbers[field];
}

function readProto(): Record<Field, number> {
  const text = readFileSync(new URL('./reading.proto', import.meta.url), 'utf8');
  const found = [...text.matchAll(/(\w+)\s*=\s*(\d+);/g)].map(([, name, tag]) => [
    name,
    Number(tag),
  ]);
  return Object.fromEntries(found) as Record<Field, number>;
}

const WIRE = { varint: 0, fixed64: 1, bytes: 2 } as const;

const codec: Codec = {
  family: 'codec',
  kind: 'reading-proto',
  summary: 'protobuf, message Reading of reading.proto',
  encode: ({ n, e, t, v }) =>
    Buffer.concat([
      tag('n', WIRE.varint),
      varint(n),
      tag('epoch', WIRE.varint),
      varint(e),
      tag('t', WIRE.fixed64),
      double(t),
      ...Object.entries(v).flatMap(([name, value]) =>
        typeof value === 'number'
          ? pair('v', name, [key(2, WIRE.fixed64), double(value)])
          : pair('words', name, [key(2, WIRE.bytes), ...text(JSON.stringify(value))]),
      ),
    ]),
  head: (payload) => {
    const found: { n?: number; e?: number; t?: number | undefined } = {};
    for (const { field, value } of fieldsOf(payload)) {
      if (field === numberOf('n') && typeof value === 'number') found.n = value;
      if (field === numberOf('epoch') && typeof value === 'number') found.e = value;
      if (field === numberOf('t') && value instanceof Uint8Array) found.t = doubleOf(value);
    }
    const { n, e, t } = found;
    if (n === undefined || e === undefined || t === undefined) return null;
    return Number.isFinite(t) ? { n, e, t } : null;
  },
  values: (payload) => {
    const values: Record<string, unknown> = {};
    for (const { field, value } of fieldsOf(payload)) {
      if (!(value instanceof Uint8Array)) continue;
      if (field !== numberOf('v') && field !== numberOf('words')) continue;
      const [name, content] = [...fieldsOf(value)].map((part) => part.value);
      if (!(name instanceof Uint8Array) || !(content instanceof Uint8Array)) continue;
      const read = field === numberOf('v') ? doubleOf(content) : parsed(content);
      if (read !== undefined) values[Buffer.from(name).toString()] = read;
    }
    return values;
  },
};
export default codec;

const key = (field: number, wire: number): Buffer => varint(field * 8 + wire);
const tag = (field: Field, wire: number): Buffer => key(numberOf(field), wire);

const pair = (field: Field, name: string, value: Buffer[]): Buffer[] => {
  const entry = Buffer.concat([key(1, WIRE.bytes), ...text(name), ...value]);
  return [tag(field, WIRE.bytes), varint(entry.length), entry];
};

const text = (content: string): Buffer[] => {
  const bytes = Buffer.from(content);
  return [varint(bytes.length), bytes];
};

function double(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

const doubleOf = (bytes: Uint8Array): number | undefined =>
  bytes.length === 8 ? Buffer.from(bytes).readDoubleLE() : undefined;

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}

/** By division, since the bits of a number end at 32 and a count does not. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

/** The fields of a message as far as they can be read; what follows a broken one is not told. */
function* fieldsOf(bytes: Uint8Array): Generator<{ field: number; value: number | Uint8Array }> {
  let at = 0;
  const next = (): number | undefined => {
    let value = 0;
    for (let scale = 1; scale < 2 ** 53; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) return undefined;
      value += (byte % 128) * scale;
      if (byte < 128) return Number.isSafeInteger(value) ? value : undefined;
    }
    return undefined;
  };
  while (at < bytes.length) {
    const head = next();
    if (head === undefined) return;
    const wire = head % 8;
    const field = Math.floor(head / 8);
    if (wire === WIRE.varint) {
      const value = next();
      if (value === undefined) return;
      yield { field, value };
      continue;
    }
    const length = wire === WIRE.fixed64 ? 8 : wire === WIRE.bytes ? next() : undefined;
    if (length === undefined || at + length > bytes.length) return;
    yield { field, value: bytes.subarray(at, at + length) };
    at += length;
  }
}
