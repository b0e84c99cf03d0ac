/**
 * Keys by which firmware is signed, and the ways of signing that there are. Each has sizes of its
 * own, so a key or a signature of another size is none.
 */

export const ALGS = ['ed25519', 'ml-dsa-44'] as const;
export type Alg = (typeof ALGS)[number];

/** Bytes of what each of them makes and needs. */
export const KEY_SIZES: Readonly<Record<Alg, { public: number; signature: number }>> = {
  ed25519: { public: 32, signature: 64 },
  'ml-dsa-44': { public: 1312, signature: 2420 },
};

export const SIGNATURE_BYTES_MAX = Math.max(...ALGS.map((alg) => KEY_SIZES[alg].signature));

export interface FirmwareKey {
  id: string;
  alg: string;
  /** Hexadecimal. */
  public: string;
}

export const isAlg = (value: unknown): value is Alg => ALGS.some((alg) => alg === value);

export const isHex = (text: unknown, bytes: number): text is string =>
  typeof text === 'string' && text.length === 2 * bytes && /^[0-9a-f]*$/.test(text);
