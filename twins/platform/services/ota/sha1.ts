/**
 * SHA-1 (FIPS 180-4), which proves nothing any more; but hawkBit's interface has it, and updaters
 * go by it. No port of the machine is needed for it.
 */

const rotated = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

/** What is added in the four stretches of twenty rounds. */
const ADDED = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6];

export function sha1Hex(bytes: Uint8Array): string {
  const padded = new Uint8Array(64 * Math.ceil((bytes.length + 9) / 64));
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded.length - 4, bytes.length * 8);
  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  const words = new Int32Array(80);
  for (let at = 0; at < padded.length; at += 64) {
    for (let k = 0; k < 16; k++) words[k] = view.getInt32(at + 4 * k);
    mix(state, words);
  }
  return [...state].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

function mix(state: Int32Array, words: Int32Array): void {
  const word = (k: number): number => words[k] ?? 0;
  for (let k = 16; k < 80; k++) {
    words[k] = rotated(word(k - 3) ^ word(k - 8) ^ word(k - 14) ^ word(k - 16), 1);
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
  for (let k = 0; k < 80; k++) {
    const stretch = Math.floor(k / 20);
    const parity = b ^ c ^ d;
    const chosen = stretch === 0 ? (b & c) | (~b & d) : (b & c) | (b & d) | (c & d);
    const f = stretch === 0 || stretch === 2 ? chosen : parity;
    const next = (rotated(a, 5) + f + e + (ADDED[stretch] ?? 0) + word(k)) | 0;
    [a, b, c, d, e] = [next, a, rotated(b, 30), c, d];
  }
  for (const [k, value] of [a, b, c, d, e].entries()) state[k] = ((state[k] ?? 0) + value) | 0;
}
