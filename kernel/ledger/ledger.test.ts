/** The ledger must give back what was put in, cost what it promises, and know what it has lost. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { survived } from '../testing/fuzz.ts';
import { blocksOf } from '../testing/ledger-blocks.ts';
import { bytesSource } from './blocks.ts';
import { crc32 } from './crc32.ts';
import { type Damage, damageText, isHole } from './damage.ts';
import { LedgerEncoder } from './encoder.ts';
import type { DeclaredEntry, LedgerEntry } from './entry.ts';
import { type OpPlan, opTable } from './layout.ts';
import { type FieldForm, FLAG, OPS } from './ops.ts';
import fuzzes, {
  ECHO,
  encode,
  entryOfRow,
  HEADER,
  readAll,
  rowsUpTo,
  TABLE,
} from './reader.fuzz.ts';
import { SegmentReader } from './reader.ts';

const numbersOf = (entries: readonly LedgerEntry[]): unknown[] =>
  entries.map((one) => (one as DeclaredEntry).n);

const acks = (count: number) =>
  Array.from({ length: count }, (_, k) => ({
    t: k,
    op: 'acked' as const,
    fields: { device: 1, stream: 0, n: k },
  }));

describe('ledger', () => {
  it('gives back every field that an op carries, in order', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(rowsUpTo(400), (rows) => {
        for (const { op } of rows) seen.add(op);
        const { entries, damage, isClosed } = readAll(encode(rows));
        expect({ damage, isClosed }).toEqual({ damage: [], isClosed: true });
        expect(entries).toEqual(rows.map(entryOfRow));
      }),
      { seed: 7, numRuns: 100 },
    );
    expect([...seen].sort()).toEqual([...TABLE.byName.keys()].sort());
  });

  it('has a code of its own for every op, and leaves the upper ones to capabilities', () => {
    const codes = Object.values(OPS).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(Math.max(...codes)).toBeLessThan(64);
    expect(() => opTable([ECHO, { ...ECHO, name: 'echo/said' }])).toThrow(/two ops have the code/);
    expect(() => opTable([{ ...ECHO, code: 20 }])).toThrow(/has the code 20/);
  });

  it('refuses an op that the plan does not declare', () => {
    const encoder = new LedgerEncoder(HEADER, () => {});
    expect(() => encoder.write(0, 'echo/heard', {})).toThrow(/declares no op 'echo\/heard'/);
  });

  const declared = (fields: OpPlan['fields']): OpPlan => ({ name: 'a/b', code: 64, fields });

  it('refuses a field that the op does not declare, whatever it is called', () => {
    const encoder = new LedgerEncoder(HEADER, () => {}, opTable([declared({ n: 'count' })]));
    for (const field of ['device', 'm']) {
      const write = () => encoder.write(0, 'a/b', { n: 1, [field]: 7 });
      expect(write).toThrow(`the op a/b declares no field '${field}'`);
    }
  });

  it.each<[FieldForm, holds: number[], not: number[]]>([
    ['device', [-1, 0, 2 ** 52], [-2, 0.5, 2 ** 53]],
    ['stream', [0, 255], [-1, 256]],
    ['flags', [0, 255], [-1, 256]],
    ['count', [0, 2 ** 53 - 1], [-1, 2 ** 53]],
    ['signed', [-(2 ** 52), 2 ** 52 - 1], [-(2 ** 52) - 1, 2 ** 52]],
    ['hash', [0, 2 ** 32 - 1], [-1, 2 ** 32]],
  ])('gives back whatever a %s holds, and refuses the rest', (form, holds, not) => {
    const parts: Uint8Array[] = [];
    const table = opTable([declared({ value: form })]);
    const encoder = new LedgerEncoder(HEADER, (bytes) => parts.push(bytes), table);
    for (const value of holds) encoder.write(0, 'a/b', { value });
    for (const value of not)
      expect(() => encoder.write(0, 'a/b', { value })).toThrow(`must be written with a ${form}`);
    encoder.close();
    const reader = new SegmentReader(bytesSource(Buffer.concat(parts)), table);
    for (const value of holds) expect(reader.next()).toMatchObject({ value });
    expect([reader.next(), reader.damage]).toEqual([null, []]);
  });

  it('writes the documented bytes', () => {
    const parts: Uint8Array[] = [];
    const encoder = new LedgerEncoder(HEADER, (bytes) => parts.push(bytes));
    encoder.write(5, 'acked', { device: 1, stream: 3, n: 300 });
    encoder.write(7, 'acked', { device: -1, stream: 0, n: 0 });
    encoder.flush();
    encoder.write(1000, 'acked', { device: 0, stream: 0, n: 1 });
    encoder.close();
    const { code } = OPS.acked;
    const [, ...blocks] = parts.map((bytes) => Buffer.from(bytes));
    const heads = blocks.map((block) => [0, 8, 12].map((at) => block.readUInt32LE(at)));
    // Length, number and entries of each.
    expect(heads).toEqual([
      [12, 0, 2],
      [7, 1, 1],
      [1, 2, 0],
    ]);
    // A base time, and then of each entry its op, the time since the one before, and its fields.
    expect(blocks.map((block) => [...block.subarray(16)])).toEqual([
      [5, code, 0, 2, 3, 0xac, 2, code, 2, 0, 0, 0],
      [0xe8, 7, code, 0, 1, 0, 1],
      [3],
    ]);
  });

  it('marks each message by bits of their own, above those of its QoS', () => {
    const bits = Object.values(FLAG);
    expect(bits.reduce((a, b) => a | b, 0) & 3).toBe(0);
    for (const bit of bits) expect(Math.log2(bit) % 1).toBe(0);
    expect(new Set(bits).size).toBe(bits.length);
  });

  it('costs at most 16 bytes an event in steady state', () => {
    const parts: Uint8Array[] = [];
    const encoder = new LedgerEncoder(HEADER, (bytes) => parts.push(bytes));
    for (let k = 0; k < 60_000; k++) {
      const device = (k * 7919) % 20_000;
      const message = {
        device,
        stream: 0,
        n: 300 + Math.floor(k / 20_000),
      };
      const bytes = { hash: (k * 2654435761) >>> 0, flags: 1 };
      encoder.write(k * 100, 'sent', { ...message, ...bytes, late: 400 + (k % 900) });
      encoder.write(k * 100 + 30, 'acked', message);
      encoder.write(k * 100 + 60, 'observed', { ...message, ...bytes, epoch: 1 });
    }
    encoder.flush();
    expect(encoder.bytes / encoder.entries).toBeLessThanOrEqual(16);
  });

  it('loses only the torn tail, and says how much', () => {
    const bytes = encode(acks(20_000));
    const whole = readAll(bytes).entries.length;
    for (const cut of [1, 13, 500, 30_000, 60_000]) {
      const { entries, damage, isClosed } = readAll(bytes.subarray(0, bytes.length - cut));
      expect(isClosed).toBe(false);
      expect(damage.map(({ kind }) => kind)).toEqual(['torn']);
      expect(damage[0]?.bytes).toBeGreaterThan(0);
      if (cut > 100) expect(entries.length).toBeLessThan(whole);
      expect(numbersOf(entries)).toEqual(entries.map((_, i) => i));
    }
  });

  it('reads no nonsense from a damaged block, goes on after it, and knows the hole', () => {
    const bytes = encode(acks(20_000));
    const head = blocksOf(bytes)[0]?.from ?? 0;
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (where, flip) => {
        const flipped = Uint8Array.from(bytes);
        const at = head + (where % (bytes.length - head));
        flipped[at] = (flipped[at] as number) ^ flip;
        const { entries, damage } = readAll(flipped);
        expect(damage.some(isHole)).toBe(true);
        const numbers = numbersOf(entries) as number[];
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
        expect(new Set(numbers).size).toBe(numbers.length);
        const inLast = at >= (blocksOf(bytes).at(-2)?.from ?? 0);
        if (!inLast) expect(numbers.at(-1)).toBe(19_999);
      }),
      { seed: 11, numRuns: 40 },
    );
  });

  it.each(fuzzes())('reads no nonsense: $about', (fuzz) => {
    expect(survived(fuzz, 12, 500)).toBe(500);
  });

  it('refuses a file that is no ledger, or one of another version, in a sentence', () => {
    expect(() => new SegmentReader(bytesSource(new Uint8Array(40)))).toThrow(/not a ledger/);
    const old = Uint8Array.from(encode([]));
    old[8] = 1;
    expect(() => new SegmentReader(bytesSource(old))).toThrow(
      'it is of the ledger version 1, and this Twinstorm reads 2',
    );
    const huge = Uint8Array.from(encode([]));
    huge[12] = 0xff;
    const read = vi.fn(bytesSource(huge).read);
    expect(() => new SegmentReader({ size: 2 ** 40, read })).toThrow('its header is damaged');
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('computes the usual CRC-32', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });
});

describe('the blocks of a segment', () => {
  const bytes = encode(acks(9), 3);
  const head = bytes.subarray(0, blocksOf(bytes)[0]?.from ?? 0);
  const [first, second, third, closing] = blocksOf(bytes).map(({ from, to }) =>
    bytes.subarray(from, to),
  ) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const told = (...blocks: Uint8Array[]): [unknown[], Damage['kind'][], boolean] => {
    const { entries, damage, isClosed } = readAll(Buffer.concat([head, ...blocks]));
    return [numbersOf(entries), damage.map(({ kind }) => kind), isClosed];
  };
  const all = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const withoutSecond = [0, 1, 2, 6, 7, 8];

  it('are all there', () => {
    expect(told(first, second, third, closing)).toEqual([all, [], true]);
  });

  it('are missed when one is lost, wherever it was', () => {
    expect(told(first, third, closing)).toEqual([withoutSecond, ['lost'], true]);
    expect(told(second, third, closing)).toEqual([all.slice(3), ['lost'], true]);
    expect(told(first, second, closing)).toEqual([all.slice(0, 6), ['lost'], true]);
  });

  it('say that nobody closed the segment, and whether it was torn', () => {
    expect(told(first, second, third)).toEqual([all, ['unclosed'], false]);
    expect(told()).toEqual([[], ['unclosed'], false]);
    expect(told(first, second, third, closing.subarray(1))).toEqual([all, ['torn'], false]);
  });

  it('are dropped when they come again, also after the closing record', () => {
    expect(told(first, second, second, third, closing)).toEqual([all, ['doubled'], true]);
    expect(told(first, second, third, closing, closing)).toEqual([all, ['doubled'], true]);
    const { damage } = readAll(Buffer.concat([bytes, third, new Uint8Array(5)]));
    expect(damage.map(({ kind }) => kind)).toEqual(['doubled', 'damaged']);
    expect(damage.some(isHole)).toBe(false);
  });

  it('leave a hole when two are swapped, since time does not go back', () => {
    expect(told(first, third, second, closing)).toEqual([
      withoutSecond,
      ['lost', 'misplaced'],
      true,
    ]);
    expect(told(first, second, closing, third)).toEqual([
      all.slice(0, 6),
      ['lost', 'misplaced'],
      true,
    ]);
  });

  it('are no blocks in another segment', () => {
    const strange = encode(acks(9), 3, { ...HEADER, segment: 'shard-1' });
    const [, other] = blocksOf(strange);
    const foreign = strange.subarray(other?.from, other?.to);
    expect(told(first, foreign, third, closing)).toEqual([withoutSecond, ['damaged'], true]);
  });

  it('are found again behind any number of bytes that are none', () => {
    const noise = Uint8Array.from({ length: 700_000 }, (_, i) => (i * 7919) >> 3);
    expect(told(first, noise, second, third, closing)).toEqual([all, ['damaged'], true]);
    expect(told(first, noise, third, closing)).toEqual([withoutSecond, ['damaged'], true]);
  });

  it('are found right behind a single byte that is none', () => {
    expect(told(first, Uint8Array.of(7), second, third, closing)).toEqual([all, ['damaged'], true]);
    expect(told(Uint8Array.of(7), first, second, third, closing)).toEqual([all, ['damaged'], true]);
  });

  it('are not taken for whole when they say that they are longer, which no checksum covers', () => {
    const longer = Uint8Array.from(closing);
    longer[0] = (longer[0] ?? 0) + 1;
    expect(told(first, second, third, longer)).toEqual([all, ['torn'], false]);
  });

  it('are never read as long as a damaged length says', () => {
    const damaged = Uint8Array.from(second);
    damaged[3] = 0xff;
    const { size, read } = bytesSource(Buffer.concat([head, first, damaged, third, closing]));
    const asked = vi.fn(read);
    const reader = new SegmentReader({ size: size + 2 ** 32, read: asked }, TABLE);
    while (reader.next() !== null);
    expect(asked.mock.calls.length).toBeGreaterThan(3);
    for (const [, length] of asked.mock.calls) expect(length).toBeLessThan(1e6);
  });

  it('are none after the closing record', () => {
    const parts: Uint8Array[] = [];
    const encoder = new LedgerEncoder(HEADER, (part) => parts.push(part));
    encoder.write(1, 'note', { text: 'one' });
    encoder.close();
    encoder.write(2, 'note', { text: 'two' });
    encoder.flush();
    const { entries, damage } = readAll(Buffer.concat(parts));
    expect([entries.length, damage.length]).toEqual([1, 1]);
  });

  it('are counted by the closing record', () => {
    const parts: Uint8Array[] = [];
    const encoder = new LedgerEncoder(HEADER, (part) => parts.push(part));
    encoder.write(1, 'note', { text: 'one' });
    encoder.entries++;
    encoder.close();
    expect(readAll(Buffer.concat(parts)).damage.map(({ kind }) => kind)).toEqual(['miscounted']);
  });

  it('tell their damage in words', () => {
    const texts = (...blocks: Uint8Array[]): string[] =>
      readAll(Buffer.concat([head, ...blocks])).damage.map(damageText);
    expect(texts(first, third, third)).toEqual([
      'lacks 1 block',
      'holds a block twice, which was dropped',
      'was never closed: whoever wrote it did not come to its end',
    ]);
    expect(texts(first, second.subarray(1), third, closing)).toEqual([
      `is damaged: ${second.length - 1} bytes cannot be read, and 1 block with them`,
    ]);
    expect(texts(first, second.subarray(1))).toEqual([
      `is torn: its last ${second.length - 1} bytes cannot be read`,
    ]);
  });
});
