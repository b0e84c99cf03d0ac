/** What a scenario says of an act, read for itself: one thing to do, and guards that guard. */
import {
  type ActDoes,
  type ActGuard,
  type ActOn,
  type ActPlan,
  type ActStop,
  isMap,
  type ParamValues,
  type Problem,
  phaseOf,
} from '#kernel';
import { instantOf } from '../twin/turns.ts';
import { placeOf, readWebhook } from '../webhook-params.ts';
import { BEGINS_TOO_LATE, misnamed } from '../whom.ts';
import type { WorkflowContext } from '../workflow.ts';

export interface Reading {
  resolved: ActPlan;
  problems: Problem[];
  notes: string[];
  /** What no other workflow may have. */
  takes: string[];
}

export function readAct(params: ParamValues, context: WorkflowContext): Reading {
  const problems: Problem[] = [];
  const name = String(params.name);
  problems.push(...misnamed('an act', name));
  const around: Around = { problems, notes: [], takes: [`act ${name}`], context };
  const does = readDoes(around, mapIn(params.do), name);
  const guard = readGuard(problems, params.guard);
  const at = instantOf(problems, '', params, context);
  if (at >= phaseOf(context.phases, 'drain').from) problems.push(BEGINS_TOO_LATE);
  const stops = readStops(problems, params.stop, context);
  if (stops.length > 0) around.takes.push('the stop of all acts');
  const on = String(params.on) as ActOn;
  const resolved = { name, rule: String(params.rule), on, does, guard, at, stops };
  return { resolved, problems, notes: around.notes, takes: around.takes };
}

interface Around extends Omit<Reading, 'resolved'> {
  context: WorkflowContext;
}

const amiss = (path: string, message: string, hint: string): Problem => ({
  code: 'bad-value',
  path,
  message,
  hint,
});

const mapIn = (value: unknown): Record<string, unknown> => (isMap(value) ? value : {});

const WORDS = ['command', 'twin', 'pause', 'webhook'];

function readDoes(around: Around, given: Record<string, unknown>, act: string): ActDoes {
  const { problems } = around;
  const said = WORDS.filter((word) => given[word] !== undefined);
  if (said.length !== 1) {
    const what = said.length === 0 ? 'it does nothing' : `it does ${said.join(' and ')} at once`;
    const hint = 'write one of command, twin, pause and webhook; two things are two acts';
    problems.push(amiss('do', what, hint));
  }
  const { command, twin, pause, webhook } = given;
  if (command !== undefined) {
    const { name, value } = mapIn(command);
    return { command: { name: String(name), value: Number(value) } };
  }
  if (webhook !== undefined) return readOwnWebhook(around, mapIn(webhook) as ParamValues, act);
  if (twin === undefined) return { pause: String(pause ?? '') };
  const settings = Object.entries(mapIn(twin)).map(([name, value]) => [name, Number(value)]);
  if (settings.length === 0 || settings.length > 20) {
    problems.push(
      amiss('do.twin', 'it changes 1 to 20 settings', 'write such as { setpoint: 20 }'),
    );
  }
  return { twin: Object.fromEntries(settings) as Record<string, number> };
}

function readOwnWebhook(around: Around, given: ParamValues, act: string): ActDoes {
  const path = given.path ?? `/acts/${act}`;
  const { webhook, problems, notes } = readWebhook('do.webhook', { ...given, path });
  around.problems.push(...problems);
  around.notes.push(...notes);
  around.takes.push(placeOf(webhook));
  const downs = readStops(around.problems, given.down, around.context, 'do.webhook.down');
  return { webhook: { ...webhook, downs } };
}

/** A guard that guards nothing would let somebody believe that he is safe. */
function readGuard(problems: Problem[], given: unknown): ActGuard {
  const { dead, fleet, ...own } = mapIn(given);
  const [most, overMs] = readRate(problems, 'guard', own);
  const [fleetMost, fleetOverMs] = readRate(problems, 'guard.fleet', mapIn(fleet));
  const guard = { deadMs: Math.round(Number(dead ?? 0)), most, overMs, fleetMost, fleetOverMs };
  if (given !== undefined && Object.values(guard).every((one) => one === 0)) {
    const hint = 'write such as { dead: 10s } or { most: 3, over: 60s }, or leave it out';
    problems.push(amiss('guard', 'it guards nothing', hint));
  }
  const isEmpty = fleet !== undefined && fleetMost === 0 && fleetOverMs === 0;
  if (isEmpty) {
    problems.push(
      amiss('guard.fleet', 'it guards nothing', 'write such as { most: 20, over: 10s }'),
    );
  }
  if (most > 0 && fleetMost > 0 && fleetMost < most && fleetOverMs >= overMs) {
    const message = 'what it lets pass for one is more than what it lets pass for all';
    problems.push(amiss('guard.most', message, 'write less here, or more for the fleet'));
  }
  return guard;
}

function readRate(
  problems: Problem[],
  path: string,
  { most, over }: Record<string, unknown>,
): [number, number] {
  const [times, span] = [Number(most ?? 0), Math.round(Number(over ?? 0))];
  if (times > 0 !== span > 0) {
    const [has, lacks] = times > 0 ? ['most', 'over'] : ['over', 'most'];
    const message = `it guards nothing: there is ${has}, and no ${lacks}`;
    problems.push(amiss(path, message, 'write both, such as most: 3 and over: 60s'));
  }
  return [times, span];
}

/** Whiles that are over before nothing is begun any more. */
function readStops(
  problems: Problem[],
  given: unknown,
  context: WorkflowContext,
  path = 'stop',
): ActStop[] {
  const list = Array.isArray(given) ? (given as readonly ParamValues[]) : [];
  let before = 0;
  return list.map((stop, place) => {
    const at = instantOf(problems, `${path}[${place}].`, stop, context);
    const until = at + Math.round(Number(stop.for));
    if (at < before) {
      const message = 'it begins before the one before it is over';
      problems.push(amiss(`${path}[${place}]`, message, 'write them first to last'));
    }
    if (until >= phaseOf(context.phases, 'drain').from) {
      const message = 'acts would go on when nothing is begun any more';
      problems.push(amiss(`${path}[${place}].for`, message, 'begin earlier, or for less'));
    }
    before = until;
    return { at, until };
  });
}
