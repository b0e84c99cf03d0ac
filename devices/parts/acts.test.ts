/** A device obeys a key once, however often it comes, and as long as its memory reaches. */
import { expect, it } from 'vitest';
import type { PartDevice } from '../part.ts';
import acts from './acts.ts';

function device(params: object = {}, seams: Record<string, unknown> = {}) {
  const done: string[] = [];
  const physics = {
    command: (name: string, value: unknown) => {
      done.push(`set ${name} ${value}`);
      return value !== 9;
    },
  };
  const part = acts.start({
    ...{ body: { physics }, row: { id: 'd/1' }, now: () => 50, code: () => 7 },
    paramsOf: () => ({ memory: 'flash', keys: 2, ...params }),
    write: (op: string, fields: object) => done.push(`${op} ${JSON.stringify(fields)}`),
    send: ({ n, values }: { n: number; values: object }) =>
      done.push(`says ${n} ${JSON.stringify(values)}`),
    seam: (name: string) => seams[name],
  } as unknown as PartDevice);
  const hears = (n: number, key: unknown, value: unknown = 1, stream = 'act'): string[] => {
    part.inbox?.({ stream, n, values: { key, name: 'lid', value } });
    return done.splice(0);
  };
  return {
    part,
    hears,
    sets: (...given: Parameters<typeof hears>) =>
      hears(...given).filter((one) => one.startsWith('set')),
  };
}

it('obeys once, writes what came of it, and answers again as it did first', () => {
  const { hears } = device();
  expect(hears(0, 'k')).toEqual([
    'acts/heard {"n":0,"key":"k","again":false}',
    'set lid 1',
    'acts/effect {"n":0,"key":"k","name":"lid","value":"1","done":true}',
    'says 0 {"key":"k","done":true}',
  ]);
  expect(hears(1, 'k')).toEqual([
    'acts/heard {"n":1,"key":"k","again":true}',
    'says 1 {"key":"k","done":true}',
  ]);
});

it('answers one that its physics refused as refused, once and again', () => {
  const { hears } = device();
  expect(hears(0, 'k', 9).at(-1)).toBe('says 0 {"key":"k","done":false}');
  expect(hears(0, 'k', 9)).toEqual([
    'acts/heard {"n":0,"key":"k","again":true}',
    'says 0 {"key":"k","done":false}',
  ]);
});

it('refuses what comes after a newer one of its name, whatever way it came', () => {
  const { sets, hears, part } = device();
  expect(sets(5, 'newer')).toEqual(['set lid 1']);
  expect(hears(4, 'older')).toEqual([
    'acts/heard {"n":4,"key":"older","again":false}',
    'acts/effect {"n":4,"key":"older","name":"lid","value":"1","done":false}',
    'says 4 {"key":"older","done":false}',
  ]);
  part.booted?.(2, 'test');
  expect(sets(3, 'oldest')).toEqual([]);
  expect(sets(6, 'newest')).toEqual(['set lid 1']);
});

it('passes over what bears no key, and what is of another stream', () => {
  const { hears } = device();
  expect(hears(0, undefined)).toEqual([]);
  expect(hears(0, 'k'.repeat(401))).toEqual([]);
  expect(hears(0, 'k', 1, 'command')).toEqual([]);
});

it('keeps so many keys, in flash over a restart, in ram not', () => {
  const flash = device();
  for (const key of ['a', 'b', 'c']) expect(flash.sets(0, key)).toHaveLength(1);
  flash.part.booted?.(2, 'test');
  expect(flash.sets(0, 'b')).toEqual([]);
  expect(flash.sets(0, 'a')).toEqual(['set lid 1']);
  const ram = device({ memory: 'ram' });
  ram.sets(0, 'a');
  expect(ram.sets(0, 'a')).toEqual([]);
  ram.part.booted?.(2, 'test');
  expect(ram.sets(0, 'a')).toEqual(['set lid 1']);
});

it('obeys again where a bug has it so', () => {
  const { sets } = device({}, { obeyAgain: () => true });
  sets(0, 'a');
  expect(sets(0, 'a')).toEqual(['set lid 1']);
});
