/**
 * One seed, many named streams. Each consumer draws from a stream named after what it decides
 * (`device/<id>/signal/temperature`), so a new device, fault or signal never shifts anybody else's
 * numbers. Cold draws come from seedrandom; hot per-sample draws come from a counter-based
 * generator that has no state: the value depends on (key, counter) alone and can be asked for in
 * any order, by any shard.
 */
import seedrandom from 'seedrandom';

export interface Random {
  /** Uniform in [0, 1). */
  unit(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Whole number in [0, bound). */
  below(bound: number): number;
  /** Standard normal, by inversion: no hidden spare value. */
  normal(): number;
}

/** A stream of its own for every (seed, name). */
export function randomStream(seed: number, name: string): Random {
  const draw = seedrandom.alea(`${seed}/${name}`);
  return {
    unit: () => draw(),
    between: (low, high) => low + (high - low) * draw(),
    below: (bound) => Math.floor(draw() * bound),
    normal: () => inverseNormal((Math.floor(draw() * 4294967296) + 0.5) / 4294967296),
  };
}

/** FNV-1a over UTF-16 code units, finished by an avalanche. For keys and selectors. */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    h ^= text.charCodeAt(i);
    h = Math.imul(h, 0x01000193);
  }
  return avalanche(h);
}

/** The key of a counter-based stream. */
export const streamKey = (seed: number, name: string): number => hashText(`${seed}/${name}`);

/** Uniform in [0, 1) for the `counter`-th draw of the stream `key`. */
export function unitAt(key: number, counter: number): number {
  return (
    avalanche(
      Math.imul(counter + 1, 0x9e3779b1) ^ avalanche(key + Math.floor(counter / 4294967296)),
    ) / 4294967296
  );
}

/** Standard normal for the `counter`-th draw of the stream `key`. */
export const normalAt = (key: number, counter: number): number =>
  inverseNormal(unitAt(key, counter) + 0.5 / 4294967296);

/** Whether a choice, such as a fault, falls on this subject, at so large a share. */
export const isSelected = (seed: number, subject: string, choice: string, share: number): boolean =>
  hashText(`${seed}/select/${choice}/${subject}`) / 4294967296 < share;

function avalanche(value: number): number {
  let h = value | 0;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return h >>> 0;
}

/** Acklam's rational approximation of the normal quantile; relative error below 1.2e-9. */
function inverseNormal(p: number): number {
  const tail = 0.02425;
  if (p < tail) return tailQuantile(Math.sqrt(-2 * Math.log(p)));
  if (p > 1 - tail) return -tailQuantile(Math.sqrt(-2 * Math.log(1 - p)));
  const q = p - 0.5;
  const r = q * q;
  const numerator =
    ((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r +
      138.357751867269) *
      r -
      30.66479806614716) *
      r +
    2.506628277459239;
  const denominator =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r +
      66.80131188771972) *
      r -
      13.28068155288572) *
      r +
    1;
  return (numerator * q) / denominator;
}

function tailQuantile(q: number): number {
  const numerator =
    ((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q -
      2.549732539343734) *
      q +
      4.374664141464968) *
      q +
    2.938163982698783;
  const denominator =
    (((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q +
      3.754408661907416) *
      q +
    1;
  return numerator / denominator;
}
