/**
 * A device tells by itself whether what it measures is out of the ordinary: by a rule, and by a
 * model that comes over the air. A model that is on trial judges in the shadow of whatever decides,
 * and is good when it agrees with the rule often enough. One that was kept decides as long as the
 * inputs are those it was made for; when they drift away, and while nobody knows after a boot, the
 * rule does. Each decision is written down as its truth.
 */
import { DETECTOR_OPS, type Detector, type ParamValues, readDetector, streamOf } from '#kernel';
import {
  definePart,
  type Fitness,
  type Given,
  type Part,
  type PartDevice,
  type PartMessage,
} from '../part.ts';
import { DriftWatch, isOdd } from './detector/detection.ts';

export interface DetectorSeams {
  /** Its inputs have drifted away: false lets its model decide all the same. */
  fallBack?(device: string, n: number): boolean;
  /** A model on trial finds a reading odd, or not: true lets that decide. */
  obeyShadow?(device: string, n: number): boolean;
}

const ALERT = 'alert';
const LEAST_MS = 250;
const [ABOVE, BELOW] = ['detector-above', 'detector-below'] as const;
const STATES = ['rule', 'shadow', 'model', 'fallback'] as const;
const BOUND = { min: -1000, max: 10_000 };

export default definePart({
  kind: 'detector',
  summary: 'tells by itself what is out of the ordinary, by a rule or a model that it is sent',
  params: {
    reads: { kind: 'text', about: 'Signal that it looks at.' },
    above: { kind: 'number', about: 'Higher is odd, by its rule.', optional: true, ...BOUND },
    below: { kind: 'number', about: 'Lower is odd, by its rule.', optional: true, ...BOUND },
    over: {
      kind: 'integer',
      about: 'So many readings a model on trial must have seen, before it is kept.',
      default: 5,
      min: 1,
      max: 1000,
    },
    agree: {
      kind: 'share',
      about: 'So often it must have agreed with the rule by then.',
      default: '80%',
    },
    window: {
      kind: 'integer',
      about: 'By the mean of so many readings it is seen whether inputs have drifted away.',
      default: 6,
      min: 2,
      max: 1000,
    },
    drift: {
      kind: 'number',
      about: 'So many spreads away from what the model was made for, and the rule decides.',
      default: 2,
      min: 0.1,
      max: 100,
    },
  },
  uses: ['model'],
  streams: [
    {
      name: ALERT,
      noun: 'alert',
      way: 'up',
      qos: 1,
      schedule: { by: 'event', leastMs: LEAST_MS },
    },
  ],
  settings: ({ above, below }) =>
    [
      { name: ABOVE, about: 'Higher is odd, by its rule.', set: above },
      { name: BELOW, about: 'Lower is odd, by its rule.', set: below },
    ].flatMap(({ name, about, set }) =>
      set === undefined
        ? []
        : [{ name, about, low: BOUND.min, high: BOUND.max, step: 0.01, factory: Number(set) }],
    ),
  flaws: ({ reads, above, below }, _, { signals }) => {
    if (!signals.includes(String(reads))) {
      const message = `it looks at ${reads}, which its model does not measure`;
      return [{ path: ['reads'], message, hint: `signals are ${signals.join(', ')}` }];
    }
    if (above !== undefined || below !== undefined) return [];
    const message = 'without a bound nothing is odd by its rule';
    return [{ path: ['above'], message, hint: 'write above:, below:, or both' }];
  },
  ops: DETECTOR_OPS,
  seams: ['fallBack', 'obeyShadow'],
  region: {
    initial: 'rule',
    states: Object.fromEntries(
      STATES.map((state) => [
        state,
        { entry: { type: 'note', params: { state: `detector.${state}` } } },
      ]),
    ),
    on: Object.fromEntries(STATES.map((state) => [`detector.${state}`, { target: `.${state}` }])),
  },
  start: (device) => new DetectorPart(device),
});

type State = (typeof STATES)[number];

class DetectorPart implements Part {
  readonly #device: PartDevice;
  readonly #params: ParamValues;
  readonly #bounds: { [name: string]: number | undefined };
  readonly #kept: { model: Detector | null; watch: DriftWatch };
  readonly #trial: { model: Detector | null; watch: DriftWatch };
  /** Of the trial: readings that it has seen, and of how many it said the same as the rule. */
  #seen = 0;
  #agreed = 0;
  #last: number | null = null;
  #state: State = 'rule';
  /** Whether it was odd when that was last told, and when the next may be. */
  #said = false;
  #nextAt = 0;
  #alerts = 0;

  constructor(device: PartDevice) {
    this.#device = device;
    this.#params = device.paramsOf('detector');
    const { above, below, window, drift } = this.#params;
    const bound = (set: unknown): number | undefined => (set === undefined ? set : Number(set));
    this.#bounds = { [ABOVE]: bound(above), [BELOW]: bound(below) };
    const watch = (): DriftWatch => new DriftWatch(Number(window), Number(drift));
    this.#kept = { model: null, watch: watch() };
    this.#trial = { model: null, watch: watch() };
  }

