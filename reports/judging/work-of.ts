/**
 * Whether a run has what a checker or a chapter is about: a workflow that was at work, a part that
 * some device has, a way in which some devices or faults are meant to be. Whoever names none is
 * about every run.
 */
import type { EntryPlan, FaultPlan, Plan, StreamPlan } from '#kernel';

export type WorkflowPlan = Plan['workflows'][number];

export interface About {
  /** One of these, where it names several. */
  workflow?: string | readonly string[];
  /** And the plan says this of it. */
  planned?: keyof WorkflowPlan;
  part?: string;
  /** And of that part, this parameter is set. */
  set?: string;
  entry?: keyof EntryPlan;
  fault?: keyof FaultPlan;
  stream?: keyof StreamPlan;
}

export const hasWorkOf = (
  { workflow, planned, part, set, entry, fault, stream }: About,
  {
    workflows,
    entries,
    faults,
    streams,
  }: Pick<Plan, 'workflows' | 'entries' | 'faults' | 'streams'>,
): boolean =>
  (fault === undefined || faults.some((one) => one[fault] !== undefined)) &&
  (stream === undefined || streams.some((one) => one[stream] !== undefined)) &&
  (entry === undefined || entries.some((one) => one[entry] !== undefined)) &&
  (workflow === undefined ||
    workflows.some(
      (one) =>
        [workflow].flat().includes(one.workflow) &&
        (planned === undefined || one[planned] !== undefined),
    )) &&
  (part === undefined ||
    entries.some(({ parts }) =>
      parts.some(
        ({ kind, params }) => kind === part && (set === undefined || params[set] !== undefined),
      ),
    ));
