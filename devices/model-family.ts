/** How a device model is known and checked, and what a fleet entry may set of it. */
import {
  boundsOf,
  defineFamily,
  field,
  formatDuration,
  type Param,
  type Params,
  type Shown,
  sayShare,
} from '#kernel';
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
    inputs: field.maybe(
      field.tableOf({ about: field.text, unit: field.words, value: field.number }),
    ),
    malfunctions: field.maybe(
      field.tableOf({ about: field.text, component: field.text, changes: field.table }),
    ),
    everyMs: field.number,
    start: field.action,
  },
  duties: async () => (await import('./duties/model-duties.ts')).duties,
  params: ({ params }) =>
    Object.fromEntries(Object.entries(params).map(([name, param]) => [name, settable(param)])),
  shows: (model) => [...measured(model), ...obeyed(model), ...goingWrong(model), ...typical(model)],
  facts: ({ signals, everyMs }) => ({ signals: Object.keys(signals), everyMs }),
});

const quantity = (unit: string): string => (unit === '' || unit === '1' ? '' : ` ${unit}`);

const measured = ({ signals, everyMs }: DeviceModel): Shown[] => [
  ...Object.entries(signals).map(([name, { about, unit, low, high, step }]) => ({
    ...{ as: 'measures', name, about },
    form: `${low} to ${high}${quantity(unit)}, in steps of ${step}`,
  })),
  {
    ...{ as: 'samples', name: 'every', form: formatDuration(everyMs) },
    about: 'Where the fleet entry says nothing else',
  },
];

/** A command that sets a state is a setting: a twin may wish it, and it is told how it is. */
const obeyed = ({ commands }: DeviceModel): Shown[] =>
  Object.entries(commands).map(([name, spec]) => {
    const given = 'params' in spec ? Object.keys(spec.params).join(', ') : '';
    const form = 'params' in spec ? given || 'nothing' : `${spec.low} to ${spec.high}`;
    const isSetting = 'sets' in spec && spec.sets !== undefined;
    return { as: isSetting ? 'obeys, and can be set' : 'obeys', name, form, about: spec.about };
  });

/** At its worst. */
const goingWrong = ({ malfunctions = {} }: DeviceModel): Shown[] =>
  Object.entries(malfunctions).map(([name, { about, component, changes }]) => {
    const worst = Object.entries(changes).map(([value, change]) =>
      change.by === 'factor'
        ? `${value} × ${change.worst}`
        : `${value} ${change.worst < 0 ? '−' : '+'} ${Math.abs(change.worst)}`,
    );
    return { as: 'goes wrong by', name, form: `${component}: ${worst.join(', ')}`, about };
  });

const typical = ({ params }: DeviceModel): Shown[] =>
  Object.entries(params).map(([name, param]) => {
    const { about, unit, value, spread } = param;
    const bounds = boundsOf(settable(param));
    const around = spread === 0 ? '' : ` ± ${sayShare(spread)}`;
    const typically = `${value}${quantity(unit)}${around}`;
    return {
      as: 'with',
      name,
      form: [typically, bounds].filter((one) => one !== '').join('; '),
      about,
      isParam: true,
    };
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
