/** How a device model is known and checked, and what a fleet entry may set of it. */
import { defineFamily, field, type Param, type Params } from '#kernel';
import type { DeviceModel, DrawnParam } from './device.ts';

export const modelFamily = defineFamily<DeviceModel>({
  family: 'model',
  plural: 'devices',
  also: ['models'],
  folders: ['devices/models'],
  define: 'defineDevice',
  mark: 'signals',
  fields: {
    summary: field.text,
    params: field.tableOf({
      about: field.text,
      unit: field.words,
      value: field.number,
      spread: field.number,
      min: field.maybe(field.number),
      max: field.maybe(field.number),
    }),
    signals: field.tableOf({
      about: field.text,
      unit: field.words,
      low: field.number,
      high: field.number,
      step: field.number,
    }),
    commands: field.tableOf({
      about: field.text,
      low: field.maybe(field.number),
      high: field.maybe(field.number),
      sets: field.maybe(field.words),
      params: field.maybe(field.params),
    }),
    everyMs: field.number,
    start: field.action,
  },
  duties: async () => (await import('./duties/model-duties.ts')).duties,
  params: ({ params }) =>
    Object.fromEntries(Object.entries(params).map(([name, param]) => [name, settable(param)])),
  facts: ({ signals, everyMs }) => ({ signals: Object.keys(signals), everyMs }),
});

/** The typical value of a drawn parameter; left out, it is the model's own. */
const settable = ({ about, unit, min, max }: DrawnParam): Params[string] => {
  const param: Param = { kind: 'number', about, optional: true };
  // A bare number has the unit 1, which nobody writes.
  if (unit !== '' && unit !== '1') param.unit = unit;
  if (min !== undefined) param.min = min;
  if (max !== undefined) param.max = max;
  return param;
};
