/**
 * Which devices an operator means by how their ids begin; empty for all. The platform reads it in
 * its own way: what plans and oracles go by would be wrong in both.
 */
export const isOf = (prefix: string, id: string): boolean =>
  prefix === '' || id === prefix || id.startsWith(`${prefix}/`);
