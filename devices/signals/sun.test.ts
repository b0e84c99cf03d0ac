/** The sun against the almanac, and the sky against chance. */
import { expect, it } from 'vitest';
import { clearSky, declination, isRainy, skyOf, sunHeight } from './sun.ts';

it('stands 23.45° from the equator at the solstices', () => {
  expect(declination(172)).toBeCloseTo(23.45, 2);
  expect(declination(355)).toBeCloseTo(-23.45, 2);
});

it('is highest at noon, as high before as after it, and below the ground at night', () => {
  const at = (hour: number): number => sunHeight(48, 172, hour);
  expect(at(12)).toBeCloseTo(Math.cos(((48 - 23.45) * Math.PI) / 180), 4);
  for (const by of [1, 3.5, 6]) expect(at(12 - by)).toBeCloseTo(at(12 + by), 12);
  expect(clearSky(at(0))).toBe(0);
  expect(clearSky(at(12))).toBeGreaterThan(850);
});

it('has a sky that is now clear and now overcast, and the same whenever it is looked at', () => {
  const days = Array.from({ length: 200 }, (_, day) => skyOf(7, day));
  const all = days.flatMap((day) => [...day]);
  expect(all.some((through) => through > 0.95)).toBe(true);
  expect(all.some((through) => through < 0.3)).toBe(true);
  expect(skyOf(7, 150)).toEqual(days[150]);
  const rainy = days.filter((_, day) => isRainy(8, day, 0.15)).length;
  expect(Math.abs(rainy - 30)).toBeLessThan(16);
});
