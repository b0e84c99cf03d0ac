/**
 * Writes down what the flash of a device truly holds, whatever its firmware makes of it: below any
 * bug that is planted there.
 */
import type { Updater } from '../../firmware/updater.ts';
import type { PartDevice } from '../../part.ts';

export class Witness {
  readonly #device: PartDevice;
  readonly #updater: Updater;
  /** The image that was last seen to be kept. */
  #kept = '';
  /** The attempt of which the end was last told. */
  #told = '';
  /** The one of which it was last told that it loads the whole image instead of a patch. */
  #whole = '';

  constructor(device: PartDevice, updater: Updater) {
    this.#device = device;
    this.#updater = updater;
  }

  /** It has come up. */
  booted(why: string): void {
    const device = this.#device;
    const { booted } = this.#updater;
    if (booted === null) return device.write('ota/bricked', { why });
    const { version, counter } = booted.manifest;
    const said = { version, sha256: this.#digest(), counter, trial: booted.isTrial, why };
    device.write('ota/booted', said);
    this.kept();
    this.loads();
    this.ended();
  }

  /** It takes an offer, and decides anew what it loads. */
  began(campaign: string, attempt: number, version: string): void {
    this.#device.write('ota/began', { campaign, attempt, version });
    this.#whole = '';
  }

  /** It may have decided what it loads. */
  loads(): void {
    const { job, way } = this.#updater;
    if (job === null || way.why === '') return;
    const { campaign, attempt } = job;
    const which = `${campaign} ${attempt}`;
    if (which !== this.#whole) this.#device.write('ota/whole', { campaign, attempt, why: way.why });
    this.#whole = which;
  }

  /** Something was to be kept, and may be. */
  kept(): void {
    const { booted, store } = this.#updater;
    if (booted === null || !store.banks[booted.bank].has('kept')) return;
    const sha256 = this.#digest();
    if (this.#kept === sha256) return;
    this.#kept = sha256;
    const { version, counter } = booted.manifest;
    this.#device.write('ota/kept', { version, sha256, counter });
  }

  /** Told once of each, also where power went between the end and the telling. */
  ended(): void {
    const { last } = this.#updater;
    if (last === null) return;
    const { campaign, attempt, status, why } = last;
    const which = `${campaign} ${attempt}`;
    if (which !== this.#told) this.#device.write('ota/ended', { campaign, attempt, status, why });
    this.#told = which;
  }

  /** Of the very bytes that it runs. */
  #digest(): string {
    const { booted, store } = this.#updater;
    const bytes = booted === null ? null : store.banks[booted.bank].bytes(booted.manifest.size);
    return bytes === null ? '' : this.#device.seals.sha256Hex(bytes);
  }
}
