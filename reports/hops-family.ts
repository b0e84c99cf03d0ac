/** How hops are known and checked. */
import { defineFamily, field } from '#kernel';
import type { HopsKind } from './hops.ts';

export const hopsFamily = defineFamily<HopsKind>({
  family: 'hops',
  plural: 'hops',
  folders: ['reports/hops'],
  define: 'defineHops',
  fields: {
    summary: field.text,
    ops: field.list,
    names: field.maybe(field.table),
    rare: field.maybe(field.list),
    start: field.action,
    beside: field.maybe(field.action),
    asks: field.maybe(field.list),
    look: field.maybe(field.action),
    about: field.maybe(field.action),
  },
  names: { asks: 'oracle' },
  duties: async () => (await import('./duties/hops-duties.ts')).duties,
});
