/**
 * Whether a run has what a checker or a chapter is about: a workflow that was at work, a part that
 * some device has. Whoever names neither is about every run.
 */
import type { Plan } from '#kernel';

export interface About {
  workflow?: string;
  part?: string;
}

export const hasWorkOf = ({ workflow, part }: About, { workflows, entries }: Plan): boolean =>
  (workflow === undefined || workflows.some((planned) => planned.workflow === workflow)) &&
  (part === undefined || entries.some(({ parts }) => parts.some(({ kind }) => kind === part)));
