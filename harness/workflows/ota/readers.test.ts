/** Who is owed which reading, and what is wrong with one that tells too little. */
import { expect, it } from 'vitest';
import type { FirmwarePlan, Reads, Speech } from '#kernel';
import { Readers } from './readers.ts';

const SPEECH: Speech = { schema: 2, renames: { level: 'height' }, drops: ['door'], keeps: false };
const STREAM = { code: 4, schedule: { by: 'sampling' } };

class Ledger {
  readonly entries: object[] = [];

  write(op: string, fields: object): void {
    this.entries.push({ op, ...fields });
  }
}

function read(said: object, reads: Partial<Record<'old' | 'new', Reads>> = {}, of = ''): object[] {
  const ledger = new Ledger();
  const firmware = {
    campaign: { of },
    readers: { signals: [['level', 'door']], reads: { old: 'both', new: 'both', ...reads } },
  } as unknown as FirmwarePlan;
  const plan = { devices: [{ id: 'tanks/1', entry: 0 }] };
  const readers = new Readers({ plan, ledger } as never, firmware, SPEECH);
  readers.seen({ device: 0, stream: STREAM as never, n: 7, values: () => said as never });
  readers.end();
  return ledger.entries;
}

const counted = (owed: number, spared: number, misread: number): object => ({
  ...{ op: 'ota/readings', device: 0 },
  ...{ owed, spared, misread },
});

const missed = (reader: string, schema: number, name: string): object => ({
  ...{ op: 'ota/misread', device: 0, stream: 4, n: 7, reader, schema },
  why: `it does not tell ${name}`,
});

it('finds what each needs in what the firmware before says', () => {
  expect(read({ level: 3, door: 0 })).toEqual([counted(2, 0, 0)]);
});

it('knows the new names only where it was written for them', () => {
  expect(read({ schema: 2, height: 3 })).toEqual([missed('old', 2, 'level'), counted(2, 0, 1)]);
  expect(read({ schema: 2, height: 3 }, { old: 'own' })).toEqual([counted(1, 1, 0)]);
  expect(read({ schema: 2, level: 3, door: 0 }, { old: 'own' })).toEqual([
    missed('new', 2, 'height'),
    counted(1, 1, 1),
  ]);
});

it('owes the new one nothing of before where it is written for its own alone', () => {
  expect(read({ level: 3 }, { new: 'own' })).toEqual([missed('old', 1, 'door'), counted(1, 1, 1)]);
});

it('owes nobody what neither was written for, and takes no number for a value', () => {
  expect(read({ schema: 3 })).toEqual([counted(0, 2, 0)]);
  expect(read({ level: '3', door: 0 })).toHaveLength(3);
});

it('looks at devices of its campaign alone', () => {
  expect(read({ level: 3, door: 0 }, {}, 'tanks')).toHaveLength(1);
  expect(read({ level: 3, door: 0 }, {}, 'tank')).toEqual([]);
});
