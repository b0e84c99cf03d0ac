/** What a model throws is told under its name, and not under that of the part that asked it. */
import { expect, it } from 'vitest';
import { type DevicePlan, type EntryPlan, WorldError } from '#kernel';
import { Body } from './body.ts';
import { type DeviceModel, defineDevice, type Physics } from './device.ts';

const fail = (): never => {
  throw new Error('on purpose');
};
const physics: Physics = { sample: fail, truth: fail, command: fail, power: fail };
const model = (start: DeviceModel['start']): DeviceModel =>
  defineDevice({
    kind: 'mine',
    summary: 'is a model of a test',
    params: {},
    signals: {},
    commands: {},
    everyMs: 1000,
    start,
  });
const bodyOf = (start: DeviceModel['start']): Body => {
  const device = { id: 'd/1', params: [] } as unknown as DevicePlan;
  return new Body(
    1,
    device,
    { everyMs: 1000, paramNames: [] } as unknown as EntryPlan,
    model(start),
  );
};

it.each([
  ['sample', (body: Body) => body.sample(0, 1)],
  ['truth', (body: Body) => body.physics.truth(0)],
  ['command', (body: Body) => body.physics.command('open', 1, 0)],
  ['power', (body: Body) => body.physics.power(true, 0)],
])('a model that throws in %s', (where, ask) => {
  const body = bodyOf(() => physics);
  expect(() => ask(body)).toThrow(WorldError);
  expect(() => ask(body)).toThrow(`the model mine threw in ${where}: on purpose`);
});

it('says how its model is truly set', () => {
  const set = { about: 'Sets it.', low: 0, high: 9, sets: 'lid' };
  const commands = { open: set, shake: { about: 'Shakes it.', low: 0, high: 9 } };
  const start = () => ({ ...physics, truth: (t: number) => ({ lid: t, shaken: 7 }) });
  const device = { id: 'd/1', params: [] } as unknown as DevicePlan;
  const entry = { everyMs: 1000, paramNames: [] } as unknown as EntryPlan;
  const body = new Body(1, device, entry, { ...model(start), commands });
  expect(body.settings(5)).toEqual({ open: 5 });
  expect(bodyOf(() => physics).settings(5)).toEqual({});
});

it('a model that throws in start', () => {
  expect(() => bodyOf(fail)).toThrow('the model mine threw in start: on purpose');
});

it.each([
  ['no number', { lid: Number.NaN }, 'lid is NaN, and must be a finite number'],
  ['a text', { lid: '7' }, "lid must be a finite number, not '7'"],
  ['what it does not declare', { lid: 1, ldi: 2 }, "there is no signal 'ldi' among those"],
])('a model that measures %s', (_, values, words) => {
  const lid = { about: 'How far.', unit: 'cm', low: 0, high: 9, step: 1 };
  const measures = (given: object): Body => {
    const start = () => ({ ...physics, sample: () => given as Record<string, number> });
    const device = { id: 'd/1', params: [] } as unknown as DevicePlan;
    const entry = { everyMs: 1000, paramNames: [] } as unknown as EntryPlan;
    return new Body(1, device, entry, { ...model(start), signals: { lid } });
  };
  expect(() => measures(values).sample(0, 1)).toThrow(`the model mine, in sample 1: ${words}`);
  // Beyond its rails is for the duties of models.
  expect(measures({ lid: 10 }).sample(0, 1)).toEqual({ lid: 10 });
});
