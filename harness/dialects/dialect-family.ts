/** How a dialect is known and checked. */
import { defineFamily, field } from '#kernel';
import type { DialectKind } from './dialect.ts';

export const dialectFamily = defineFamily<DialectKind>({
  family: 'dialect',
  plural: 'dialects',
  folders: ['harness/dialects'],
  define: 'defineDialect',
  mark: 'bind',
  fields: {
    summary: field.text,
    codec: field.maybe(field.text),
    offers: field.maybe(field.list),
    countsReports: field.maybe(field.flag),
    login: field.maybe(field.oneOf('token')),
    maxQos: field.maybe(field.number),
    brings: field.maybe(field.list),
    serves: field.maybe(field.action),
    isLaned: field.maybe(field.flag),
    passesThrough: field.maybe(field.flag),
    parts: field.maybe(field.list),
    atMost: field.maybe(field.table),
    cleanBecause: field.maybe(field.text),
    packs: field.maybe(field.flag),
    problems: field.maybe(field.action),
    bind: field.action,
    over: field.maybe(field.action),
  },
  duties: async () => (await import('./dialect-duties.ts')).duties,
});
