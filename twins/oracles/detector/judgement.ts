/** One device: what it should have decided of each reading, and whether it kept a model rightly. */
import type { Detector } from '#kernel';

export interface DetectorSettings {
  above: number | null;
  below: number | null;
  over: number;
  agree: number;
  window: number;
  drift: number;
}

export interface Judged {
  /** Microseconds. */
  t: number;
  n: number;
  value: number;
  by: string;
  isOdd: boolean;
  /** What the model in shadow said; null where there is none. */
  shadow: boolean | null;
}

export interface Mistake {
  t: number;
  /** Of the reading; null where it is about a model as such. */
  n: number | null;
  what: string;
  /** Readings before it that led there. */
  values: readonly number[];
}

export interface DetectorStory {
  /** Decisions of which all is right, by what decided. */
  kept: { rule: number; model: number; fallback: number; shadow: number };
  /** Of its readings, those of which nobody can say by which it had to go. */
  unsure: number;
  mistakes: readonly Mistake[];
}

/** So near to a limit, a sum made in another order may lie on its other side. */
const NEAR = 1e-9;
/** A model takes over again when its inputs are so much nearer than where it gave up. */
const BACK = 0.5;
const SHOWN = 12;

export class Judgement {
  readonly #settings: DetectorSettings;
  #kept: Detector | null = null;
  #trial: Detector | null = null;
  /** Since it came up, and since the trial began. */
  #values: number[] = [];
  #trialFrom = 0;
  #agreed = 0;
  /** Whether the inputs of the one that was kept are others; null where nobody can say. */
  #isOff: boolean | null = false;
  #isTrialOff: boolean | null = false;
  readonly #mistakes: Mistake[] = [];
  readonly #counts = { rule: 0, model: 0, fallback: 0, shadow: 0 };
  #unsure = 0;

  constructor(settings: DetectorSettings) {
    this.#settings = { ...settings };
  }

  get story(): DetectorStory {
    return { kept: this.#counts, unsure: this.#unsure, mistakes: this.#mistakes };
  }

  booted(): void {
    [this.#kept, this.#trial] = [null, null];
    this.#values = [];
    this.#beginTrial();
    this.#isOff = false;
  }

  ruled(above: number | null, below: number | null): void {
    Object.assign(this.#settings, { above, below });
  }

  uses(t: number, model: Detector | null, isTrial: boolean): void {
    if (isTrial) {
      if (model !== this.#trial) this.#beginTrial();
      this.#trial = model;
      return;
    }
    if (model !== null && model === this.#trial) this.#mustHaveProved(t);
    if (model !== this.#kept) this.#isOff = false;
    this.#kept = model;
    this.#trial = null;
    this.#beginTrial();
  }

  judged(said: Judged): void {
    const { value, isOdd, shadow } = said;
    const before = this.#values.at(-1);
    const change = before === undefined ? 0 : value - before;
    this.#values.push(value);
    const rule = this.#isBeyond(value);
    this.#isOff = this.#offNow(this.#kept, this.#values, this.#isOff);
    const ofTrial = this.#trial && oddBy(this.#trial, value, change);
    if (this.#trial !== null) {
      const seen = this.#values.slice(this.#trialFrom);
      this.#isTrialOff = this.#offNow(this.#trial, seen, this.#isTrialOff);
      if (ofTrial === rule) this.#agreed++;
    }
    if (shadow !== ofTrial) {
      this.#wrong(said, `its model in shadow says ${inWords(shadow)}, not ${inWords(ofTrial)}`);
    }
    const by = this.#decides();
    if (by !== null && said.by !== by) return this.#wrong(said, GOES[by]);
    const due = said.by === 'model' ? oddBy(this.#kept, value, change) : rule;
    if (due !== isOdd) {
      return this.#wrong(said, `finds it ${inWords(isOdd)}, which is ${inWords(due)}`);
    }
    if (by === null) this.#unsure++;
    else this.#count(by);
  }

  #count(by: 'rule' | 'model'): void {
    if (by === 'model') this.#counts.model++;
    else if (this.#kept !== null) this.#counts.fallback++;
    else if (this.#trial !== null) this.#counts.shadow++;
    else this.#counts.rule++;
  }

  /** Null where nobody can say. */
  #decides(): 'rule' | 'model' | null {
    if (this.#kept === null || this.#values.length < this.#settings.window) return 'rule';
    if (this.#isOff === null) return null;
    return this.#isOff ? 'rule' : 'model';
  }

  /** The mean of the last readings lies too far away; it has to come well back before it is not. */
  #offNow(model: Detector | null, values: readonly number[], was: boolean | null): boolean | null {
    const { window, drift } = this.#settings;
    if (model === null || values.length < window) return false;
    let sum = 0;
    for (const value of values.slice(-window)) sum += value;
    const off = Math.abs(sum / window - model.mean) / model.spread;
    const limits = was === null ? [drift * BACK, drift] : [was ? drift * BACK : drift];
    if (limits.some((limit) => Math.abs(off - limit) <= NEAR * (1 + limit))) return null;
    const [first, ...more] = limits.map((limit) => off > limit);
    return more.every((one) => one === first) ? first === true : null;
  }

  #mustHaveProved(t: number): void {
    const seen = this.#values.length - this.#trialFrom;
    const { over, agree, window } = this.#settings;
    const isSeen = seen >= Math.max(over, window) && this.#agreed >= agree * seen - NEAR;
    if (isSeen && this.#isTrialOff !== true) return;
    const isDrifted = isSeen ? ', and its inputs had drifted away' : '';
    const what = `keeps a model that agreed in ${this.#agreed} of ${seen} readings${isDrifted}`;
    this.#mistakes.push({ t, n: null, what, values: this.#values.slice(-SHOWN) });
  }

  #beginTrial(): void {
    this.#trialFrom = this.#values.length;
    this.#agreed = 0;
    this.#isTrialOff = false;
  }

  #isBeyond(value: number): boolean {
    const { above, below } = this.#settings;
    return (above !== null && value > above) || (below !== null && value < below);
  }

  #wrong({ t, n }: Judged, what: string): void {
    this.#mistakes.push({ t, n, what, values: this.#values.slice(-SHOWN) });
  }
}

const GOES = {
  rule: 'goes by its model, and has to go by its rule',
  model: 'goes by its rule, and has to go by its model',
};

function oddBy(model: Detector | null, value: number, change: number): boolean | null {
  if (model === null) return null;
  if (model.form === 'line') {
    const far = value + model.change * change - model.mean;
    return Math.abs(far) / model.spread > model.beyond;
  }
  for (let at = 0; ; ) {
    const node = model.nodes[at];
    if (node === undefined) return false;
    if (!('on' in node)) return node.odd;
    at = (node.on === 'value' ? value : change) < node.below ? node.yes : node.no;
  }
}

const inWords = (odd: boolean | null): string =>
  odd === null ? 'nothing' : odd ? 'odd' : 'as usual';
