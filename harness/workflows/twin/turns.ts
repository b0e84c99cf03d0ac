/**
 * When whose twin is changed, decided with the plan: again and again by schedule, in waves, a part
 * of the fleet after the other, or as a storm, all in one instant.
 */
import {
  type FaultPlan,
  hashText,
  onGrid,
  type Params,
  type ParamValues,
  type Problem,
  phaseOf,
} from '#kernel';
import { parseInstant } from '#scenarios';
import type { WorkflowContext } from '../workflow.ts';

/** Devices that are changed together, once. */
export interface Turn {
  /** What it is a turn of; what is drawn for it hangs on this name and its number. */
  of: 'waves' | 'storm';
  number: number;
  at: number;
  devices: number[];
}

/** When something begins: at a moment, or after a fault. */
export const whenParams: Params = {
  at: { kind: 'text', about: 'A moment, such as chaos+3s.', optional: true },
  after: {
    kind: 'text',
    names: 'fault',
    about: 'A fault: it begins in the instant in which that ends.',
    optional: true,
  },
};

export const turnParams: Params = {
  waves: {
    kind: 'record',
    about: 'A part of them after the other, each once.',
    optional: true,
    group: 'when',
    fields: {
      step: { kind: 'share', about: 'How many come with each wave.', default: '25%' },
      shares: {
        kind: 'list',
        of: { kind: 'share', about: 'So many have come by the end of a wave.' },
        about: 'Instead of steps of one size, how many have come by the end of each wave.',
        optional: true,
        min: 1,
        max: 100,
      },
      pause: { kind: 'duration', about: 'Between two waves.', default: '10s', min: '10ms' },
      ...whenParams,
    },
  },
  storm: {
    kind: 'record',
    about: 'All of them in one instant, each once.',
    optional: true,
    group: 'when',
    fields: whenParams,
  },
};

interface Decided {
  turns: Turn[];
  problems: Problem[];
}

/** `devices`: those that are changed at all. */
export function turnsOf(
  { waves, storm }: ParamValues,
  devices: readonly number[],
  context: WorkflowContext,
): Decided {
  const decided: Decided = { turns: [], problems: [] };
  if (isRecord(waves)) addWaves(decided, waves, devices, context);
  if (isRecord(storm)) {
    const at = instantOf(decided.problems, 'storm.', storm, context);
    decided.turns.push({ of: 'storm', number: 0, at, devices: [...devices] });
  }
  const end = phaseOf(context.phases, 'drain').from;
  for (const { of, at } of decided.turns) {
    if (at < end || decided.problems.some(({ path }) => path?.startsWith(of))) continue;
    const message = `a turn of its ${of} comes when nothing is begun any more`;
    const hint = 'begin earlier, pause for less, or let the run go on for longer';
    decided.problems.push({ code: 'too-late', path: of, message, hint });
  }
  return decided;
}

function addWaves(
  decided: Decided,
  waves: ParamValues,
  devices: readonly number[],
  context: WorkflowContext,
): void {
  const shares = sharesOf(waves);
  if (shares.some((share, number) => share <= (shares[number - 1] ?? 0))) {
    const message = 'by the end of a wave more have come than by the end of the one before';
    const hint = 'write shares that rise, such as [5%, 25%, 100%]';
    decided.problems.push({ code: 'bad-value', path: 'waves.shares', message, hint });
  }
  const from = instantOf(decided.problems, 'waves.', waves, context);
  const pauseMs = onGrid(Number(waves.pause), context.quantumMs);
  const queue = drawnOrder(devices, context);
  let come = 0;
  for (const [number, share] of shares.entries()) {
    const until = Math.round(share * queue.length);
    const those = queue.slice(come, until).sort((a, b) => a - b);
    decided.turns.push({ of: 'waves', number, at: from + number * pauseMs, devices: those });
    come = Math.max(come, until);
  }
}

/** How many have come by the end of each wave. */
function sharesOf({ shares, step }: ParamValues): number[] {
  if (Array.isArray(shares)) return shares.map(Number);
  const size = Math.max(STEP_LEAST, Number(step));
  return Array.from({ length: Math.ceil(1 / size - EPSILON) }, (_, number) =>
    Math.min(1, size * (number + 1)),
  );
}

const STEP_LEAST = 0.01;
const EPSILON = 1e-9;

/** In which order they come hangs on the seed and the device alone. */
const drawnOrder = (devices: readonly number[], { seed, devices: rows }: WorkflowContext) =>
  devices
    .map((device) => ({ device, drawn: hashText(`${seed}/twin/wave/${rows[device]?.id}`) }))
    .sort((a, b) => a.drawn - b.drawn || a.device - b.device)
    .map(({ device }) => device);

/** From the beginning of `steady` where nothing is said. `path` ends with a dot, or is empty. */
export function instantOf(
  problems: Problem[],
  path: string,
  { at, after }: ParamValues,
  { phases, faults, quantumMs }: WorkflowContext,
): number {
  const refuse = (where: string, message: string, hint: string): void => {
    problems.push({ code: 'bad-value', path: `${path}${where}`, message, hint });
  };
  const ended = faults.find(({ id }: FaultPlan) => id === after)?.to;
  const moment = parseInstant(at);
  const hint = 'write a phase and a duration, such as chaos+3s';
  if (at !== undefined && after !== undefined) {
    refuse(
      'after',
      'it begins at a moment or after a fault, and not both',
      'leave one of them out',
    );
  } else if (at !== undefined && moment === undefined) {
    refuse('at', `${JSON.stringify(at)} is no moment of the run`, hint);
  } else if (after !== undefined && ended === undefined) {
    refuse('after', `no fault of this plan is called ${JSON.stringify(after)}`, hint);
  }
  if (ended !== undefined) return ended;
  if (moment === undefined) return phaseOf(phases, 'steady').from;
  const from = phases.find(({ name }) => name === moment.phase)?.from ?? 0;
  return onGrid(from + moment.offsetMs, quantumMs, 0);
}

const isRecord = (value: ParamValues[string] | undefined): value is ParamValues =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
