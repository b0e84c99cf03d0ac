/**
 * The health of a device: its radio, its battery, its heap, its warmth. As a signal it is measured like any other;
 * with `health: real` it has consequences, and the same numbers say when: a weak radio stalls the link, a leaking
 * heap ends in a watchdog reset, an empty battery ends everything. What happens is fixed by scenario time and the
 * last boot alone, so it can be asked for in any order.
 */
import { normalAt, streamKey, unitAt } from '#kernel';
import type { DrawnParam, SignalSpec } from '../device.ts';
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
import {
  freeSpaceLossDb,
  logDistanceLossDb,
  noiseFloorDbm,
  packetErrorRate,
  rayleighFadeDb,
} from './radio.ts';
import { quantise } from './sensor.ts';

/**
 * Defaults of an ordinary installation: most links are good, about one device in fifty stalls now and then, heaps
 * last for days and batteries for months.
 */
export const healthParams = {
  distance: {
    about: 'Way to the access point',
    unit: 'm',
    value: 25,
    spread: 0.5,
    min: 1,
    max: 150,
  },
  pathExponent: {
    about: 'How fast walls eat the signal: 2 is free space',
    unit: '1',
    value: 3,
    spread: 0.04,
    min: 1.6,
    max: 5,
  },
  shadowing: {
    about: 'Standard deviation of what stands in the way, one draw per device',
    unit: 'dB',
    value: 4,
    spread: 0,
    min: 0,
    max: 15,
  },
  fading: {
    about: 'Standard deviation of slow fading, one draw each 5 minutes',
    unit: 'dB',
    value: 2,
    spread: 0,
    min: 0,
    max: 15,
  },
  txPower: { about: 'Transmit power', unit: 'dBm', value: 17, spread: 0.03, min: -30, max: 30 },
  stallTime: {
    about: 'Mean length of a stall of the link',
    unit: 's',
    value: 1.5,
    spread: 0,
    min: 0.25,
    max: 60,
  },
  batteryCapacity: {
    about: 'Charge of a new battery',
    unit: 'mAh',
    value: 2400,
    spread: 0.04,
    min: 0.001,
    max: 1e6,
  },
  charge: {
    about: 'Share of it left when the scenario begins',
    unit: '1',
    value: 0.8,
    spread: 0.15,
    min: 0,
    max: 1,
  },
  sleepCurrent: {
    about: 'Current while nothing happens',
    unit: 'µA',
    value: 20,
    spread: 0.2,
    min: 0,
    max: 1e6,
  },
  txCurrent: {
    about: 'Current while sending',
    unit: 'mA',
    value: 120,
    spread: 0.05,
    min: 0,
    max: 3000,
  },
  rxCurrent: {
    about: 'Current while listening for the answer',
    unit: 'mA',
    value: 60,
    spread: 0.05,
    min: 0,
    max: 3000,
  },
  txTime: { about: 'Sending a message', unit: 'ms', value: 10, spread: 0.1, min: 0, max: 10_000 },
  rxTime: {
    about: 'Listening for its answer',
    unit: 'ms',
    value: 30,
    spread: 0.1,
    min: 0,
    max: 10_000,
  },
  heap: { about: 'Free heap after boot', unit: 'KiB', value: 180, spread: 0.05, min: 1, max: 1e6 },
  heapFloor: {
    about: 'Free heap at which the watchdog bites',
    unit: 'KiB',
    value: 12,
    spread: 0,
    min: 0,
    max: 1e6,
  },
  heapLeak: {
    about: 'Heap lost each hour',
    unit: 'KiB/h',
    value: 0.3,
    spread: 1,
    min: 0,
    max: 1e6,
  },
} as const satisfies Record<string, DrawnParam>;

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

export const healthSignals = {
  battery: { about: 'Charge left', unit: '%', low: 0, high: 100, step: 0.1 },
  rssi: { about: 'Received signal strength', unit: 'dBm', low: -120, high: 0, step: 1 },
  snr: { about: 'Signal over noise', unit: 'dB', low: -30, high: 90, step: 1 },
  freeHeap: { about: 'Free heap', unit: 'KiB', low: 0, high: 1_000_000, step: 1 },
  uptime: { about: 'Time since boot', unit: 's', low: 0, high: 1e10, step: 1 },
  mcuTemperature: { about: 'Microcontroller', unit: '°C', low: -40, high: 125, step: 0.5 },
} as const satisfies Record<string, SignalSpec>;

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
  readonly #params: Record<keyof typeof healthParams, number>;
  readonly #use: BatteryUse;
  readonly #capacityC: number;
  readonly #snrMeanDb: number;
  readonly #noiseKey: number;
  readonly #fadingKey: number;
  readonly #fadeKey: number;
  readonly #stallKey: number;
  #bootedAt = 0;
  #resetReason = 'power-on';

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
    const { heap, heapLeak } = this.#params;
    const uptimeS = Math.max(0, t - this.#bootedAt) / 1000;
    const snr = this.#snrAt(t) - this.#fade(n);
    const held = Math.abs(normalAt(this.#noiseKey, n * 2)) * 2;
    const warmth = SELF_HEATING_K * (1 - Math.exp(-uptimeS / WARM_UP_S));
    const mcu = CASE_CELSIUS + warmth + 0.5 * normalAt(this.#noiseKey, n * 2 + 1);
    return {
      battery: quantise((100 * this.#chargeLeft(t)) / this.#capacityC, healthSignals.battery),
      rssi: quantise(snr + NOISE_DBM, healthSignals.rssi),
      snr: quantise(snr, healthSignals.snr),
      freeHeap: quantise(heap - (heapLeak * uptimeS) / 3600 - held, healthSignals.freeHeap),
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
   * The first stall that begins at or after `afterT`; null when there is none within a day. The link is then stalled
   * for the share of time that `errorRate` names, in bursts. Bursts end with their 5-minute block, so that each block
   * can be drawn without knowing the one before.
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

  /** When a boot at `bootT` runs out of heap; null when nothing leaks. */
  heapExhaustedAt(bootT: number): number | null {
    const { heap, heapFloor, heapLeak } = this.#params;
    if (heapLeak <= 0) return null;
    return bootT + (Math.max(0, heap - heapFloor) / heapLeak) * HOUR_MS;
  }

  /** When the battery that was in the device as the scenario began is empty; null when nothing draws on it. */
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
