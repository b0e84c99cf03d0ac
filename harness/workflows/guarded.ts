/** A workflow whose throws are told under its own name: they are its author's affair, not ours. */
import { threw, WorldError } from '#kernel';
import type { Workflow, WorkflowKind } from './workflow.ts';

export function guarded(kind: WorkflowKind, start: () => Workflow): Workflow {
  const workflow = named(kind, 'start', start);
  return {
    stop: () => named(kind, 'stop', () => workflow.stop()),
    account: (untilMs) => named(kind, 'account', () => workflow.account(untilMs)),
    readBack: () => settled(kind, 'readBack', async () => workflow.readBack?.()),
    end: () => settled(kind, 'end', async () => workflow.end()),
  };
}

export function named<T>(kind: WorkflowKind, where: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw told(kind, where, error);
  }
}

async function settled(
  kind: WorkflowKind,
  where: string,
  action: () => Promise<void>,
): Promise<void> {
  try {
    await action();
  } catch (error) {
    throw told(kind, where, error);
  }
}

const told = ({ kind }: WorkflowKind, where: string, error: unknown): WorldError =>
  error instanceof WorldError ? error : threw(`the workflow ${kind}`, where, error);
