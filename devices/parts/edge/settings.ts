/**
 * How a control loop is set: plain numbers with a name, a low and a high. Where they come from,
 * from a scenario or from afar, is nobody's business here; what is out of bounds is not taken over.
 */
export const SETTINGS = {
  setpoint: { about: 'Where the signal is to be kept.', low: -100, high: 1000 },
  hysteresis: { about: 'Between switching on and off.', low: 0.01, high: 100 },
} as const;

export type Settings = Readonly<Record<keyof typeof SETTINGS, number>>;

/** As they are, with what is given and may be; null where any of it may not. */
export function settingsWith(
  old: Settings,
  given: Readonly<Record<string, unknown>>,
): Settings | null {
  const next: Record<string, number> = { ...old };
  for (const [name, { low, high }] of Object.entries(SETTINGS)) {
    const value = given[name];
    if (value === undefined) continue;
    if (typeof value !== 'number' || !(value >= low && value <= high)) return null;
    next[name] = value;
  }
  return next as Settings;
}
