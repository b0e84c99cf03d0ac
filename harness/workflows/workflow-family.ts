/** How a workflow is known and checked. */
import { defineFamily, field } from '#kernel';
import type { WorkflowKind } from './workflow.ts';

export const workflowFamily = defineFamily<WorkflowKind>({
  family: 'workflow',
  plural: 'workflows',
  folders: ['harness/workflows'],
  define: 'defineWorkflow',
  fields: { summary: field.text, params: field.params },
  takes: ({ params }) => params,
});
