/** How a protocol is known and checked. */
import { defineFamily, type Family, field } from '#kernel';
import type { ProtocolKind } from './protocol.ts';

export const protocolFamily: Family<ProtocolKind> = {
  ...defineFamily<ProtocolKind>({
    family: 'protocol',
    plural: 'protocols',
    folders: ['harness/fleet/protocols'],
    define: 'defineProtocol',
    fields: {
      summary: field.text,
      params: field.params,
      channel: field.maybe(field.text),
      sessions: field.flag,
      window: field.maybe(field.number),
      intake: field.maybe(field.table),
      reach: field.action,
    },
    params: ({ params }) => params,
  }),
  duties: async () => (await import('./protocol-duties.ts')).duties,
};
