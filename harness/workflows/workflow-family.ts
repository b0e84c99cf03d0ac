/** How a workflow is known and checked. */
import { defineFamily, field } from '#kernel';
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
    parts: field.maybe(field.list),
    ops: field.maybe(field.table),
    session: field.maybe(field.text),
    resolve: field.action,
    start: field.action,
  },
  takes: ({ params }) => params,
});
