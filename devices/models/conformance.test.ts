/**
 * One body for every device model: a new file in this folder is tested without being named
 * anywhere. What it is tried with is what `twinstorm check-plugin` tries a user's own with.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { NO_CATALOG, soundness } from '../../kernel/testing/soundness.ts';
import type { DeviceModel } from '../device.ts';
import { modelFamily } from '../model-family.ts';

const folder = new URL('.', import.meta.url);
const files = readdirSync(fileURLToPath(folder)).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
);
const models = await Promise.all(
  files.map(async (name) => {
    const module = (await import(new URL(name, folder).href)) as { default: DeviceModel };
    return [name.slice(0, -3), module.default] as const;
  }),
);
const duties = await modelFamily.duties();

it('reads the folder', () => {
  expect(models.length).toBeGreaterThanOrEqual(2);
  expect(duties.length).toBeGreaterThanOrEqual(10);
});

describe.each(models)('%s', (file, model) => {
  it('says who it is, in whole', () => {
    expect(model.kind).toBe(file);
    expect(model.summary.length).toBeGreaterThan(10);
    expect(modelFamily.check(model)).toEqual([]);
  });

  it.each(duties)('$says', async (duty) => {
    expect(await duty.flaws(model, NO_CATALOG)).toEqual([]);
  });
});

describe('finds a model that', () => {
  const honest = models.find(([, { kind }]) => kind === 'cold-chain-fridge')?.[1] as DeviceModel;
  /** With physics of which some is otherwise. */
  const bent = (how: (sample: Record<string, number>, t: number, n: number) => object) => {
    const start: DeviceModel['start'] = (input) => {
      const physics = honest.start(input);
      return {
        sample: (t, n) => how(physics.sample(t, n), t, n) as Record<string, number>,
        truth: (t) => physics.truth(t),
        command: (name, value, t) => physics.command(name, value, t),
        power: (on, t) => physics.power(on, t),
      };
    };
    return { ...honest, start };
  };
  const [signal = ''] = Object.keys(honest.signals);
  let calls = 0;

  it.each<[string, DeviceModel, RegExp]>([
    ['measures no number', bent((s) => ({ ...s, [signal]: Number.NaN })), /is NaN/],
    ['measures what it did not declare', bent((s) => ({ ...s, more: 1 })), /more, and declared/],
    [
      'leaves its rails',
      bent((s, _, n) => ({ ...s, [signal]: n > 99 ? 1e9 : s[signal] })),
      /rails/,
    ],
    [
      'counts how often it is asked',
      bent((s) => ({ ...s, [signal]: ++calls % 2 })),
      /the same when/,
    ],
    [
      'obeys what it does not know',
      { ...honest, start: (input) => ({ ...plain(honest, input), command: () => true }) },
      /obeys a command that it lacks/,
    ],
    [
      'forgets how it was set',
      {
        ...honest,
        start: (input) => ({ ...plain(honest, input), truth: () => ({ setpoint: 1 }) }),
      },
      /setpoint was set to \d+, and truth\.setpoint is 1/,
    ],
    [
      'throws',
      bent(() => {
        throw new Error('on purpose');
      }),
      /threw in sample: on purpose/,
    ],
  ])('%s', async (_, model, words) => {
    expect(await soundness(modelFamily, model)).toMatch(words);
  });
});

const plain = (model: DeviceModel, input: Parameters<DeviceModel['start']>[0]) => {
  const physics = model.start(input);
  return {
    sample: physics.sample.bind(physics),
    truth: physics.truth.bind(physics),
    command: physics.command.bind(physics),
    power: physics.power.bind(physics),
  };
};
