/**
 * How a scenario writes an inbox. Its rules are those that can be told from one device's readings
 * in their order: when each reading came to the platform is known to nobody but the platform.
 */
import type { Params } from '#kernel';
import { readingTerms, ruleParams } from '../rules/params.ts';

const TOLD_BY_READINGS = ['name', 'of', 'when', 'clear', 'for', 'clearFor', 'let', 'deadline'];

export const inboxParams: Params = {
  topic: {
    kind: 'text',
    about: 'Alarms come on it, or on any topic below it.',
    default: 'alarms',
  },
  rules: {
    kind: 'list',
    about: 'What the platform goes by on its own, from the beginning on.',
    min: 1,
    max: 200,
    of: {
      kind: 'record',
      about: 'A rule over each of its devices, as the workflow rules has it.',
      fields: {
        ...Object.fromEntries(
          Object.entries(ruleParams).filter(([name]) => TOLD_BY_READINGS.includes(name)),
        ),
        let: readingTerms,
      },
    },
  },
};
