/**
 * How a control loop is set: numbers with a name, a low and a high, as any setting that a part
 * offers. Where they come from, from a message of their own or from a twin, is nobody's business
 * here; what is out of bounds is not taken over.
 */
import type { ParamValues } from '#kernel';
import type { PartSetting } from '../../settings.ts';

/** What no loop goes beyond, whatever it is told. */
export const BOUNDS = {
  setpoint: { low: -100, high: 1000 },
  hysteresis: { low: 0.01, high: 10 },
} as const;

export type Settings = Readonly<Record<keyof typeof BOUNDS, number>>;

const STEP = 0.01;

/** With the range of the set-point that the entry declares. */
export const settingsOf = ({ setpoint, hysteresis, low, high }: ParamValues): PartSetting[] => [
  {
    name: 'setpoint',
    about: 'Where it keeps the signal.',
    low: Number(low ?? BOUNDS.setpoint.low),
    high: Number(high ?? BOUNDS.setpoint.high),
    step: STEP,
    factory: Number(setpoint),
  },
  {
    name: 'hysteresis',
    about: 'How far apart it switches on and off.',
    ...BOUNDS.hysteresis,
    step: STEP,
    factory: Number(hysteresis),
  },
];

/** As they are, with what is given and may be; null where any of it may not. */
export function settingsWith(
  old: Settings,
  given: Readonly<Record<string, unknown>>,
  specs: readonly PartSetting[],
): Settings | null {
  const next: Record<string, number> = { ...old };
  for (const { name, low, high } of specs) {
    const value = given[name];
    if (value === undefined) continue;
    if (typeof value !== 'number' || !(value >= low && value <= high)) return null;
    next[name] = value;
  }
  return next as Settings;
}
