/** By which gateway a device is reached: as the newest says that was heard of it. */
import { expect, it } from 'vitest';
import { Routes } from './routes.ts';

const routes = (): Routes =>
  new Routes([
    { id: 'gate', lane: 3, speaksFor: ['child', 'kin'] },
    { id: 'spare', lane: 3, speaksFor: ['own', 'child'], standsInFor: ['child'] },
    { id: 'alone', lane: 3 },
  ]);

it('knows whose each is, and that some have two', () => {
  const known = routes();
  expect(['child', 'kin', 'own', 'alone'].map((one) => known.ownOf(one))).toEqual([
    ...['gate', 'gate', 'spare'],
    null,
  ]);
  expect(known.areSeveral).toBe(true);
  expect(new Routes([{ id: 'gate', lane: 3, speaksFor: ['kin'] }]).areSeveral).toBe(false);
});

it('goes by who brought the newest, and by its own where both did', () => {
  const known = routes();
  const heard = (by: string, n: number): string | null => {
    known.heard('child', by, n);
    return known.standInOf('child');
  };
  expect(known.standInOf('child')).toBe(null);
  expect(heard('gate', 4)).toBe(null);
  expect(heard('spare', 5)).toBe('spare');
  // What its own had kept, and brings late.
  expect(heard('gate', 3)).toBe('spare');
  expect(heard('gate', 5)).toBe(null);
  expect(heard('spare', 5)).toBe(null);
});

it('goes by nobody who does not stand in for it', () => {
  const known = routes();
  known.heard('child', 'alone', 9);
  expect(known.standInOf('child')).toBe(null);
  known.heard('kin', 'spare', 9);
  expect(known.standInOf('kin')).toBe(null);
});
