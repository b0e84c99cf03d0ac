/**
 * Looks after alarms as a person does: hears of them, needs a while to react, acknowledges most,
 * shelves some for a time, and now and then acknowledges what needs it no more. Where the target is
 * away it asks again; what it asked and was answered is written down, and at the end what the
 * target has of each alarm is read back.
 */
import { ALARM_OPS, type AlarmPlan, type Params, type Problem, phaseOf } from '#kernel';
import { beside } from './alarms/beside.ts';
import { LivingOperator } from './alarms/living-operator.ts';
import { instantOf, whenParams } from './twin/turns.ts';
import { BEGINS_TOO_LATE } from './whom.ts';
import { defineWorkflow } from './workflow.ts';

const params: Params = {
  of: {
    kind: 'text',
    about: 'How the names of its rules begin, such as too-warm; else of all.',
    optional: true,
  },
  react: {
    kind: 'record',
    about: 'How long a person needs from hearing of an alarm to doing something.',
    default: {},
    fields: {
      least: { kind: 'duration', about: 'At least so long.', default: '2s' },
      most: { kind: 'duration', about: 'At most so long.', default: '20s', min: '10ms' },
    },
  },
  look: {
    kind: 'duration',
    about: 'How often the operator looks whether there is something new.',
    default: '500ms',
    min: '100ms',
  },
  acks: { kind: 'share', about: 'Of the alarms heard, acknowledged.', default: '90%' },
  shelves: { kind: 'share', about: 'Of the alarms heard, shelved.', default: '10%' },
  shelve: {
    kind: 'duration',
    about: 'For how long they are shelved.',
    default: '15s',
    min: '1s',
  },
  unshelves: {
    kind: 'share',
    about: 'Of those shelved, taken off the shelf half-way.',
    default: '30%',
  },
  hasty: {
    kind: 'share',
    about: 'Of those acknowledged, acknowledged once more; that is to be refused.',
    default: '5%',
  },
  flood: {
    kind: 'record',
    about: 'When the target is to say that there are too many alarms.',
    default: {},
    fields: {
      more: {
        kind: 'integer',
        about: 'More than so many that a person is told of',
        default: 10,
        min: 1,
        max: 1_000_000,
      },
      within: { kind: 'duration', about: 'within so long.', default: '10m', min: '100ms' },
    },
  },
  chatter: {
    kind: 'record',
    about: 'When the target is to say that one alarm comes and goes too often.',
    default: {},
    fields: {
      times: { kind: 'integer', about: 'So many times', default: 3, min: 2, max: 1_000_000 },
      within: { kind: 'duration', about: 'within so long.', default: '1m', min: '100ms' },
    },
  },
  longest: {
    kind: 'duration',
    about: 'The target is to shelve nothing for longer.',
    default: '8h',
    min: '1s',
    max: '24h',
  },
  ...whenParams,
};

export default defineWorkflow({
  kind: 'alarms',
  summary: 'acknowledges and shelves alarms as a person does, with reaction times and mistakes',
  params,
  ops: ALARM_OPS,
  needs: ['alarms'],
  resolve: (given, context) => {
    const problems: Problem[] = [];
    const at = instantOf(problems, '', given, context);
    if (at >= phaseOf(context.phases, 'drain').from) problems.push(BEGINS_TOO_LATE);
    const [react, flood, chatter] = [given.react, given.flood, given.chatter].map(
      (one) => (one ?? {}) as Readonly<Record<string, number>>,
    );
    const [leastMs, mostMs] = [Number(react?.least), Number(react?.most)];
    if (leastMs > mostMs) problems.push(backwards('react.least', 'react.most'));
    const [shelveMs, longestMs] = [Number(given.shelve), Number(given.longest)];
    if (shelveMs > longestMs) problems.push(backwards('shelve', 'longest'));
    const shares = {
      ...{ acks: Number(given.acks), shelves: Number(given.shelves) },
      ...{ unshelves: Number(given.unshelves), hasty: Number(given.hasty) },
    };
    const bounds = {
      ...{ floodMore: Number(flood?.more), floodMs: Number(flood?.within) },
      ...{ chatterTimes: Number(chatter?.times), chatterMs: Number(chatter?.within) },
      shelveMostMs: longestMs,
    };
    const of = String(given.of ?? '');
    const times = { leastMs, mostMs, lookMs: Number(given.look), shelveMs };
    const resolved: AlarmPlan = { of, at, ...times, ...shares, bounds };
    // Two operators would each have their own idea of what is too many.
    return { resolved, problems, takes: ['alarms'] };
  },
  beside: (resolved, all) => beside(resolved as AlarmPlan, all),
  start: (ports, resolved) => new LivingOperator(ports, resolved as AlarmPlan),
});

const backwards = (path: string, other: string): Problem => ({
  ...{ code: 'bad-value', path },
  message: `it is longer than ${other}`,
  hint: `write a shorter one, or a longer ${other}`,
});
