/**
 * The health of a device: its radio, its battery, its heap, its warmth. As a signal it is measured
 * like any other; with `health: real` it has consequences, and the same numbers say when: a weak
 * radio stalls the link, a leaking heap ends in a watchdog reset, an empty battery ends everything.
 * What happens is fixed by scenario time and the last boot alone, so it can be asked for in any
 * order.
 */
import { normalAt, streamKey, unitAt } from '#kernel';
import { completeParams } from '../draw.ts';
import {
  type BatteryUse,
  chargeTaken,
  coulombsOf,
  lifetimeMs,
  meanCurrentUa,
  totalOf,
} from './battery.ts';
import { badChanceFor, burstsIn } from './gilbert-elliott.ts';
import { healthParams, healthSignals } from './health-params.ts';
import {
  freeSpaceLossDb,
  logDistanceLossDb,
  noiseFloorDbm,
  packetErrorRate,
  rayleighFadeDb,
} from './radio.ts';
import { quantise } from './sensor.ts';

/** What travels as health. The reset reason is that of the last boot. */
export interface HealthSample {
  battery: number;
  rssi: number;
  snr: number;
  freeHeap: number;
  uptime: number;
  mcuTemperature: number;
  resetReason: string;
}

export interface HealthInput {
  /** Key for counter-based draws, a different one for every device. */
  key: number;
  /** Drawn `healthParams` by name. */
  params: Readonly<Record<string, number>>;
  /** Time between messages, which is what empties the battery. */
  everyMs: number;
}

/** The link carries nothing from `from` until `to`, ms of scenario time. */
export interface Stall {
  from: number;
  to: number;
}

const FREQUENCY_HZ = 2.4e9;
const BANDWIDTH_HZ = 20e6;
const NOISE_FIGURE_DB = 6;
const NOISE_DBM = noiseFloorDbm(BANDWIDTH_HZ, NOISE_FIGURE_DB);
const HALF_LOSS_SNR_DB = 5;
const LOSS_SLOPE_PER_DB = 0.6;
/** A wide receiver averages over about this many independent fades. */
const FADE_BRANCHES = 4;

const CELL_MS = 250;
const BLOCK_MS = 300_000;
/** How far ahead the next stall is looked for. */
const LOOKAHEAD_MS = 86_400_000;

const HOUR_MS = 3_600_000;
const CASE_CELSIUS = 24;
const SELF_HEATING_K = 9;
const WARM_UP_S = 300;

export class Health {
  readonly #params: Readonly<Record<keyof typeof healthParams, number>>;
  readonly #use: BatteryUse;
  readonly #capacityC: number;
  readonly #snrMeanDb: number;
  readonly #noiseKey: number;
  readonly #fadingKey: number;
  readonly #fadeKey: number;
  readonly #stallKey: number;
  #bootedAt = 0;
  #resetReason = 'power-on';
  /** What the firmware that runs loses of its heap beside what is drawn, KiB each hour. */
  #ownLeak = 0;

