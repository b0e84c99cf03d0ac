/** The tables of a data set: telemetry with cheap labels, the truth apart, events and units. */
import type { DeviceModel } from '#devices';
import { AILING, type Column, type EntryPlan, faultCode, type Table } from '#kernel';

const column = (
  name: string,
  form: Column['form'],
  about: string,
  more: Partial<Column> = {},
): Column => ({ name, form, unit: '', about, ...more });

const DEVICE = column('device', 'text', 'Which device');
const AT = column('time', 'instant', 'When the sample was due');
const N = column('n', 'integer', 'Number of the sample: the same in every gear');

/** The malfunctions of a model in the order of their bits in `fault_mask`. */
export const classesOf = ({ kind, malfunctions = {} }: DeviceModel): string[] =>
  Object.keys(malfunctions).map((name) => `${kind}/${name}`);

const codesOf = (model: DeviceModel): Record<number, string> =>
  Object.fromEntries(classesOf(model).map((one) => [faultCode(one), one]));

const PHASES = Object.fromEntries(Object.entries(AILING).map(([word, code]) => [code, word]));

const bitsOf = (model: DeviceModel): string =>
  classesOf(model)
    .map((one, bit) => `${bit}: ${one}`)
    .join(', ');

const labelColumns = (model: DeviceModel): Column[] => [
  column('label', 'integer', '1 where the device is otherwise than it would be without faults', {
    codes: { 0: 'normal', 1: 'anomalous' },
  }),
  column('fault_code', 'integer', 'Class of the fault that is worst here; 0 for none', {
    codes: codesOf(model),
  }),
  column('fault_mask', 'integer', `All classes that act here, as bits (${bitsOf(model)})`),
  column('phase', 'integer', 'How far the device is in what ails it', { codes: PHASES }),
  column('severity', 'number', 'How bad the worst cause is, from 0 to 1', { unit: '1' }),
  column('health_index', 'number', '1 in good order, 0 at the worst', { unit: '1' }),
];

export const telemetryTable = (entry: EntryPlan, model: DeviceModel): Table => ({
  name: entry.id,
  about: `What the devices of ${entry.id} measured, by ${model.kind}`,
  columns: [
    ...[DEVICE, AT, N],
    ...Object.entries(model.signals).map(([name, { about, unit }]) =>
      column(name, 'number', about, { unit }),
    ),
    ...labelColumns(model),
  ],
});

/** `states`: the names of the true state of the model. */
export const truthTable = (entry: EntryPlan, states: readonly string[]): Table => ({
  name: `${entry.id}-truth`,
  about: `The true state of the devices of ${entry.id}, and what it would be without faults`,
  columns: [
    ...[DEVICE, AT, N],
    ...states.map((name) => column(`truth_${name}`, 'number', `True ${name}`)),
    ...states.map((name) => column(`clean_${name}`, 'number', `True ${name} without faults`)),
  ],
});

export const EVENTS: Table = {
  name: 'events',
  about: 'What happened, each from its cause to the end of its effect',
  columns: [
    column('event_id', 'text', 'Name of the event'),
    column('cause_id', 'text', 'Item of the scenario that brought it'),
    DEVICE,
    column('layer', 'text', 'What of the world it is: process or sensor'),
    column('fault_class', 'text', 'What it is'),
    column('fault_code', 'integer', 'The same as a number, in every data set'),
    column('component', 'text', 'Which piece of the machine'),
    column('channels', 'text', 'States and signals that were otherwise, with spaces between'),
    column('profile', 'text', 'How it grew'),
    column('severity', 'number', 'How bad it got, from 0 to 1', { unit: '1' }),
    column('t_cause_start', 'instant', 'When the cause began'),
    column('t_cause_end', 'instant', 'When the cause was over'),
    column('t_effect_start', 'instant', 'First sample that is otherwise', { isOptional: true }),
    column('t_effect_end', 'instant', 'Last sample that is otherwise', { isOptional: true }),
    column('t_detectable', 'instant', 'First sample that shows it', { isOptional: true }),
  ],
};

/** `params`: of all models, by name. */
export const unitsTable = (params: readonly string[]): Table => ({
  name: 'units',
  about: 'The devices: where they are, how they are made, in which split',
  columns: [
    DEVICE,
    column('entry', 'text', 'Fleet entry'),
    column('model', 'text', 'Kind of device'),
    column('site', 'text', 'Where it is'),
    column('region', 'text', 'Region of the site'),
    column('split', 'text', 'In which split it is; in all of them where that goes by time'),
    column('events', 'integer', 'How many things happened to it'),
    ...params.map((name) =>
      column(`param_${name}`, 'number', `Drawn for it: ${name}`, { isOptional: true }),
    ),
  ],
});
