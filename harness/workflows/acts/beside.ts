/**
 * What is wrong with an act beside the rest of its scenario: every name is of something that is
 * there, devices can be set so, and what works against itself or against another has a dead time.
 */
import {
  type ActPlan,
  aimsOf,
  type FirmwarePlan,
  isMap,
  isOf,
  knownHint,
  type Problem,
  type RulePlan,
} from '#kernel';
import { beforeRules } from '../rules/order.ts';
import type { Resolved as Writers } from '../twin/writers.ts';
import type { Decided, WorkflowContext } from '../workflow.ts';

type All = readonly Decided[];

export function beside(act: ActPlan, all: All, context: WorkflowContext): Problem[] {
  return [...beforeRules(act, all, act.rule), ...amiss(act, all, context)];
}

function amiss(act: ActPlan, all: All, context: WorkflowContext): Problem[] {
  const rules = resolvedOf<RulePlan>(all, 'rules');
  const rule = rules.find(({ name }) => name === act.rule);
  const names = rules.map(({ name }) => name);
  if (rule === undefined) return [unknown('rule', 'rule', act.rule, names, 'rules')];
  if ('pause' in act.does) return campaignAmiss(act.does.pause, all);
  // Anybody may be told, of a place as well.
  if ('webhook' in act.does) return [];
  if (rule.per !== 'device') {
    const message = `the rule ${rule.name} is over a ${rule.per}, and its alarms are no device's`;
    const hint = 'take a rule over devices, or do: { pause: … } or { webhook: … }';
    return [{ code: 'bad-value', path: 'rule', message, hint }];
  }
  const found = [
    ...entriesOf(rule, context).flatMap((entry) => cannotBe(act, entry, context)),
    ...written(act, rule, all, context),
  ];
  // One dead time mends both, so one is told.
  const round = loops(act, rule);
  return [...distinct(found), ...(round.length > 0 ? round : against(act, rule, all))];
}

const resolvedOf = <T>(all: All, kind: string): T[] =>
  all.flatMap(({ workflow, resolved }) =>
    workflow === kind && isMap(resolved) ? [resolved as unknown as T] : [],
  );

function unknown(
  path: string,
  what: string,
  given: string,
  names: readonly string[],
  workflow = '',
): Problem {
  const none = workflow === '' ? {} : { hint: `this scenario has no workflow ${workflow}` };
  const hint = names.length === 0 ? none : knownHint(given, names);
  return { code: `unknown-${what}`, path, message: `there is no ${what} '${given}'`, ...hint };
}

function campaignAmiss(pause: string, all: All): Problem[] {
  // One that does nothing has been told so.
  if (pause === '') return [];
  const names = resolvedOf<FirmwarePlan>(all, 'ota').map(({ campaign }) => campaign.name);
  return names.includes(pause) ? [] : [unknown('do.pause', 'campaign', pause, names, 'ota')];
}

const entriesOf = ({ of }: RulePlan, { devices }: WorkflowContext): number[] => [
  ...new Set(devices.filter(({ id }) => isOf(of, id)).map(({ entry }) => entry)),
];

/** What the devices of an entry cannot be told. */
function cannotBe({ does }: ActPlan, entry: number, context: WorkflowContext): Problem[] {
  const known = context.entries[entry]?.id ?? '';
  if ('command' in does) {
    const { name, value } = does.command;
    const commands = context.commands[entry] ?? {};
    const spec = commands[name];
    const path = 'do.command.name';
    if (spec === undefined) {
      const told = unknown(path, 'command', name, Object.keys(commands));
      return [{ ...told, message: `${known} knows no command '${name}'` }];
    }
    if ('low' in spec) return outside('do.command.value', value, spec);
    const message = `the command ${name} of ${known} carries more than a number`;
    return [{ code: 'bad-value', path, message, hint: 'take a command that is a number' }];
  }
  if (!('twin' in does)) return [];
  if (context.partParams[entry]?.twin === undefined) {
    const message = `the devices of ${known} have no twin`;
    const hint = `write parts: [twin] in the entry ${known}`;
    return [{ code: 'bad-value', path: 'do.twin', message, hint }];
  }
  const settings = context.settings[entry] ?? [];
  return Object.entries(does.twin).flatMap(([name, value]) => {
    const spec = settings.find((one) => one.name === name);
    const path = `do.twin.${name}`;
    if (spec !== undefined) return outside(path, value, spec);
    const told = unknown(
      path,
      'setting',
      name,
      settings.map((one) => one.name),
    );
    return [{ ...told, message: `of ${known} no '${name}' can be set` }];
  });
}

/** Of a twin that others write to nobody could say afterwards what was desired of it at a time. */
function written({ does }: ActPlan, { of }: RulePlan, all: All, context: WorkflowContext) {
  if (!('twin' in does)) return [];
  const writers = resolvedOf<Writers>(all, 'twin');
  const devices = writers.flatMap(({ devices: own, turns = [] }) => [
    ...own.map(({ device }) => device),
    ...turns.flatMap((turn) => turn.devices),
  ]);
  const shared = devices
    .map((device) => context.devices[device]?.id ?? '')
    .find((id) => isOf(of, id));
  if (shared === undefined) return [];
  const message = `the workflow twin changes what is desired of ${shared} as well`;
  const hint = 'let the workflow twin change others (to, or waves), or do: { command: … }';
  return [{ code: 'bad-value', path: 'do.twin', message, hint }];
}

function outside(
  path: string,
  value: number,
  { low, high }: { low: number; high: number },
): Problem[] {
  if (value >= low && value <= high) return [];
  const message = `${value} is not from ${low} to ${high}`;
  return [{ code: 'bad-value', path, message, hint: `write a number from ${low} to ${high}` }];
}

const distinct = (problems: readonly Problem[]): Problem[] =>
  problems.filter(({ message }, at) => problems.findIndex((one) => one.message === message) === at);

const HINT = 'write guard: { dead: 10s }';

/** What it sets comes back in what its rule looks at. */
function loops({ guard, name }: ActPlan, { silentMs, name: rule }: RulePlan): Problem[] {
  if (silentMs > 0 || guard.deadMs > 0) return [];
  const message = `${name} changes the devices that its rule ${rule} looks at, without a dead time`;
  return [{ code: 'unguarded-loop', path: 'guard', message, hint: HINT }];
}

/** Two that set the same otherwise, by rules that may both be so of one device. */
function against(act: ActPlan, rule: RulePlan, all: All): Problem[] {
  if (act.guard.deadMs > 0) return [];
  const rules = resolvedOf<RulePlan>(all, 'rules');
  return resolvedOf<ActPlan>(all, 'acts').flatMap((other) => {
    const of = rules.find(({ name }) => name === other.rule);
    const isShared = of !== undefined && of.name !== rule.name && overlaps(of.of, rule.of);
    const own = aimsOf(act.does);
    const set = [...aimsOf(other.does)].find(
      ([name, value]) => own.has(name) && own.get(name) !== value,
    );
    if (!isShared || set === undefined) return [];
    const both = `${act.name} and ${other.name} set ${set[0]} otherwise`;
    const message = `${both}, and their rules may both be so: they go round without dead times`;
    return [{ code: 'cyclic-rules', path: 'guard', message, hint: HINT }];
  });
}

const overlaps = (one: string, other: string): boolean => isOf(one, other) || isOf(other, one);
