/**
 * What can be set of a device from afar, each a number: what its model says (a command that `sets`
 * a state), and what its parts offer beside that. Whoever sets a device, or asks how it is set,
 * need not know which is which.
 */
import type { Body } from './body.ts';
import type { DeviceModel } from './device.ts';

export interface Setting {
  name: string;
  low: number;
  high: number;
  /** Values lie so far apart, from `low` on. */
  step: number;
}

/** One that a part offers, with how it leaves the factory. */
export interface PartSetting extends Setting {
  about: string;
  factory: number;
}

/** Who offers it, and keeps it. */
export interface OfferedSetting {
  spec: PartSetting;
  read(): number;
  make(value: number): void;
}

const MODEL_STEP = 0.01;

/** Those of a model, in the order of its commands. */
export const modelSettings = ({ commands }: DeviceModel): Setting[] =>
  Object.entries(commands).flatMap(([name, spec]) =>
    'sets' in spec && spec.sets !== undefined
      ? [{ name, low: spec.low, high: spec.high, step: MODEL_STEP }]
      : [],
  );

/** How it is set at scenario time `t` (ms). */
export const settingsAt = (
  body: Body,
  offered: readonly OfferedSetting[],
  t: number,
): Record<string, number> => ({
  ...Object.fromEntries(offered.map(({ spec, read }) => [spec.name, read()])),
  ...body.settings(t),
});

/** How it left the factory. */
export const factoryOf = (
  body: Body,
  offered: readonly OfferedSetting[],
): Record<string, number> => ({
  ...Object.fromEntries(offered.map(({ spec }) => [spec.name, spec.factory])),
  ...body.settings(0),
});

/** False when there is no such setting, or it cannot be set so. */
export function setBy(
  body: Body,
  offered: readonly OfferedSetting[],
  name: string,
  value: unknown,
  t: number,
): boolean {
  const own = offered.find(({ spec }) => spec.name === name);
  if (own === undefined) return body.physics.command(name, value, t);
  if (!fitsSetting(own.spec, value)) return false;
  own.make(value);
  return true;
}

const EPSILON = 1e-9;

/** Within its bounds, and on its steps. */
export function fitsSetting({ low, high, step }: Setting, value: unknown): value is number {
  if (typeof value !== 'number' || !(value >= low && value <= high)) return false;
  const steps = (value - low) / step;
  return Math.abs(steps - Math.round(steps)) <= EPSILON * Math.max(1, steps);
}
