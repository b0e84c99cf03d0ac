/** How a scenario writes what is to follow from alarms. */
import { ACT_ON, type Params } from '#kernel';
import { whenParams } from '../twin/turns.ts';
import { webhookFields } from '../webhook-params.ts';

const most = (whose: string) => ({
  kind: 'integer' as const,
  about: `So often at most ${whose}, in any stretch as long as over.`,
  optional: true,
  min: 1,
  max: 1_000_000,
});
const over = {
  kind: 'duration',
  about: 'How long the stretch is.',
  optional: true,
  min: '10ms',
  max: '24h',
} as const;

const does = {
  kind: 'record',
  about: 'One of command, twin, pause and webhook.',
  fields: {
    command: {
      kind: 'record',
      about: 'Commands the device of the alarm.',
      optional: true,
      fields: {
        name: { kind: 'text', about: 'A command of its model.' },
        value: { kind: 'number', about: 'What it carries.' },
      },
    },
    twin: {
      kind: 'map',
      about: 'Changes what is desired of the device of the alarm: settings, each a number.',
      optional: true,
      of: { kind: 'number', about: 'To what it is set.' },
    },
    pause: { kind: 'text', about: 'Holds the campaign of that name.', optional: true },
    webhook: {
      kind: 'record',
      about: 'Tells of the decision by HTTP, where we listen.',
      optional: true,
      fields: {
        ...webhookFields(null),
        down: {
          kind: 'list',
          about: 'When it takes nothing and answers 503, so that it must be told again.',
          optional: true,
          max: 20,
          of: {
            kind: 'record',
            about: 'Such a while.',
            fields: {
              for: { kind: 'duration', about: 'How long it is so.', min: '100ms', max: '24h' },
              ...whenParams,
            },
          },
        },
      },
    },
  },
} as const;

const guard = {
  kind: 'record',
  about: 'What keeps it from being done too often.',
  optional: true,
  fields: {
    dead: {
      kind: 'duration',
      about: 'So long after it was done for a device it is not done again for that.',
      optional: true,
      min: '10ms',
      max: '24h',
    },
    most: most('for one device'),
    over,
    fleet: {
      kind: 'record',
      about: 'The same of all devices together.',
      optional: true,
      fields: { most: most('for all'), over },
    },
  },
} as const;

export const actParams = {
  name: { kind: 'text', about: 'What it is called; no two alike.' },
  rule: { kind: 'text', about: 'The rule of this scenario from whose alarms it follows.' },
  on: {
    kind: 'choice',
    of: ACT_ON,
    about: 'Whether it follows when an alarm is raised, or when it is cleared.',
    default: 'raised',
  },
  do: does,
  guard,
  stop: {
    kind: 'list',
    about: 'When the operator stops all acts, this and all others; one of them may say it.',
    optional: true,
    max: 20,
    of: {
      kind: 'record',
      about: 'A stop.',
      fields: {
        for: { kind: 'duration', about: 'After so long they may go on.', min: '100ms' },
        ...whenParams,
      },
    },
  },
  ...whenParams,
} as Params;
