/**
 * How an operator steers a campaign: how many may fail, or fall later, how long a wave soaks, how
 * many are offered it in a minute and in which window, and when it is paused, goes on or is called
 * off. All of it is decided with the plan, in scenario time.
 */
import {
  CAMPAIGN_MOVES,
  type CampaignMove,
  type CampaignPlan,
  onGrid,
  type Params,
  type ParamValues,
  type Problem,
} from '#kernel';
import { parseInstant } from '#scenarios';
import type { WorkflowContext } from '../workflow.ts';
import { millionths } from './shares.ts';

const RATE_MAX = 60_000;

export const boundParams: Params = {
  errors: {
    kind: 'share',
    about: 'More of a wave may not fail, or it is halted at once.',
    optional: true,
  },
  unwell: {
    kind: 'share',
    about:
      'More of a wave may not keep it and be restarted by their watchdogs, or it is halted at ' +
      'once; none at all where a wave soaks.',
    optional: true,
  },
  soak: {
    kind: 'duration',
    about: 'So long enough of a wave must have had it before the next begins.',
    optional: true,
    min: '100ms',
  },
};

/** A soak that ends when nothing is begun any more shows nothing. */
export function soakAmiss({ soak }: ParamValues, at: number, end: number): Problem[] {
  if (soak === undefined || at + Number(soak) < end) return [];
  const message = 'the first wave would soak until nothing is begun any more';
  return [tooLate('gate.soak', message, 'write a shorter time, or let the run go on for longer')];
}

/** Whoever lets a wave soak wants to see that its devices stay well. */
export function boundsOf({ errors, soak, unwell }: ParamValues) {
  const ill = unwell ?? (soak === undefined ? undefined : 0);
  return {
    ...(errors === undefined ? {} : { errors: millionths(errors) }),
    ...(ill === undefined ? {} : { unwell: millionths(ill) }),
    ...(soak === undefined ? {} : { soakMs: Number(soak) }),
  };
}

export const controlParams: Params = {
  rate: {
    kind: 'integer',
    unit: 'per minute',
    about: 'So many are offered it in a minute, one after the other; else all of a wave at once.',
    optional: true,
    min: 1,
    max: RATE_MAX,
  },
  window: {
    kind: 'record',
    about: 'It is offered in there alone: the maintenance window.',
    optional: true,
    fields: {
      from: { kind: 'text', about: 'A moment, such as chaos+3s.' },
      to: { kind: 'text', about: 'Another, from which on it is not offered any more.' },
    },
  },
  pause: {
    kind: 'text',
    about: 'From that moment on nobody is offered it, and no wave begins.',
    optional: true,
  },
  resume: { kind: 'text', about: 'From that moment on it goes on where it was.', optional: true },
  abort: {
    kind: 'text',
    about: 'From that moment on it is called off for all who have not been offered it.',
    optional: true,
  },
};

/** `at` is when the campaign begins, and `end` when nothing is begun any more. */
export function controlsOf(
  problems: Problem[],
  at: number,
  end: number,
  params: ParamValues,
  context: WorkflowContext,
): Pick<CampaignPlan, 'rate' | 'window' | 'moves'> {
  const moment = (path: string, written: unknown): number | null => {
    const instant = parseInstant(written);
    if (instant === undefined) {
      problems.push(noMoment(path, written));
      return null;
    }
    const from = context.phases.find(({ name }) => name === instant.phase)?.from ?? 0;
    return onGrid(from + instant.offsetMs, context.quantumMs, 0);
  };
  const { rate, window } = params;
  const moves = CAMPAIGN_MOVES.flatMap((move) => {
    const when = params[move] === undefined ? null : moment(move, params[move]);
    return when === null ? [] : [{ move, at: when }];
  }).sort((a, b) => a.at - b.at);
  problems.push(...moves.flatMap(({ move, at: when }) => amiss(move, when, at, end)));
  problems.push(...outOfTurn(moves));
  const span = windowOf(problems, at, end, (window ?? null) as ParamValues | null, moment);
  return {
    ...(rate === undefined ? {} : { rate: Number(rate) }),
    ...(span === null ? {} : { window: span }),
    ...(moves.length === 0 ? {} : { moves }),
  };
}

function windowOf(
  problems: Problem[],
  at: number,
  end: number,
  window: ParamValues | null,
  moment: (path: string, written: unknown) => number | null,
): { from: number; to: number } | null {
  if (window === null) return null;
  const [from, to] = [moment('window.from', window.from), moment('window.to', window.to)];
  if (from === null || to === null) return null;
  if (to <= from) {
    problems.push({
      code: 'bad-value',
      path: 'window.to',
      message: 'the window is empty: it ends no later than it begins',
      hint: 'write a later moment, such as from: chaos+3s, to: chaos+20s',
    });
  } else if (to <= at) {
    problems.push({
      code: 'bad-value',
      path: 'window.to',
      message: 'the window is over before the campaign begins',
      hint: 'write a later moment, or let the campaign begin earlier by `at`',
    });
  } else if (from >= end) {
    problems.push(tooLate('window.from', 'the window opens when nothing is begun any more'));
  }
  return { from, to };
}

function amiss(move: CampaignMove, when: number, at: number, end: number): Problem[] {
  if (when <= at) {
    return [
      {
        code: 'bad-value',
        path: move,
        message: 'by then the campaign has not begun',
        hint: 'write a later moment, or let the campaign begin earlier by `at`',
      },
    ];
  }
  return when < end ? [] : [tooLate(move, 'by then nothing is begun any more')];
}

/** It goes on only after a pause, and nothing follows an end. */
function outOfTurn(moves: readonly { move: CampaignMove; at: number }[]): Problem[] {
  const order = moves.map(({ move }) => move);
  const problem = (path: CampaignMove, message: string, hint: string): Problem => ({
    ...{ code: 'bad-value', path, message, hint },
  });
  const [pause, resume] = [order.indexOf('pause'), order.indexOf('resume')];
  const abort = order.indexOf('abort');
  const late = abort < 0 ? undefined : order[abort + 1];
  return [
    ...(resume >= 0 && (pause < 0 || resume < pause)
      ? [problem('resume', 'nothing was paused by then', 'write an earlier moment under `pause`')]
      : []),
    ...(late === undefined
      ? []
      : [problem(late, 'by then the campaign is called off', 'write an earlier moment')]),
  ];
}

const noMoment = (path: string, written: unknown): Problem => ({
  code: 'bad-value',
  path,
  message: `${JSON.stringify(written)} is no moment of the run`,
  hint: 'write a phase and a duration, such as chaos+3s',
});

const tooLate = (
  path: string,
  message: string,
  hint = 'write an earlier moment, or let the run go on for longer',
): Problem => ({ code: 'too-late', path, message, hint });
