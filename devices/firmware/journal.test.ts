/** What is written into a journal is there after any loss of power, also where sectors are worn. */
import { describe, expect, it } from 'vitest';
import { type Cut, Flash, PowerLost, type Wear } from './flash.ts';
import { headOf, Journal, SIDES } from './journal.ts';

const LONG = 'x'.repeat(900);

/** Of sides with so many sectors, the first of which counts. */
function flashOf(sectors: number): Flash {
  const flash = new Flash(Array.from({ length: SIDES * sectors }, () => null));
  flash.program(0, 0, headOf(1));
  return flash;
}

function opened(flash: Flash, sectors: number): Journal {
  const journal = new Journal(flash, 0, sectors);
  journal.open();
  return journal;
}

/** Writes numbers until power goes; the last one that is sure to be there. */
function counts(flash: Flash, sectors: number, from: number, times: number): number {
  const journal = opened(flash, sectors);
  let sure = from;
  try {
    for (let n = from + 1; n <= from + times; n++) {
      journal.put('n', n);
      sure = n;
      journal.put(n % 2 === 0 ? 'even' : 'odd', LONG);
    }
  } catch (error) {
    if (!(error instanceof PowerLost)) throw error;
  }
  return sure;
}

describe.each([1, 2])('a journal with sides of %i sectors', (sectors) => {
  it('holds what was written last, however much came before', () => {
    const flash = flashOf(sectors);
    counts(flash, sectors, 0, 90);
    const journal = opened(flash, sectors);
    expect([journal.get('n'), journal.get('odd')]).toEqual([90, LONG]);
    journal.put('n', undefined);
    expect(opened(flash, sectors).get('n')).toBeUndefined();
  });

  it.each<Cut>(['before', 'torn'])('loses no more than the step that power went %s', (kind) => {
    for (let at = 1; at < 300; at++) {
      const flash = flashOf(sectors);
      const first = flash.steps;
      flash.cutAt = (step) => (step === first + at ? kind : 'none');
      const sure = counts(flash, sectors, 0, 40);
      flash.cutAt = null;
      const found = Number(opened(flash, sectors).get('n') ?? 0);
      // What power went in may be there.
      expect([sure, sure + 1], `step ${at}`).toContain(found);
      counts(flash, sectors, found, 20);
      expect(opened(flash, sectors).get('n')).toBe(found + 20);
    }
  });

  it.each<Wear>(['nothing', 'half'])(
    'goes on where a sector is worn (%s of it is erased)',
    (wear) => {
      for (let worn = 0; worn < SIDES * sectors; worn++) {
        const flash = flashOf(sectors);
        flash.wornAt = (sector) => (sector === worn ? wear : null);
        counts(flash, sectors, 0, 90);
        expect(opened(flash, sectors).get('n'), `sector ${worn}`).toBe(90);
      }
    },
  );
});

it('forgets nothing that it had, where no other side can be erased', () => {
  const flash = flashOf(1);
  const journal = opened(flash, 1);
  for (let n = 1; n <= 4; n++) counts(flash, 1, n, 1);
  const before = opened(flash, 1).get('n');
  flash.wornAt = () => 'nothing';
  for (let sector = 0; sector < SIDES; sector++) flash.turn(sector, 4000, 0);
  journal.open();
  for (let n = 0; n < 40; n++) journal.put('floor', n);
  expect(journal.get('floor')).toBe(39);
  expect(opened(flash, 1).get('n')).toBe(before);
});
