/**
 * How firmware that a device runs does it: what a defect makes of its heap, and whether it finds
 * itself well by the end of its trial: it looks at what its heap has
 * lost, and at whether what it measures can be.
 */
import { type Defect, WRONG_SCALE } from '#kernel';
import type { Look } from '../../body.ts';
import type { Updater } from '../../firmware/updater.ts';
import type { PartDevice } from '../../part.ts';
import { tellsLooks } from './looks.ts';
import { defectOf } from './running.ts';
import type { OtaSeams } from './seams.ts';

/** What it comes to by what nobody saw before: null for no sooner than with any other. */
interface Ill {
  /** It falls so long after it came up. */
  fallsMs: number | null;
  /** And its heap tells of that from the beginning. */
  leaks: boolean;
}
const SOUND: Ill = { fallsMs: null, leaks: false };
const ILLS: Readonly<Record<Defect, Ill>> = {
  none: SOUND,
  'fails-self-test': SOUND,
  'crash-loop': { fallsMs: 400, leaks: true },
  'heap-leak': { fallsMs: 8000, leaks: true },
  'late-crash': { fallsMs: 7000, leaks: false },
  'wrong-scale': SOUND,
};

/** Who has heap for a shorter time than that is not well. */
const WELL_MS = 600_000;

export class Wellness {
  readonly #device: PartDevice;
  readonly #updater: Updater;
  #heap = 0;
  #lookedAt = 0;

  constructor(device: PartDevice, updater: Updater) {
    this.#device = device;
    this.#updater = updater;
  }

  /** It comes up: after how many milliseconds it falls; null where nothing lets it. */
  begins(): number | null {
    const defect = defectOf(this.#updater);
    const { fallsMs, leaks } = ILLS[defect];
    this.#device.body.scale = defect === 'wrong-scale' ? WRONG_SCALE : 1;
    this.#device.body.health.leaksWithin(leaks ? fallsMs : null);
    return fallsMs;
  }

  /** Its trial begins. */
  looks(): void {
    this.#lookedAt = this.#device.now();
    this.#heap = this.#device.body.health.heapLeft(this.#lookedAt);
  }

  /** Whether what it lost since then lets it go on for long. */
  isWell(): boolean {
    if (defectOf(this.#updater) === 'fails-self-test') return this.#passes();
    const { body } = this.#device;
    const { health } = body;
    const now = this.#device.now();
    const looks = body.looks(now);
    this.#tells(looks);
    if (!looks.every((one) => isPlausible(one, body.scale))) return this.#passes();
    const heap = health.heapLeft(now);
    const perMs = (this.#heap - heap) / Math.max(1, now - this.#lookedAt);
    return heap > perMs * WELL_MS || this.#passes();
  }

  /** In truth, below any bug that is planted here. */
  #tells(looks: readonly Look[]): void {
    const { body, plan } = this.#device;
    if (body.scale === 1 || !tellsLooks(plan)) return;
    const version = this.#updater.manifest?.version ?? '';
    for (const { signal, value, low, high } of looks) {
      const numbers = { value: String(value), low: String(low), high: String(high) };
      this.#device.write('ota/looked', { version, signal, ...numbers });
    }
  }

  /** Unless a planted bug finds it well all the same. */
  #passes(): boolean {
    const { row } = this.#device;
    const version = this.#updater.manifest?.version ?? '';
    return this.#device.seam<OtaSeams['testSelf']>('testSelf')?.(row.id, version) === false;
  }
}

/** Whether what it would say is what its signal can be. */
function isPlausible({ value, low, high }: Look, scale: number): boolean {
  const said = value * scale;
  return said >= low && said <= high;
}
