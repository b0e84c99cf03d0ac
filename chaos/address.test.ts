/** Addresses as people and clients write them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOf, addressText, bindError } from './address.ts';

describe('addressOf', () => {
  it.each([
    ['', '127.0.0.1', 0],
    [':0', '127.0.0.1', 0],
    [':1883', '127.0.0.1', 1883],
    ['localhost:80', '127.0.0.1', 80],
    ['broker.example:65535', 'broker.example', 65_535],
    ['[::1]:80', '::1', 80],
    ['[]:80', '127.0.0.1', 80],
  ])('reads %o', (text, host, port) => {
    expect(addressOf(text)).toEqual({ host, port });
  });

  it.each([
    ['a', 'missing port in address'],
    ['a:b:c', 'too many colons in address'],
    ['::1:80', 'too many colons in address'],
    ['a:65536', 'invalid port or host'],
    ['a:', 'invalid port or host'],
    ['a:-1', 'invalid port or host'],
    ['[::1', 'invalid port or host'],
  ])('refuses %o', (text, why) => {
    expect(() => addressOf(text)).toThrow(`listen tcp: address ${text}: ${why}`);
  });

  it('reads back what it writes, and takes or refuses any text', () => {
    const port = fc.nat({ max: 65_535 });
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()), port, (host, number) => {
        const address = { host, port: number };
        expect(addressOf(addressText(address))).toEqual(address);
      }),
      { seed: 1, numRuns: 200 },
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          const address = addressOf(text);
          expect(address.port).toBeLessThanOrEqual(65_535);
        } catch (error) {
          expect((error as Error).message).toMatch(/^listen tcp: address /);
        }
      }),
      { seed: 2, numRuns: 300 },
    );
  });
});

it('bindError speaks as Go does, and passes on what it does not know', () => {
  const address = { host: '::1', port: 80 };
  const taken = Object.assign(new Error('x'), { code: 'EADDRINUSE' });
  const text = 'listen tcp [::1]:80: bind: address already in use';
  expect(bindError(taken, address).message).toBe(text);
  expect(bindError(new Error('odd'), address).message).toBe('listen tcp [::1]:80: odd');
});
