/**
 * How a value lies in the registers of a Modbus device: words of 16 bits, one or two for a value,
 * the high word first or last, and scaled so that whole numbers will do. What a gateway reads is
 * what lies there, with all that rounding takes away.
 */

export const REGISTER_TYPES = ['int16', 'uint16', 'int32', 'uint32', 'float32'] as const;
export type RegisterType = (typeof REGISTER_TYPES)[number];

export interface Register {
  /** The signal that lies here. */
  signal: string;
  /** Of its first word. */
  address: number;
  type: RegisterType;
  /** value = what lies there · scale + offset. */
  scale: number;
  offset: number;
}

/** Which word of two lies at the lower address. */
export type WordOrder = 'high-first' | 'low-first';

interface Form {
  words: 1 | 2;
  low: number;
  high: number;
}

const FORMS: Readonly<Record<RegisterType, Form>> = {
  int16: { words: 1, low: -32_768, high: 32_767 },
  uint16: { words: 1, low: 0, high: 65_535 },
  int32: { words: 2, low: -2_147_483_648, high: 2_147_483_647 },
  uint32: { words: 2, low: 0, high: 4_294_967_295 },
  float32: { words: 2, low: -3.4e38, high: 3.4e38 },
};

/** So many digits of a number that was scaled tell something. */
const DIGITS = 12;

export const wordsOf = (type: RegisterType): 1 | 2 => FORMS[type].words;

export function encode(value: number, register: Register, order: WordOrder): number[] {
  const { type, scale, offset } = register;
  const { words, low, high } = FORMS[type];
  const raw = (value - offset) / scale;
  const view = new DataView(new ArrayBuffer(4));
  if (type === 'float32') view.setFloat32(0, raw);
  else {
    // What does not fit stays at the end of the scale, as in a real device.
    const whole = Math.min(high, Math.max(low, Math.round(raw)));
    if (words === 1) return [whole & 0xffff];
    view.setUint32(0, whole >>> 0);
  }
  const pair = [view.getUint16(0), view.getUint16(2)];
  return order === 'high-first' ? pair : pair.reverse();
}

export function decode(words: readonly number[], register: Register, order: WordOrder): number {
  const { type, scale, offset } = register;
  const [first = 0, second = 0] = words;
  const view = new DataView(new ArrayBuffer(4));
  if (wordsOf(type) === 1) view.setUint16(0, first);
  else {
    view.setUint16(0, order === 'high-first' ? first : second);
    view.setUint16(2, order === 'high-first' ? second : first);
  }
  const raw = {
    int16: () => view.getInt16(0),
    uint16: () => view.getUint16(0),
    int32: () => view.getInt32(0),
    uint32: () => view.getUint32(0),
    float32: () => view.getFloat32(0),
  }[type]();
  return Number((raw * scale + offset).toPrecision(DIGITS));
}

/** All words of a device that says this, by address; what lies between its values is 0. */
export function imageOf(
  values: Readonly<Record<string, unknown>>,
  map: readonly Register[],
  order: WordOrder,
): Map<number, number> {
  const { from, count } = spanOf(map);
  const image = new Map(Array.from({ length: count }, (_, at) => [from + at, 0]));
  for (const register of map) {
    const value = Number(values[register.signal] ?? 0);
    encode(Number.isFinite(value) ? value : 0, register, order).forEach((word, at) => {
      image.set(register.address + at, word);
    });
  }
  return image;
}

/** What words from `from` on say. */
export function readingOf(
  words: readonly number[],
  from: number,
  map: readonly Register[],
  order: WordOrder,
): Record<string, number> {
  return Object.fromEntries(
    map.map((register) => {
      const at = register.address - from;
      const own = words.slice(at, at + wordsOf(register.type));
      return [register.signal, decode(own, register, order)];
    }),
  );
}

/** The stretch of addresses that holds all of a map. */
export function spanOf(map: readonly Register[]): { from: number; count: number } {
  const from = Math.min(...map.map(({ address }) => address));
  const to = Math.max(...map.map(({ address, type }) => address + wordsOf(type)));
  return { from, count: to - from };
}
