/**
 * A workflow: what an operator does to a platform while the run goes on. One file in this folder
 * with a default export made by `defineWorkflow`; a scenario names it under `workflows:`.
 */
import { type Params, stamp } from '#kernel';

export interface WorkflowKind {
  kind: string;
  summary: string;
  params: Params;
}

export const defineWorkflow = (workflow: WorkflowKind): WorkflowKind => stamp('workflow', workflow);
