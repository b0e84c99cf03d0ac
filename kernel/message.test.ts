import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedByte, hashBytes } from './message.ts';

const payload = fc.uint8Array({ minLength: 1, maxLength: 300 });

describe('the hash of a payload', () => {
  it('is FNV-1a', () => {
    expect(hashBytes(Buffer.from(''))).toBe(0x811c9dc5);
    expect(hashBytes(Buffer.from('foobar'))).toBe(0xbf9cf968);
  });

  it('tells which byte was changed', () => {
    fc.assert(
      fc.property(payload, fc.nat(), fc.integer({ min: 1, max: 255 }), (sent, at, by) => {
        const arrived = sent.slice();
        const index = at % sent.length;
        arrived[index] = (sent[index] ?? 0) ^ by;
        expect(changedByte(arrived, hashBytes(sent))).toBe(index);
      }),
      { numRuns: 2000 },
    );
  });

  it('and that it was more than one, or none', () => {
    const sent = Buffer.from('{"n":21,"e":1,"t":10500,"v":{"temperature":21.5}}');
    const hash = hashBytes(sent);
    expect(changedByte(sent, hash)).toBe(-1);
    expect(changedByte(sent.subarray(1), hash)).toBe(-1);
    expect(changedByte(Buffer.from(sent.toString().replace('21.5', '99.9')), hash)).toBe(-1);
    expect(changedByte(Buffer.from('nothing of the kind'), hash)).toBe(-1);
    expect(changedByte(Buffer.from(''), hash)).toBe(-1);
  });
});
