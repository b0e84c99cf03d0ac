/**
 * The contract of a payload codec: how the identity and the values of one message become the bytes
 * of a payload, and how they are read back. A codec knows no topic and no target, so that any
 * dialect may use any codec. Reading never throws: what it cannot read is null.
 */
import { type Envelope, stamp } from '#kernel';

/** The identity a payload carries: number, boot epoch and intended time. */
export type EnvelopeHead = Omit<Envelope, 'v'>;

export interface Codec {
  family: 'codec';
  kind: string;
  summary: string;
  /** The same envelope gives the same bytes, always: their hash is what proves a change. */
  encode(envelope: Envelope): Uint8Array;
  /** Asked for every message that is observed. A damaged value should not hide the identity. */
  head(payload: Uint8Array): EnvelopeHead | null;
  /** The values, or none where they cannot be read. */
  values(payload: Uint8Array): Readonly<Record<string, unknown>>;
}

export const defineCodec = (codec: Omit<Codec, 'family'>): Codec =>
  stamp('codec', { family: 'codec', ...codec });
