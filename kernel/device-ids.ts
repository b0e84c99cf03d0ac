/**
 * Which devices are meant where a scenario names some by how their ids begin. Ids read
 * `entry/site/index`, and a name ends with a whole part of one: `fridges` is not of `fridges2/…`.
 */

/** An empty prefix is of all. */
export const isOf = (prefix: string, id: string): boolean =>
  prefix === '' || `${id}/`.startsWith(`${prefix}/`);
