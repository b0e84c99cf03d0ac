/** How a service of the platform twin is known and checked. */
import { defineFamily, field } from '#kernel';
import type { ServiceKind } from './service.ts';

export const serviceFamily = defineFamily<ServiceKind>({
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
    start: field.action,
  },
});
