/**
 * What cannot stand in one plan of the ledger ops that parts and workflows declare. Two may write
 * one op, alike; what one of them wrote otherwise would be read as what the other means.
 */
import { DECLARED_OPS_MAX, type OpPlan, type Problem } from '#kernel';

interface Writer {
  kind: string;
  ops?: Readonly<Record<string, OpPlan['fields']>> | undefined;
}

export function opProblems(writers: readonly Writer[]): Problem[] {
  return [...declaredOtherwise(writers), ...tooMany(writers)];
}

function declaredOtherwise(writers: readonly Writer[]): Problem[] {
  const first = new Map<string, { kind: string; fields: OpPlan['fields'] }>();
  return writers.flatMap(({ kind, ops = {} }) =>
    Object.entries(ops).flatMap(([op, fields]): Problem[] => {
      const other = first.get(op);
      if (other === undefined) first.set(op, { kind, fields });
      if (other === undefined || areAlike(other.fields, fields)) return [];
      const message = `${other.kind} and ${kind} both declare the op ${op}, with other fields`;
      const hint = 'declare it alike in both, or rename it in one of them';
      return [{ code: 'twice', path: 'fleet', message, hint }];
    }),
  );
}

/** In whatever order: both write by name. */
function areAlike(one: OpPlan['fields'], other: OpPlan['fields']): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
  );
}

/** A code has eight bits. */
function tooMany(writers: readonly Writer[]): Problem[] {
  const own = new Set(writers.flatMap(({ ops = {} }) => Object.keys(ops))).size;
  if (own <= DECLARED_OPS_MAX) return [];
  const most = writers
    .map(({ kind, ops = {} }) => ({ kind, count: Object.keys(ops).length }))
    .sort((a, b) => b.count - a.count)
    .slice(0, 3)
    .map(({ kind, count }) => `${kind} (${count})`);
  const message = `${own} ops are more than a plan holds of parts and workflows`;
  const hint = `${DECLARED_OPS_MAX} at most; leave out a part: ${most.join(', ')} bring most`;
  return [{ code: 'too-many-ops', path: 'fleet', message, hint }];
}