  setting(name: string): number {
    return this.#bounds[name] ?? 0;
  }

  set(name: string, value: number): void {
    this.#bounds[name] = value;
    this.#tellRule();
  }

  /** What it had in memory is gone; what it uses it is given again. */
  booted(): void {
    for (const own of [this.#kept, this.#trial]) {
      own.model = null;
      own.watch.forget();
    }
    [this.#seen, this.#agreed, this.#last] = [0, 0, null];
    [this.#said, this.#nextAt] = [false, 0];
    this.#tellRule();
    this.#go();
  }

  given({ kind, kept, trial }: Given): void {
    if (kind !== 'model') return;
    const [own, tried] = [readDetector(kept?.says), readDetector(trial?.says)];
    if (JSON.stringify(tried) !== JSON.stringify(this.#trial.model)) {
      [this.#seen, this.#agreed] = [0, 0];
      this.#trial.watch.forget();
    }
    // A new one may well be made for just what the one before was not.
    if (JSON.stringify(own) !== JSON.stringify(this.#kept.model)) this.#kept.watch.begin();
    this.#kept.model = own;
    this.#trial.model = tried;
    this.#go();
  }

  fitness(): Fitness {
    if (this.#trial.model === null) return 'well';
    if (this.#trial.watch.isOff) return 'ill';
    const isSeen = this.#seen >= Number(this.#params.over) && this.#trial.watch.isFull;
    if (!isSeen) return 'open';
    return this.#agreed >= this.#seen * Number(this.#params.agree) ? 'well' : 'ill';
  }

  measured({ stream, n, values }: PartMessage): void {
    if (streamOf(this.#device.plan, stream)?.measured !== true) return;
    const value = values[String(this.#params.reads)];
    if (typeof value !== 'number' || !Number.isFinite(value)) return;
    const change = this.#last === null ? 0 : value - this.#last;
    this.#last = value;
    this.#kept.watch.take(value, this.#kept.model);
    const rule = this.#isBeyond(value);
    const shadow = this.#inShadow(value, change, rule);
    const [by, odd] = this.#decided(value, change, rule, shadow, n);
    const said = shadow === null ? '' : String(shadow);
    this.#device.write('detector/judged', {
      stream,
      n,
      value: String(value),
      by,
      odd,
      shadow: said,
    });
    this.#go();
    this.#tell(odd, by, value);
  }

  #isBeyond(value: number): boolean {
    const { [ABOVE]: above, [BELOW]: below } = this.#bounds;
    return (above !== undefined && value > above) || (below !== undefined && value < below);
  }

  #inShadow(value: number, change: number, rule: boolean): boolean | null {
    const { model, watch } = this.#trial;
    if (model === null) return null;
    watch.take(value, model);
    const odd = isOdd(model, value, change);
    this.#seen++;
    if (odd === rule) this.#agreed++;
    return odd;
  }

  #decided(
    value: number,
    change: number,
    rule: boolean,
    shadow: boolean | null,
    n: number,
  ): [by: string, odd: boolean] {
    const { id } = this.#device.row;
    const obeys = this.#device.seam<DetectorSeams['obeyShadow']>('obeyShadow');
    if (shadow !== null && obeys?.(id, n) === true) return ['model', shadow];
    const { model } = this.#kept;
    if (model === null) return ['rule', rule];
    const falls = this.#device.seam<DetectorSeams['fallBack']>('fallBack');
    const goesOn = this.#isSure || falls?.(id, n) === false;
    return goesOn ? ['model', isOdd(model, value, change)] : ['rule', rule];
  }

  /** The inputs are those that its model is for. */
  get #isSure(): boolean {
    const { watch } = this.#kept;
    return watch.isFull && !watch.isOff;
  }

  #go(): void {
    const alone: State = this.#trial.model === null ? 'rule' : 'shadow';
    const sure: State = this.#isSure ? 'model' : 'fallback';
    const state = this.#kept.model === null ? alone : sure;
    if (state === this.#state) return;
    this.#state = state;
    this.#device.tell({ type: `detector.${state}` });
  }

  #tell(odd: boolean, by: string, value: number): void {
    const device = this.#device;
    if (odd === this.#said || device.now() < this.#nextAt) return;
    this.#said = odd;
    this.#nextAt = device.now() + LEAST_MS;
    device.send({ stream: device.code(ALERT), n: this.#alerts++, values: { odd, by, value } });
  }

  #tellRule(): void {
    const said = (bound: number | undefined): string => (bound === undefined ? '' : String(bound));
    const { [ABOVE]: above, [BELOW]: below } = this.#bounds;
    this.#device.write('detector/ruled', { above: said(above), below: said(below) });
  }
}
