/** What a scenario says of tiers, read and held against what can be. */
import { formatDuration, isOf, type ParamValues, type Problem, type TierStep } from '#kernel';
import type { WorkflowContext } from '../workflow.ts';

const isRecord = (value: unknown): value is ParamValues =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The last, and no other, is kept for good: what is moved must stay in one. */
export function stepsOf(value: unknown): { steps: TierStep[]; problems: Problem[] } {
  const given = (Array.isArray(value) ? value : []).filter(isRecord);
  const steps = given.map(({ every, keep }) => ({
    everyMs: Number(every),
    keepMs: keep === undefined ? null : Number(keep),
  }));
  const problems: Problem[] = [];
  const amiss = (path: string, message: string, hint: string): void => {
    problems.push({ code: 'bad-value', path, message, hint });
  };
  for (const [at, { everyMs, keepMs }] of steps.entries()) {
    const isLast = at === steps.length - 1;
    const before = steps[at - 1]?.everyMs;
    if (before !== undefined && (everyMs <= before || everyMs % before !== 0)) {
      const nearest = before * Math.max(2, Math.round(everyMs / before));
      const own = formatDuration(everyMs);
      const message = `windows of ${own} are not made of whole ones of ${formatDuration(before)}`;
      amiss(`steps[${at}].every`, message, `write ${formatDuration(nearest)}`);
    }
    if (isLast && keepMs !== null) {
      const message = 'the widest windows go after a while, and what was moved into them with them';
      amiss(
        `steps[${at}].keep`,
        message,
        'leave it out, or add a wider step that is kept for good',
      );
    }
    if (!isLast && keepMs === null) {
      const message = 'windows are kept for good, and so the wider ones hold nothing else';
      amiss(
        `steps[${at}].keep`,
        message,
        `write for how long, such as ${formatDuration(everyMs * 12)}`,
      );
    }
  }
  return { steps, problems };
}

/** So long where nothing bounds it. */
const LATENESS_MS = 60_000;

/** What comes in time must find its window: it is no longer than the first of them is kept. */
export function latenessOf(
  value: unknown,
  steps: readonly TierStep[],
): { latenessMs: number; problems: Problem[] } {
  const kept = steps.flatMap(({ keepMs }) => (keepMs === null ? [] : [keepMs]));
  const most = Math.min(...kept);
  const latenessMs = value === undefined ? Math.min(most, LATENESS_MS) : Number(value);
  if (latenessMs <= most) return { latenessMs, problems: [] };
  const own = formatDuration(latenessMs);
  const message = `one may be ${own} late, and its window is gone after ${formatDuration(most)}`;
  const hint = `write ${formatDuration(most)} or less, or keep windows for longer`;
  return { latenessMs, problems: [{ code: 'bad-value', path: 'lateness', message, hint }] };
}

/**
 * Readings that do not go as they were measured: what they are made of on the way nobody has
 * written down, and so nobody could say what their windows should be.
 */
export function reworded(of: string, context: WorkflowContext): Problem[] {
  const { devices, entries, signals, partParams } = context;
  const own = devices.filter(({ id }) => isOf(of, id));
  const names = [...new Set(own.map(({ entry }) => entry))].flatMap((entry) => {
    const id = entries[entry]?.id ?? '';
    if (signals[entry]?.length === 0) return [{ id, why: 'say their readings otherwise' }];
    const isOnBus = own.some(({ entry: mine, via, fallBack }) => {
      const carriers = [via, fallBack].flatMap((carrier) => devices[carrier ?? -1] ?? []);
      return (
        mine === entry &&
        carriers.some((carrier) => partParams[carrier.entry]?.gateway?.bus !== undefined)
      );
    });
    return isOnBus ? [{ id, why: 'are read on a bus of their gateway' }] : [];
  });
  return names.map(({ id, why }) => ({
    code: 'bad-value',
    path: 'of',
    message: `devices of ${id} ${why}, and nobody could tell what windows of them should be`,
    hint: 'name others',
  }));
}
