/** A workflow whose throws are told under its own name: they are its author's affair, not ours. */
import { dueTime, type Hooks, hookFlaw, inNameOf, nextTime, type Paced, threw } from '#kernel';
import type { Wheel } from '../fleet/pacing.ts';
import type { Workflow, WorkflowKind } from './workflow.ts';

const HOOKS: Hooks<keyof Workflow> = {
  ready: 'may',
  trouble: 'may',
  stop: 'must',
  seen: 'may',
  account: 'must',
  readBack: 'may',
  end: 'must',
};

export function guarded(kind: WorkflowKind, start: () => Workflow): Workflow {
  const workflow = named(kind, 'start', () => {
    const started = start();
    const flaw = hookFlaw(started, HOOKS);
    if (flaw !== null) throw flaw;
    return started;
  });
  return {
    ready: () => settled(kind, 'ready', async () => workflow.ready?.()),
    trouble: () => named(kind, 'trouble', () => workflow.trouble?.() ?? null),
    stop: () => named(kind, 'stop', () => workflow.stop()),
    ...(workflow.seen === undefined
      ? {}
      : { seen: (message) => named(kind, 'seen', () => workflow.seen?.(message)) }),
    account: (untilMs) => named(kind, 'account', () => workflow.account(untilMs)),
    readBack: () => settled(kind, 'readBack', async () => workflow.readBack?.()),
    end: () => settled(kind, 'end', async () => workflow.end()),
  };
}

/** What it has put on the wheel is its own as well. */
export function guardedWheel(kind: WorkflowKind, wheel: Wheel): Wheel {
  const own = (paced: Paced): Paced => ({
    fire: (atMs) => named(kind, 'fire', () => nextTime(paced, atMs)),
  });
  const time = (hook: keyof Wheel, ms: number): number => named(kind, hook, () => dueTime(ms));
  return {
    add: (dueMs, paced) => wheel.add(time('add', dueMs), own(paced)),
    addAfter: (delayMs, paced) => wheel.addAfter(time('addAfter', delayMs), own(paced)),
    after: (delayMs, action) =>
      wheel.after(time('after', delayMs), () => named(kind, 'after', action)),
  };
}

export const named = <T>({ kind }: WorkflowKind, where: string, action: () => T): T =>
  inNameOf(`the workflow ${kind}`, where, action);

async function settled(
  { kind }: WorkflowKind,
  where: string,
  action: () => Promise<void>,
): Promise<void> {
  try {
    await action();
  } catch (error) {
    throw threw(`the workflow ${kind}`, where, error);
  }
}
