/** How a scenario writes a rule. */
import { type Params, RULE_SUBJECTS } from '#kernel';
import { whenParams } from '../twin/turns.ts';

const when = {
  kind: 'text',
  about: 'Of one reading, or of what a window comes to, in CEL, such as temperature > 8.',
  optional: true,
} as const;
const clear = {
  kind: 'text',
  about: 'An alarm is over when this is so, such as temperature < 7; else when `when` is not.',
  optional: true,
} as const;
const forParam = {
  kind: 'duration',
  about: 'It must have been so of each reading for so long.',
} as const;
const clearFor = {
  kind: 'duration',
  about: 'It must have been over for so long, reading by reading.',
} as const;

const condition = (what: string) => ({ kind: 'text', about: what, optional: true }) as const;
const signal = (what: string) => condition(`${what} of a signal.`);

const terms = {
  kind: 'map',
  about: 'Names of your own for what several readings come to, to speak of in conditions.',
  optional: true,
  of: {
    kind: 'record',
    about: 'One of mean, min, max, sum, rise, count, share, devices, ago, steps and alarm.',
    fields: {
      mean: signal('The mean'),
      min: signal('The least'),
      max: signal('The most'),
      sum: signal('The sum'),
      rise: signal('How fast it rises, per second, from the first to the last,'),
      count: condition('How many readings say so.'),
      share: condition('Which part of the readings says so, from 0 to 1.'),
      devices: condition('How many devices have a reading in the window that says so.'),
      ago: condition('For how many seconds no reading has said so; 0 where this one does.'),
      steps: {
        kind: 'list',
        about: '1 where this reading says the last of these, and earlier ones the others in turn.',
        of: { kind: 'text', about: 'A condition.' },
        optional: true,
        min: 2,
        max: 8,
      },
      alarm: {
        kind: 'text',
        about: 'Yes while an alarm of the rule of this name stands, over the same device.',
        optional: true,
      },
      within: {
        kind: 'duration',
        about: 'Of alarm: yes where it was raised no longer ago, whether or not it stands.',
        optional: true,
        min: '10ms',
      },
      of: {
        kind: 'text',
        about: 'Of devices of the rule alone whose ids begin so.',
        optional: true,
      },
      over: { kind: 'duration', about: 'How far back it looks from a reading.', optional: true },
      last: {
        kind: 'integer',
        about: 'So many readings, the latest with them.',
        optional: true,
        min: 2,
        max: 1000,
      },
    },
  },
} as const;

const { alarm: _alarm, within: _within, ...ofReadings } = terms.of.fields;
/** Those names alone that are told from readings, whatever other rules there are. */
export const readingTerms = {
  ...terms,
  of: {
    kind: 'record',
    about: 'One of mean, min, max, sum, rise, count, share, devices, ago and steps.',
    fields: ofReadings,
  },
} as const;

const window = {
  kind: 'record',
  about: 'To look at stretches of time, each once when it is over, instead of at each reading.',
  optional: true,
  fields: {
    every: { kind: 'duration', about: 'One begins so often.', optional: true, min: '10ms' },
    over: {
      kind: 'duration',
      about: 'How long each is, a multiple of every; else as long as that.',
      optional: true,
      min: '10ms',
    },
    gap: {
      kind: 'duration',
      about: 'Instead of every: a pause of so long ends one.',
      optional: true,
      min: '10ms',
    },
    most: {
      kind: 'duration',
      about: 'Where pauses end them, none is longer.',
      default: '10m',
      min: '10ms',
    },
    late: {
      kind: 'duration',
      about: 'How long after its end a reading may still come for it.',
      default: '2s',
    },
  },
} as const;

export const ruleParams = {
  name: { kind: 'text', about: 'What the rule is called; no two alike.' },
  of: {
    kind: 'text',
    about: 'How the ids of its devices begin, such as fridges or fridges/north-1; else of all.',
    optional: true,
  },
  per: {
    kind: 'choice',
    of: RULE_SUBJECTS,
    about: 'Whose readings make one alarm: those of a device, or in windows of all in one place.',
    default: 'device',
  },
  when,
  clear,
  for: { ...forParam, default: '0s' },
  clearFor: { ...clearFor, default: '0s' },
  let: terms,
  window,
  silent: {
    kind: 'duration',
    about: 'Instead of `when`: nothing newer has come of a device for so long.',
    optional: true,
    min: '100ms',
  },
  deadline: {
    kind: 'duration',
    about: 'So soon after what makes it due an alarm must be raised.',
    default: '2s',
    min: '1ms',
  },
  changes: {
    kind: 'list',
    about: 'What it asks for later, first to last; what is left out stays as it was.',
    optional: true,
    max: 20,
    of: {
      kind: 'record',
      about: 'A change while the target goes by it.',
      fields: {
        when,
        clear,
        for: { ...forParam, optional: true },
        clearFor: { ...clearFor, optional: true },
        ...whenParams,
      },
    },
  },
  ...whenParams,
} as Params;
