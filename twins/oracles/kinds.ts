/**
 * Oracles by the words by which they are asked. The half of a lane's oracle that sees the fleet is
 * an oracle like any other, and found under the word of the whole.
 */
import type { OracleKind } from './oracle.ts';

export function oraclesByKind(oracles: Iterable<OracleKind>): Map<string, OracleKind> {
  const kinds = new Map<string, OracleKind>();
  for (const oracle of oracles) {
    kinds.set(oracle.kind, oracle);
    const { fleet, summary } = oracle;
    const kind = `${oracle.kind}/fleet`;
    if (fleet !== undefined) kinds.set(kind, { ...fleet, kind, summary, scope: 'fleet' });
  }
  return kinds;
}
