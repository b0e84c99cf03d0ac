/**
 * What a scenario says of a rule, read: every name is of something that its devices measure, every
 * stretch has an end, and what it asks for can be told from one reading, or one window.
 */
import {
  isMap,
  isOf,
  onGrid,
  type ParamValues,
  type Problem,
  phaseOf,
  type RuleChange,
  type RulePlan,
  type RuleSubject,
  TERM_DOES,
  type TermDoes,
} from '#kernel';
import { instantOf } from '../twin/turns.ts';
import { BEGINS_TOO_LATE, misnamed, nobodyIn } from '../whom.ts';
import type { WorkflowContext } from '../workflow.ts';
import { conditionAmiss, type Spoken } from './conditions.ts';
import { changeAmiss, clearAmiss, spansAmiss } from './sense.ts';
import { betweenOf, readTerms } from './terms.ts';
import { readWindow } from './window.ts';

export interface Reading {
  resolved: RulePlan;
  problems: Problem[];
}

/** `does`: what a name of it may come to. */
export function readRule(
  params: ParamValues,
  context: WorkflowContext,
  does: readonly TermDoes[] = TERM_DOES,
): Reading {
  const problems: Problem[] = [];
  const [name, of] = [String(params.name), String(params.of ?? '')];
  problems.push(...misnamed('a rule', name));
  const signals = signalsOf(of, context);
  if (signals === null) problems.push(nobodyIn(of, context));
  const per = String(params.per) as RuleSubject;
  const own = context.devices.filter(({ id }) => isOf(of, id));
  const fastest = Math.min(...own.map(({ entry }) => context.entries[entry]?.everyMs ?? 1000));
  const window = readWindow(problems, params, per, fastest);
  const terms = readTerms(problems, params.let, window, {
    signalsOf: (within) => signalsOf(within === '' ? of : within, context),
    isOfOne: (within) => per === 'device' || own.filter(({ id }) => isOf(within, id)).length <= 1,
    fastestMs: fastest,
    does,
  });
  // A window has many readings, and none of them speaks for it.
  const names = terms.filter(({ does }) => does !== 'alarm').map((one) => one.name);
  const flags = terms.filter(({ does }) => does === 'alarm').map((one) => one.name);
  const given = isMap(params.let) ? Object.keys(params.let) : [];
  const untold = given.filter((one) => !names.includes(one) && !flags.includes(one));
  const between = new Map(
    terms.flatMap((one) => {
      const own = betweenOf(one);
      return own === null ? [] : [[one.name, own] as const];
    }),
  );
  const told = { flags, untold, between };
  const spoken: Spoken =
    window === null
      ? { ...told, names: [...(signals ?? []), ...names], isUnknown: signals === null }
      : { ...told, names, single: signals ?? [] };
  const silentMs = Number(params.silent ?? 0);
  problems.push(...aboutWhat(params, silentMs));
  const first = changeOf(params, null, context);
  const at = instantOf(problems, '', params, context);
  if (at >= phaseOf(context.phases, 'drain').from) problems.push(BEGINS_TOO_LATE);
  const endMs = phaseOf(context.phases, 'drain').to;
  problems.push(...spansAmiss('', params, at, endMs));
  if (silentMs === 0) problems.push(...amiss('', params, first, spoken));
  const changes = readChanges(problems, params, { ...first, at }, context);
  if (silentMs === 0) {
    listOf(params.changes).forEach((change, place) => {
      const said = changes[place];
      if (said === undefined) return;
      problems.push(...amiss(`changes[${place}].`, change, said, spoken));
      problems.push(...spansAmiss(`changes[${place}].`, change, said.at, endMs));
    });
  }
  const resolved: RulePlan = {
    ...{ name, of, per, ...first, at, terms, window, silentMs, changes },
    deadlineMs: Number(params.deadline),
  };
  return { resolved, problems };
}

const listOf = (value: unknown): ParamValues[] =>
  Array.isArray(value) ? value.filter(isMap).map((one) => one as ParamValues) : [];

/** What is not said again stays as it was before. */
function changeOf(
  params: ParamValues,
  before: RuleChange | null,
  { quantumMs }: WorkflowContext,
): RuleChange {
  const span = (name: 'for' | 'clearFor', was: number | undefined): number =>
    params[name] === undefined ? (was ?? 0) : onGrid(Number(params[name]), quantumMs, 0);
  const when = params.when === undefined ? (before?.when ?? '') : String(params.when);
  // What was made of `when` is made anew of another one.
  const implied = before === null || before.clear === negated(before.when) ? null : before.clear;
  const clear = params.clear === undefined ? (implied ?? negated(when)) : String(params.clear);
  const spans = {
    forMs: span('for', before?.forMs),
    clearForMs: span('clearFor', before?.clearForMs),
  };
  return { at: 0, when, clear, ...spans };
}

const negated = (when: string): string => (when === '' ? '' : `!(${when})`);

function amiss(
  place: string,
  given: ParamValues,
  { when, clear }: RuleChange,
  spoken: Spoken,
): Problem[] {
  const read = (which: 'when' | 'clear', text: string): Problem[] =>
    given[which] === undefined ? [] : conditionAmiss(`${place}${which}`, text, spoken);
  const told = [...read('when', when), ...read('clear', clear)];
  const where = `${place}${given.clear === undefined ? 'when' : 'clear'}`;
  return told.length > 0 ? told : clearAmiss(where, when, clear, spoken);
}

/** A rule is of a condition, or of silence. */
function aboutWhat(params: ParamValues, silentMs: number): Problem[] {
  const unsaid = (path: string, message: string, hint: string): Problem[] => [
    { code: 'bad-value', path, message, hint },
  ];
  if (silentMs === 0) {
    return params.when === undefined
      ? unsaid('', 'it does not say when it is true', 'write when: temperature > 8, or silent: 30s')
      : [];
  }
  const others = ['when', 'clear', 'for', 'clearFor', 'let', 'window', 'changes'];
  return others
    .filter((other) => params[other] !== undefined && params[other] !== 0)
    .flatMap((other) =>
      unsaid(other, `silence has no ${other}`, 'write two rules, one of them about silence'),
    );
}

function readChanges(
  problems: Problem[],
  params: ParamValues,
  first: RuleChange,
  context: WorkflowContext,
): RuleChange[] {
  let before = first;
  return listOf(params.changes).map((given, place) => {
    const path = `changes[${place}]`;
    const at = instantOf(problems, `${path}.`, given, context);
    const change = { ...changeOf(given, before, context), at };
    problems.push(...changeAmiss(path, given, change, before));
    const isLate = at >= phaseOf(context.phases, 'drain').from;
    if (isLate) problems.push({ ...BEGINS_TOO_LATE, path: `${path}.at` });
    before = change;
    return before;
  });
}

/** What all its devices measure; null where it has none. */
function signalsOf(of: string, { devices, signals }: WorkflowContext): string[] | null {
  const own = devices.filter(({ id }) => isOf(of, id));
  const lists = [...new Set(own.map(({ entry }) => entry))].map((entry) => signals[entry] ?? []);
  const [first, ...others] = lists;
  if (first === undefined) return null;
  return first.filter((signal) => others.every((list) => list.includes(signal)));
}
