/**
 * Whether what is new does its device any harm: of firmware its own health tells, of an artefact
 * whoever uses it.
 */
import type { Updater } from '../../firmware/updater.ts';
import { type Fitness, once, type PartDevice } from '../../part.ts';
import { Artefacts } from './artefacts.ts';
import type { OtaSeams } from './seams.ts';
import { Wellness } from './wellness.ts';

/** Why a device comes up whose watchdog restarted it. */
const FALLEN = 'watchdog';

export class Trial {
  readonly artefacts: Artefacts;
  readonly #device: PartDevice;
  readonly #updater: Updater;
  readonly #wellness: Wellness;
  #fell = false;
  #boots = 0;

  constructor(device: PartDevice, updater: Updater) {
    this.#device = device;
    this.#updater = updater;
    this.#wellness = new Wellness(device, updater);
    this.artefacts = new Artefacts(device, updater);
  }

  /** The device comes up, and may fall by what it runs, whatever it does until then. */
  booted(cause: string): void {
    this.artefacts.booted();
    const { booted, hasJustEnded } = this.#updater;
    this.#fell = cause === FALLEN && booted?.isTrial === false && !hasJustEnded;
    const boot = ++this.#boots;
    const lastsMs = this.#wellness.begins();
    if (lastsMs === null) return;
    once(this.#device, this.#device.now() + lastsMs, () => {
      if (boot === this.#boots) this.#device.tell({ type: 'HEAP_EXHAUSTED' });
    });
  }

  /** Its power is gone. */
  down(): void {
    this.#boots++;
  }

  /** An update has ended: what was before that is no matter of what it has now. */
  ended(): void {
    this.#fell = false;
  }

  /** Its watchdog restarted it, and it came up with what it had kept. */
  get fell(): boolean {
    const version = this.#updater.booted?.manifest.version ?? '';
    const seam = this.#device.seam<OtaSeams['tellFall']>('tellFall');
    return this.#fell && seam?.(this.#device.row.id, version) !== false;
  }

  begins(): void {
    if (this.#updater.restarts) this.#wellness.looks();
    else this.artefacts.hand();
  }

  fitness(): Fitness {
    if (this.#updater.restarts) return this.#wellness.isWell() ? 'well' : 'ill';
    const fitness = this.artefacts.fitness();
    const version = this.#updater.manifest?.version ?? '';
    const asks = this.#device.seam<OtaSeams['testArtefact']>('testArtefact');
    return fitness !== 'well' && asks?.(this.#device.row.id, version) === false ? 'well' : fitness;
  }

  /** So long it must be online with what is new. */
  get testMs(): number {
    const version = this.#updater.manifest?.version ?? '';
    const seam = this.#device.seam<OtaSeams['testLong']>('testLong');
    const isLong = seam?.(this.#device.row.id, version) !== false;
    return isLong ? Number(this.#device.paramsOf('ota').test) : 0;
  }

  /** It has not proved itself, and so its trial is over. */
  get ends(): boolean {
    const version = this.#updater.manifest?.version ?? '';
    const seam = this.#device.seam<OtaSeams['endTrial']>('endTrial');
    return seam?.(this.#device.row.id, version) !== false;
  }

  /** What is on trial is not used any more; true where that needs a restart. */
  giveUp(why: string): boolean {
    if (this.#updater.restarts) return true;
    this.#updater.giveUp(why);
    this.artefacts.hand();
    return false;
  }
}
