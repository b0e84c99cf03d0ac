/** How an oracle is known and checked. */
import { defineFamily, field } from '#kernel';
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
    start: field.action,
  },
});
