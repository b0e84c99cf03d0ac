/** How a workflow is known and checked. */
import { defineFamily, field, opsFlaws } from '#kernel';
import type { WorkflowKind } from './workflow.ts';

export const workflowFamily = defineFamily<WorkflowKind>({
  family: 'workflow',
  plural: 'workflows',
  folders: ['harness/workflows'],
  define: 'defineWorkflow',
  fields: {
    summary: field.text,
    params: field.params,
    needs: field.maybe(field.list),
    wakes: field.maybe(field.list),
    parts: field.maybe(field.list),
    mqtt: field.maybe(field.oneOf('5')),
    ops: opsFlaws,
    session: field.maybe(field.text),
    resolve: field.action,
    beside: field.maybe(field.action),
    start: field.action,
  },
  params: ({ params }) => params,
  duties: async () => (await import('./workflow-duties.ts')).duties,
});
