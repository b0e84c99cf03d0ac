/**
 * The JSON envelope that carries a message's identity: `{"n":214,"e":1,"t":12300,"v":{…}}`. It is
 * written in this key order, and read by scanning the bytes of that order, since every observed
 * message passes here; anything a platform may have rewritten goes through JSON.parse. Only the
 * head is looked at, so a damaged value leaves the identity readable.
 */
import type { Envelope } from '#kernel';
import { defineCodec, type EnvelopeHead } from '../codec.ts';
import { isIndex, isRecord, parseObject, textOf } from '../json-text.ts';

export default defineCodec({
  kind: 'json',
  summary: 'a JSON object of n, e, t and v',
  encode: ({ n, e, t, v }: Envelope) =>
    Buffer.from(`{"n":${n},"e":${e},"t":${t},"v":${JSON.stringify(v)}}`),
  head: readHead,
  values: (payload) => {
    const values = parseObject(textOf(payload))?.v;
    return isRecord(values) ? values : {};
  },
});

export function readHead(payload: Uint8Array): EnvelopeHead | null {
  return scanHead(payload) ?? parseHead(payload);
}

const N = Buffer.from('{"n":');
const E = Buffer.from(',"e":');
const T = Buffer.from(',"t":');
const V = Buffer.from(',"v":{');
/** More digits might not be an exact number; JSON.parse decides then. */
const DIGITS_MAX = 15;

function scanHead(bytes: Uint8Array): EnvelopeHead | null {
  if (bytes[bytes.length - 1] !== 0x7d || !startsAt(bytes, 0, N)) return null;
  const nEnd = digitsEnd(bytes, N.length);
  if (!startsAt(bytes, nEnd, E)) return null;
  const eEnd = digitsEnd(bytes, nEnd + E.length);
  if (!startsAt(bytes, eEnd, T)) return null;
  const tFrom = eEnd + T.length;
  const tEnd = digitsEnd(bytes, tFrom);
  if (!startsAt(bytes, tEnd, V)) return null;
  const n = numberAt(bytes, N.length, nEnd);
  const e = numberAt(bytes, nEnd + E.length, eEnd);
  const t = numberAt(bytes, tFrom, tEnd);
  return n < 0 || e < 0 || t < 0 ? null : { n, e, t };
}

function parseHead(payload: Uint8Array): EnvelopeHead | null {
  const parsed = parseObject(textOf(payload));
  if (parsed === null) return null;
  const { n, e, t, v } = parsed;
  if (!isIndex(n) || !isIndex(e) || typeof t !== 'number' || !isRecord(v)) return null;
  return Number.isFinite(t) ? { n, e, t } : null;
}

function startsAt(bytes: Uint8Array, at: number, mark: Uint8Array): boolean {
  for (let i = 0; i < mark.length; i++) if (bytes[at + i] !== mark[i]) return false;
  return true;
}

function digitsEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let byte = bytes[at]; byte !== undefined && byte >= 0x30 && byte <= 0x39; byte = bytes[at])
    at++;
  return at;
}

/** -1 for what JSON would not call a number, and for what is too long to be exact. */
function numberAt(bytes: Uint8Array, from: number, to: number): number {
  if (to === from || to - from > DIGITS_MAX) return -1;
  if (bytes[from] === 0x30 && to - from > 1) return -1;
  let value = 0;
  for (let i = from; i < to; i++) value = value * 10 + ((bytes[i] ?? 0) - 0x30);
  return value;
}
