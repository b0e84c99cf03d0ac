/**
 * How a rolling bearing sounds: its elements pass a flaw so often as its geometry says, and each
 * time the housing rings like a bell that is struck. Whoever listens looks for how often it rings:
 * the loudness around the note of the housing, and how strongly that comes and goes at a frequency.
 */
import { normalAt, unitAt } from '#kernel';

/** Samples a second, and in one look: 6 Hz can be told apart. */
export const [RATE_HZ, SAMPLES] = [12_800, 2048] as const;

export interface Geometry {
  elements: number;
  /** Diameter of an element over that of its circle. */
  ratio: number;
  /** Of contact, degrees. */
  angle: number;
}

/** Hz, for a shaft at so many turns a second. */
export interface PassingRates {
  outer: number;
  inner: number;
  /** Of the spin of an element, which strikes both rings at each turn. */
  ball: number;
  cage: number;
}

export function passingRates({ elements, ratio, angle }: Geometry, turns: number): PassingRates {
  const r = ratio * Math.cos((angle * Math.PI) / 180);
  return {
    outer: (elements / 2) * turns * (1 - r),
    inner: (elements / 2) * turns * (1 + r),
    ball: (turns / (2 * ratio)) * (1 - r * r),
    cage: (turns / 2) * (1 - r),
  };
}

/** What makes it sound as it does; amplitudes in g. */
export interface Sounding {
  turns: number;
  rates: PassingRates;
  outer: number;
  inner: number;
  ball: number;
  cage: number;
  imbalance: number;
  misaligned: number;
  noise: number;
  /** Note of the housing, Hz, and how fast it dies away. */
  note: number;
  damping: number;
}

/** Rolling elements slide a little: by so much the time between two strikes varies. */
const SLIDE = 0.015;

/** Acceleration in g; another key is another look at the same. */
export function waveform(sounding: Sounding, key: number, look: number): Float64Array {
  const { turns, imbalance, misaligned, noise } = sounding;
  const first = look * SAMPLES;
  const hiss = new Float64Array(SAMPLES);
  if (noise > 0) for (let k = 0; k < SAMPLES; k++) hiss[k] = noise * normalAt(key + 1, first + k);
  const wave = rung(strikes(sounding, hiss, key, look), sounding);
  const once = new Turning(turns, unitAt(key, first));
  const twice = new Turning(2 * turns, unitAt(key, first + 1));
  for (let k = 0; k < SAMPLES; k++) {
    wave[k] = (wave[k] ?? 0) + (hiss[k] ?? 0) + imbalance * once.next() + misaligned * twice.next();
  }
  return wave;
}

/** A cosine, sample by sample: each is the last one turned a little further. */
class Turning {
  readonly #step: { cos: number; sin: number };
  cos: number;
  sin: number;

  constructor(hertz: number, phase = 0) {
    const omega = (2 * Math.PI * hertz) / RATE_HZ;
    this.#step = { cos: Math.cos(omega), sin: Math.sin(omega) };
    this.cos = Math.cos(2 * Math.PI * phase);
    this.sin = Math.sin(2 * Math.PI * phase);
  }

  next(): number {
    const { cos, sin } = this;
    this.cos = cos * this.#step.cos - sin * this.#step.sin;
    this.sin = sin * this.#step.cos + cos * this.#step.sin;
    return cos;
  }
}

/** Of what is heard as hiss, the share that strikes the housing. */
const HISS_SHARE = 0.3;

/** How hard the housing is struck at each sample. */
function strikes(
  { turns, rates, outer, inner, ball, cage }: Sounding,
  hiss: Float64Array,
  key: number,
  look: number,
): Float64Array {
  const hits = hiss.map((value) => value * HISS_SHARE);
  const flaws = [
    { rate: rates.outer, size: outer, by: 0 },
    // It passes through the zone of the load with the shaft, or with the cage.
    { rate: rates.inner, size: inner, by: turns },
    { rate: 2 * rates.ball, size: ball, by: rates.cage },
    { rate: rates.cage, size: cage, by: 0 },
  ];
  for (const [f, { rate, size, by }] of flaws.entries()) {
    if (size <= 0 || rate <= 0) continue;
    const own = key + 2 + f;
    const gap = RATE_HZ / rate;
    // Each look begins somewhere else between two strikes.
    let k = unitAt(own, look * SAMPLES) * gap;
    const phase = 2 * Math.PI * unitAt(own, look * SAMPLES + 1);
    for (let hit = 2; k < SAMPLES; hit++) {
      const load = by === 0 ? 1 : 0.5 + 0.5 * Math.cos((2 * Math.PI * by * k) / RATE_HZ + phase);
      hits[Math.floor(k)] = (hits[Math.floor(k)] ?? 0) + size * load;
      k += gap * Math.max(0.5, 1 + SLIDE * normalAt(own, look * SAMPLES + hit));
    }
  }
  return hits;
}

