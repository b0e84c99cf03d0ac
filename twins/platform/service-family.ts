/** How a service of the twin is known and checked, and what it owes beside a sound form. */
import type { Family } from '#kernel';
import type { ServiceKind } from './service.ts';
import { serviceShape } from './service-shape.ts';

export const serviceFamily: Family<ServiceKind> = {
  ...serviceShape,
  duties: async () => (await import('./service-duties.ts')).duties,
};