  constructor({ key, params, everyMs }: HealthInput) {
    const drawn = completeParams(healthParams, params);
    this.#params = drawn;
    this.#use = {
      sleepUa: drawn.sleepCurrent,
      txMa: drawn.txCurrent,
      txMs: drawn.txTime,
      rxMa: drawn.rxCurrent,
      rxMs: drawn.rxTime,
      everyMs,
    };
    this.#capacityC = coulombsOf(drawn.batteryCapacity);
    this.#noiseKey = streamKey(key, 'health/noise');
    this.#fadingKey = streamKey(key, 'health/fading');
    this.#fadeKey = streamKey(key, 'health/fast-fading');
    this.#stallKey = streamKey(key, 'health/stall');
    const shadow = drawn.shadowing * normalAt(streamKey(key, 'health/shadowing'), 0);
    const oneMetre = freeSpaceLossDb(1, FREQUENCY_HZ);
    const loss = logDistanceLossDb(drawn.distance, drawn.pathExponent, oneMetre) + shadow;
    this.#snrMeanDb = drawn.txPower - loss - NOISE_DBM;
  }

  /** The measured health at scenario time `t`, as the `n`-th message carries it. */
  sample(t: number, n: number): HealthSample {
    const uptimeS = Math.max(0, t - this.#bootedAt) / 1000;
    const snr = this.#snrAt(t) - this.#fade(n);
    const held = Math.abs(normalAt(this.#noiseKey, n * 2)) * 2;
    const warmth = SELF_HEATING_K * (1 - Math.exp(-uptimeS / WARM_UP_S));
    const mcu = CASE_CELSIUS + warmth + 0.5 * normalAt(this.#noiseKey, n * 2 + 1);
    return {
      battery: quantise((100 * this.#chargeLeft(t)) / this.#capacityC, healthSignals.battery),
      rssi: quantise(snr + NOISE_DBM, healthSignals.rssi),
      snr: quantise(snr, healthSignals.snr),
      freeHeap: quantise(this.heapAt(t) - held, healthSignals.freeHeap),
      uptime: quantise(Math.floor(uptimeS), healthSignals.uptime),
      mcuTemperature: quantise(mcu, healthSignals.mcuTemperature),
      resetReason: this.#resetReason,
    };
  }

  /** Share of packets lost on the air at `t`. */
  errorRate(t: number): number {
    return packetErrorRate(this.#snrAt(t), HALF_LOSS_SNR_DB, LOSS_SLOPE_PER_DB);
  }

  /**
   * The first stall that begins at or after `afterT`; null when there is none within a day. The
   * link is then stalled for the share of time that `errorRate` names, in bursts. Bursts end with
   * their 5-minute block, so that each block can be drawn without knowing the one before.
   */
  nextStall(afterT: number): Stall | null {
    const first = Math.max(0, Math.floor(afterT / BLOCK_MS));
    const last = Math.floor((afterT + LOOKAHEAD_MS) / BLOCK_MS);
    const r = Math.min(1, CELL_MS / (this.#params.stallTime * 1000));
    for (let block = first; block <= last; block++) {
      const from = block * BLOCK_MS;
      const blockKey = Math.floor(unitAt(this.#stallKey, block) * 4294967296);
      const p = badChanceFor(this.errorRate(from), r);
      for (const burst of burstsIn(blockKey, BLOCK_MS / CELL_MS, p, r)) {
        const stall = { from: from + burst.from * CELL_MS, to: from + burst.to * CELL_MS };
        if (stall.from >= afterT) return stall;
      }
    }
    return null;
  }

  /** Free heap at `t`, KiB, as the program itself sees it. */
  heapAt(t: number): number {
    return this.#params.heap - (this.#leak * Math.max(0, t - this.#bootedAt)) / HOUR_MS;
  }

  /** Of it, what may go before the watchdog bites. */
  heapLeft(t: number): number {
    return this.heapAt(t) - this.#params.heapFloor;
  }

  /** When a boot at `bootT` runs out of heap; null when nothing leaks. */
  heapExhaustedAt(bootT: number): number | null {
    const { heap, heapFloor } = this.#params;
    if (this.#leak <= 0) return null;
    return bootT + (Math.max(0, heap - heapFloor) / this.#leak) * HOUR_MS;
  }

  /** The firmware that runs loses all of its heap within so long; null for one that loses none. */
  leaksWithin(ms: number | null): void {
    const { heap, heapFloor } = this.#params;
    this.#ownLeak = ms === null ? 0 : (Math.max(0, heap - heapFloor) / ms) * HOUR_MS;
  }

  get #leak(): number {
    return this.#params.heapLeak + this.#ownLeak;
  }

  /**
   * When the battery that was in the device as the scenario began is empty; null when nothing draws
   * on it.
   */
  batteryEmptyAt(): number | null {
    const lasts = lifetimeMs(this.#capacityC * this.#params.charge, meanCurrentUa(this.#use));
    return Number.isFinite(lasts) ? lasts : null;
  }

  /** A boot: heap whole again, uptime from zero, and the reason to tell. */
  reboot(t: number, cause: string): void {
    this.#bootedAt = t;
    this.#resetReason = cause;
  }

  #chargeLeft(t: number): number {
    return this.#capacityC * this.#params.charge - totalOf(chargeTaken(this.#use, t));
  }

  #snrAt(t: number): number {
    const block = Math.max(0, Math.floor(t / BLOCK_MS));
    return this.#snrMeanDb + this.#params.fading * normalAt(this.#fadingKey, block);
  }

  /** Fast fading of one reading. */
  #fade(n: number): number {
    let sum = 0;
    for (let branch = 0; branch < FADE_BRANCHES; branch++) {
      sum += rayleighFadeDb(unitAt(this.#fadeKey, n * FADE_BRANCHES + branch));
    }
    return sum / FADE_BRANCHES;
  }
}

export const startHealth = (input: HealthInput): Health => new Health(input);
