/**
 * How a malfunction grows from its onset on: at once, evenly, ever faster, or by fits and starts.
 * It grows in so many small steps, so that between two of them the physics keep their closed form,
 * and what a device measures does not hang on how often it is asked.
 */
import { type Malfunction, type Malfunctioning, streamKey, unitAt } from '#kernel';

/** Steps from nothing to the worst. */
const STEPS = 256;
/** Of those by fits and starts, each as long as the next. */
const FITS = 32;
/** The last tenth of the time does two fifths of an exponential growth. */
const STEEPNESS = 5;

interface Law {
  steps: number;
  /** The share of its worst in a step; the first one is never nothing, since it is the onset. */
  share(step: number, key: number): number;
  /** Goes on by the same law once it has grown. */
  goesOn?: true;
}

const LAWS: Readonly<Record<Malfunction['grows'], Law>> = {
  step: { steps: 1, share: () => 1 },
  ramp: { steps: STEPS, share: (step) => (step + 1) / STEPS },
  exponential: {
    steps: STEPS,
    share: (step) => Math.expm1((STEEPNESS * (step + 1)) / STEPS) / Math.expm1(STEEPNESS),
  },
  intermittent: {
    steps: FITS,
    share: (step, key) => (step === 0 || unitAt(key, step) < 0.5 ? 1 : 0),
    goesOn: true,
  },
};

/** The stream of its draws, in a device whose physics draw by `key`. */
export const growthKey = (key: number, { fault }: Pick<Malfunctioning, 'fault'>): number =>
  streamKey(key, `malfunction/${fault}`);

export interface Stage {
  /** From 0, healthy, to 1, as bad as it gets. */
  severity: number;
  /** Milliseconds since the onset at which it changes next. */
  untilMs: number;
}

/** So long after its onset. `key` is of the device and the malfunction. */
export function stageOf(
  { grows, overMs, severity }: Pick<Malfunctioning, 'grows' | 'overMs' | 'severity'>,
  sinceMs: number,
  key: number,
): Stage {
  const { steps, share, goesOn } = LAWS[grows];
  const stepMs = Math.max(1, Math.ceil(overMs / steps));
  const step = Math.floor(sinceMs / stepMs);
  const isGrown = goesOn !== true && step >= steps - 1;
  return {
    severity: severity * share(isGrown ? steps - 1 : step, key),
    untilMs: isGrown ? Number.POSITIVE_INFINITY : (step + 1) * stepMs,
  };
}
