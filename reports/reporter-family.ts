/** How a reporter is known and checked. */
import { defineFamily, field } from '#kernel';
import type { Reporter } from './reporter.ts';

export const reporterFamily = defineFamily<Reporter>({
  family: 'reporter',
  plural: 'reports',
  also: ['reporters'],
  folders: ['reports/reporters'],
  define: 'defineReporter',
  mark: 'render',
  fields: { summary: field.text, file: field.text, render: field.action },
  duties: async () => (await import('./duties/reporter-duties.ts')).duties,
});
