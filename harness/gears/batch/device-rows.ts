/** The rows of one device: what it measured, and by its events what is to be known of each row. */
import { type Embodied, growthKey, type Physics, physicsOf, signalKey, stageOf } from '#devices';
import {
  AILING,
  type Cells,
  faultCode,
  isInEffect,
  type LabelEvent,
  type Malfunctioning,
} from '#kernel';
import type { Sampling } from './device-events.ts';
import { classesOf } from './tables.ts';

export interface DeviceStory {
  embodied: Embodied;
  malfunctions: readonly Malfunctioning[];
  events: readonly LabelEvent[];
  sampling: Sampling;
  /** Milliseconds since 1970 of the scenario's instant zero. */
  zeroAt: number;
}

/** Columns before the signals: device, time, n. */
const HEAD = 3;

/** Fills rows one after the other; nothing is made for a row but what the model gives. */
export class DeviceRows {
  readonly #story: DeviceStory;
  readonly #physics: Physics;
  readonly #signals: readonly string[];
  readonly #labels: Labels;

  constructor(story: DeviceStory) {
    this.#story = story;
    this.#physics = physicsOf(story.embodied, story.malfunctions);
    this.#signals = Object.keys(story.embodied.model.signals);
    this.#labels = new Labels(story);
  }

  /** Samples `from` to before `to`, into the cells from row `at` on. */
  fill(cells: readonly Cells[], at: number, from: number, to: number): void {
    const { embodied, sampling, zeroAt } = this.#story;
    const [devices, times, numbers] = cells as [Cells, Float64Array, Float64Array];
    const signals = cells.slice(HEAD, HEAD + this.#signals.length) as Float64Array[];
    const labels = cells.slice(HEAD + this.#signals.length) as Float64Array[];
    for (let n = from, row = at; n < to; n++, row++) {
      const t = sampling.firstAt + n * sampling.everyMs;
      devices[row] = embodied.device.id;
      times[row] = zeroAt + t;
      numbers[row] = n;
      const values = this.#physics.sample(t, n);
      for (let k = 0; k < signals.length; k++) {
        (signals[k] as Float64Array)[row] = values[this.#signals[k] as string] as number;
      }
      this.#labels.write(labels, row, t);
    }
  }
}

/** Of the worst of what acts at a time, and of all of it. */
class Labels {
  readonly #causes: readonly Cause[];

  constructor({ embodied, malfunctions, events }: DeviceStory) {
    const classes = classesOf(embodied.model);
    const laws = new Map(malfunctions.map((one) => [one.fault, one]));
    this.#causes = events.map((event) => ({
      event,
      law: laws.get(event.fault) ?? null,
      key: growthKey(signalKey(embodied), { fault: event.fault }),
      code: faultCode(event.faultClass),
      bit: Math.max(0, classes.indexOf(event.faultClass)),
    }));
  }

  write(columns: readonly Float64Array[], row: number, t: number): void {
    let label = 0;
    let code = 0;
    let mask = 0;
    let phase: number = AILING.normal;
    let worst = 0;
    for (const cause of this.#causes) {
      const isFelt = isInEffect(cause.event, t);
      const severity = severityOf(cause, t);
      if (!isFelt && severity === 0) continue;
      if (isFelt) label = 1;
      mask += hasBit(mask, cause.bit) ? 0 : 2 ** cause.bit;
      if (code !== 0 && severity <= worst) continue;
      [worst, code] = [severity, cause.code];
      phase = phaseOf(cause, severity, t);
    }
    (columns[0] as Float64Array)[row] = label;
    (columns[1] as Float64Array)[row] = code;
    (columns[2] as Float64Array)[row] = mask;
    (columns[3] as Float64Array)[row] = phase;
    (columns[4] as Float64Array)[row] = worst;
    (columns[5] as Float64Array)[row] = 1 - worst;
  }
}

interface Cause {
  event: LabelEvent;
  law: Malfunctioning | null;
  /** Of the draws by which it grows. */
  key: number;
  code: number;
  bit: number;
}

const hasBit = (mask: number, bit: number): boolean => Math.floor(mask / 2 ** bit) % 2 === 1;

function severityOf({ event, law, key }: Cause, t: number): number {
  if (t < event.causeFrom || t >= event.causeTo || law === null) return 0;
  return stageOf(law, t - law.from, key).severity;
}

function phaseOf({ event }: Cause, severity: number, t: number): number {
  if (t >= event.causeTo) return AILING.recovery;
  return severity < event.severity ? AILING.incipient : AILING.active;
}
