/** What the fields of a service must be, for the platform that starts them and for the family. */
import { defineFamily, field } from '#kernel';
import type { ServiceKind } from './service.ts';

export const serviceShape = defineFamily<ServiceKind>({
  family: 'service',
  plural: 'services',
  folders: ['twins/platform/services'],
  define: 'defineService',
  mark: 'schema',
  fields: {
    summary: field.text,
    schema: field.words,
    seams: field.maybe(field.list),
    truth: field.text,
    channels: field.maybe(field.list),
    listens: field.maybe(field.table),
    speaks: field.maybe(field.list),
    readsNothing: field.maybe(field.flag),
    intake: field.maybe(field.table),
    start: field.action,
  },
});
