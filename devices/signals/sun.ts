/**
 * Where the sun stands, and how much of it reaches the ground: geometry for the clear sky
 * (Haurwitz), and a sky that is clear, broken or overcast by stretches of ten minutes, each after
 * the last one by chance. A day's sky hangs on the day alone, so any day may be asked for first.
 */
import { normalAt, unitAt } from '#kernel';

const RADIANS = Math.PI / 180;
const DAYS = 365;
const TILT_OF_EARTH = 23.45;

/** Degrees, on a day of the year from 1 on. */
export const declination = (day: number): number =>
  TILT_OF_EARTH * Math.sin((2 * Math.PI * (284 + day)) / DAYS);

/** Cosine of the angle between sun and zenith; `hour` is of the sun, 12 at noon. */
export function sunHeight(latitude: number, day: number, hour: number): number {
  const [lat, dec] = [latitude * RADIANS, declination(day) * RADIANS];
  const turn = (hour - 12) * 15 * RADIANS;
  return Math.sin(lat) * Math.sin(dec) + Math.cos(lat) * Math.cos(dec) * Math.cos(turn);
}

/** W/m² on the flat ground under a clear sky. */
export const clearSky = (cosZenith: number): number =>
  cosZenith <= 0 ? 0 : 1098 * cosZenith * Math.exp(-0.059 / cosZenith);

const BLOCKS = 144;
/** Of a clear, a broken and an overcast sky: what comes through in the mean, and how unsteadily. */
const SKIES = [
  { through: 1, unsteady: 0.01 },
  { through: 0.65, unsteady: 0.2 },
  { through: 0.25, unsteady: 0.06 },
] as const;
/** From each to each within ten minutes. */
const TURNS = [
  [0.94, 0.05, 0.01],
  [0.06, 0.88, 0.06],
  [0.01, 0.06, 0.93],
] as const;

/** What comes through on one day, ten minutes by ten minutes. */
export function skyOf(key: number, day: number): Float64Array {
  const through = new Float64Array(BLOCKS);
  let sky = Math.floor(unitAt(key, day * 1024) * SKIES.length);
  for (let block = 0; block < BLOCKS; block++) {
    const draw = unitAt(key, day * 1024 + 1 + block);
    const [stay = 0, next = 0] = TURNS[sky] ?? [];
    sky = draw < stay ? 0 : draw < stay + next ? 1 : 2;
    const { through: mean, unsteady } = SKIES[sky] ?? SKIES[0];
    const own = mean + unsteady * normalAt(key, day * 1024 + 512 + block);
    through[block] = Math.min(1.1, Math.max(0.05, own));
  }
  return through;
}

/** Whether enough rain falls on a day to wash what lies in it. */
export const isRainy = (key: number, day: number, share: number): boolean =>
  unitAt(key, day) < share;
