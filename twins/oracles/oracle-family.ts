/** How an oracle is known and checked. */
import { defineFamily, field, isMap } from '#kernel';
import { oraclesByKind } from './kinds.ts';
import type { OracleKind } from './oracle.ts';

export const oracleFamily = defineFamily<OracleKind>({
  family: 'oracle',
  plural: 'oracles',
  folders: ['twins/oracles'],
  define: 'defineOracle',
  mark: 'scope',
  fields: {
    summary: field.text,
    scope: field.oneOf('lane', 'fleet'),
    ops: field.maybe(field.list),
    fleet: field.maybe((half, name) => [
      ...field.table(half, name),
      ...(isMap(half)
        ? [...field.list(half.ops, `${name}.ops`), ...field.action(half.start, `${name}.start`)]
        : []),
    ]),
    start: field.action,
  },
  answers: (oracle) => [...oraclesByKind([oracle]).keys()],
  duties: async () => (await import('./oracle-duties.ts')).duties,
});