/** A bell of one note, struck so: two numbers of memory are all that it needs. */
function rung(hits: Float64Array, { note, damping }: Sounding): Float64Array {
  const omega = (2 * Math.PI * note) / RATE_HZ;
  const fade = Math.exp(-damping * omega);
  const turn = omega * Math.sqrt(1 - damping * damping);
  const [a, b] = [2 * fade * Math.cos(turn), -fade * fade];
  let [one, two] = [0, 0];
  const ringing = new Float64Array(SAMPLES);
  for (let k = 0; k < SAMPLES; k++) {
    const next = a * one + b * two + (hits[k] ?? 0) * Math.sin(turn);
    ringing[k] = next;
    two = one;
    one = next;
  }
  return ringing;
}

/** How loud it is around a note, sample by sample: its envelope, without its mean. */
export function envelope(wave: Float64Array, note: number): Float64Array {
  const width = Math.max(2, Math.round(RATE_HZ / 1200));
  const turning = new Turning(note);
  const loud = new Float64Array(wave.length);
  const [real, imaginary] = [new Float64Array(wave.length), new Float64Array(wave.length)];
  let [re, im, sum] = [0, 0, 0];
  for (let k = 0; k < wave.length; k++) {
    const { cos, sin } = turning;
    turning.next();
    real[k] = (wave[k] ?? 0) * cos;
    imaginary[k] = (wave[k] ?? 0) * sin;
    re += (real[k] ?? 0) - (real[k - width] ?? 0);
    im += (imaginary[k] ?? 0) - (imaginary[k - width] ?? 0);
    loud[k] = (2 * Math.sqrt(re * re + im * im)) / width;
    sum += loud[k] ?? 0;
  }
  const mean = sum / wave.length;
  return loud.map((value) => value - mean);
}

/** Amplitude at a frequency (Goertzel). */
export function lineAt(values: Float64Array, hertz: number): number {
  const omega = (2 * Math.PI * hertz) / RATE_HZ;
  const a = 2 * Math.cos(omega);
  let [one, two] = [0, 0];
  for (const value of values) {
    const next = value + a * one - two;
    two = one;
    one = next;
  }
  const power = one * one + two * two - a * one * two;
  return (2 * Math.sqrt(Math.max(0, power))) / values.length;
}

/** What anybody sees of a waveform, whatever made it. */
export interface Shape {
  rms: number;
  peak: number;
  /** 3 for noise, more where it is struck. */
  kurtosis: number;
  /** Root of the mean square below 1 kHz, from there to 4 kHz, and above. */
  low: number;
  middle: number;
  high: number;
}

export function shapeOf(wave: Float64Array): Shape {
  const [slow, fast] = [smoothing(1000), smoothing(4000)];
  let [square, fourth, peak, low, middle, high] = [0, 0, 0, 0, 0, 0];
  for (const value of wave) {
    const [under, below] = [slow(value), fast(value)];
    square += value * value;
    fourth += value * value * value * value;
    peak = Math.max(peak, Math.abs(value));
    low += under * under;
    middle += (below - under) * (below - under);
    high += (value - below) * (value - below);
  }
  const n = wave.length;
  const rms = (sum: number): number => Math.sqrt(sum / n);
  return {
    ...{ rms: rms(square), peak, kurtosis: square > 0 ? (fourth * n) / (square * square) : 0 },
    ...{ low: rms(low), middle: rms(middle), high: rms(high) },
  };
}

/** Lets through what is slower than that (first order). */
function smoothing(hertz: number): (value: number) => number {
  const share = 1 - Math.exp((-2 * Math.PI * hertz) / RATE_HZ);
  let state = 0;
  return (value) => {
    state += share * (value - state);
    return state;
  };
}
