/** Places on the earth, taken for a ball: near enough for a town. */

const RADIUS_M = 6_371_000;
const DEGREE = Math.PI / 180;

export interface Place {
  /** Degrees. */
  latitude: number;
  longitude: number;
}

/** m of a degree along a meridian: 111.195 km. */
const METRES_PER_DEGREE = RADIUS_M * DEGREE;

/** So many metres to the east and to the north of it. */
export const beside = ({ latitude, longitude }: Place, east: number, north: number): Place => ({
  latitude: latitude + north / METRES_PER_DEGREE,
  longitude: longitude + east / (METRES_PER_DEGREE * Math.cos(latitude * DEGREE)),
});

/** As the crow flies, m. */
export function distance(a: Place, b: Place): number {
  const up = Math.sin(((b.latitude - a.latitude) * DEGREE) / 2);
  const across = Math.sin(((b.longitude - a.longitude) * DEGREE) / 2);
  const both = Math.cos(a.latitude * DEGREE) * Math.cos(b.latitude * DEGREE);
  return 2 * RADIUS_M * Math.asin(Math.sqrt(up * up + both * across * across));
}
