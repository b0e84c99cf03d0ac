/** How a fault is known and checked. */
import { defineFamily, field } from '#kernel';
import type { FaultKind } from './fault.ts';

export const faultFamily = defineFamily<FaultKind>({
  family: 'fault',
  plural: 'faults',
  folders: ['chaos/faults'],
  define: 'defineFault',
  mark: 'inject',
  fields: {
    summary: field.text,
    acts: field.oneOf('link', 'target', 'device', 'bus', 'part', 'inside', 'behind'),
    additive: field.maybe(field.flag),
    underState: field.maybe(field.oneOf('ends', 'lasts')),
    parts: field.maybe(field.list),
    params: field.params,
    resolve: field.action,
    draw: field.maybe(field.action),
    inject: field.action,
  },
  params: ({ params }) => params,
  duties: async () => (await import('./fault-duties.ts')).duties,
});
