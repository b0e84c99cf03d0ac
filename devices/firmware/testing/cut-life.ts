/**
 * The life of a device that is offered one image after the other, with its power cut where a test
 * says; and what must hold whatever happens: some image can always be run, it is one of those that
 * were made, never one of an older counter than was kept, and each offer ends once, as it must by
 * the keys that the device has by then.
 */
import { type FirmwareImage, readManifest } from '#kernel';
import { CAREFUL, type Care } from '../care.ts';
import { type Cut, type Flash, PAGE_BYTES, PowerLost } from '../flash.ts';
import type { Job } from '../job.ts';
import { Updater } from '../updater.ts';
import { bytesOf, FACTORY, K1, type Model, modelFor, patchOf, sha256 } from './made.ts';

export interface Told {
  /** What was wrong on the way. */
  wrong: string[];
  /** How each ended. */
  endings: string[];
  boots: number;
  /** How often it went on to load either. */
  loads: { patches: number; images: number };
  steps: number;
  /** The highest counter that was kept. */
  kept: number;
}

export class CutLife {
  readonly #model: Model;
  readonly #images: readonly FirmwareImage[];
  readonly #jobs: readonly Job[];
  readonly #contents: readonly Uint8Array[];
  /** Where there is one. */
  readonly #patches: readonly Uint8Array[];
  readonly #made: readonly string[];

  constructor(images: readonly FirmwareImage[]) {
    this.#images = images;
    this.#model = modelFor(images);
    this.#jobs = images.map(({ text, signature }, at) => ({
      ...{ campaign: `wave-${at}`, attempt: 1, signed: { text, signature } },
    }));
    this.#contents = images.map(bytesOf);
    const made = [FACTORY, ...images];
    this.#patches = images.map((image) => {
      const base = made.find(({ sha256: digest }) => digest === image.delta?.base);
      return base === undefined ? new Uint8Array() : patchOf(base, image);
    });
    this.#made = [FACTORY, ...images].map((image) => image.sha256);
  }

  /** Until all offers have ended. */
  live(cutAt: (step: number) => Cut, care: Care = CAREFUL): Told {
    const flash = this.#model.newFlash();
    flash.cutAt = cutAt;
    const loads = { patches: 0, images: 0 };
    const told: Told = { wrong: [], endings: [], boots: 0, loads, steps: 0, kept: 0 };
    for (let life = 0; life < 16; life++) {
      try {
        const updater = new Updater(this.#model.storeOn(flash, care));
        const isUp = this.#goesOn(updater, flash, told);
        told.steps = flash.steps;
        if (isUp) this.#look(updater, told);
        return told;
      } catch (error) {
        if (!(error instanceof PowerLost)) throw error;
      }
    }
    told.wrong.push('it never comes to an end');
    return told;
  }

  /** False where nothing can be run. */
  #goesOn(updater: Updater, flash: Flash, told: Told): boolean {
    for (let restarts = 0; restarts < 12 && told.endings.length < this.#jobs.length; restarts++) {
      if (!this.#bootsWell(updater, flash, told)) return false;
      this.#hearEnding(updater, told);
      const next = this.#jobs[told.endings.length];
      if (next === undefined) break;
      if (updater.job === null) updater.take(next);
      this.#doNext(updater, told);
      this.#hearEnding(updater, told);
    }
    return true;
  }

  /** Told by its memory of the last one, which must be that of the job at hand. */
  #hearEnding({ last }: Updater, { endings }: Told): void {
    if (last?.campaign === this.#jobs[endings.length]?.campaign) endings.push(last?.status ?? '');
  }

  /** What a device does with what its flash says is next; ends before a restart. */
  #doNext(updater: Updater, told: Told): void {
    const at = this.#jobs.findIndex(({ campaign }) => campaign === updater.job?.campaign);
    if (updater.phase === 'erase') updater.eraseStage();
    if (updater.phase === 'load') {
      const { isPatch } = updater.way;
      told.loads[isPatch ? 'patches' : 'images']++;
      const content = (isPatch ? this.#patches : this.#contents)[at] ?? new Uint8Array();
      for (let from = updater.store.stage.loaded(); from < content.length; ) {
        from = updater.write(from, content.subarray(from, from + 3 * PAGE_BYTES));
      }
      const flaw = updater.verify();
      if (flaw !== null && !updater.fallBack(flaw)) updater.end('failed', flaw);
    }
    if (updater.phase === 'install') for (const _ of updater.install());
    if (updater.phase === 'prove') updater.keep();
  }

  #bootsWell(updater: Updater, flash: Flash, told: Told): boolean {
    told.boots++;
    if (!updater.powerOn() || updater.booted === null) {
      told.wrong.push('nothing can be run');
      return false;
    }
    const { bank, manifest, isTrial } = updater.booted;
    const runs = sha256(this.#model.storeOn(flash).banks[bank].bytes(manifest.size));
    if (!this.#made.includes(runs)) told.wrong.push('it runs what nobody made');
    if (manifest.counter < told.kept) told.wrong.push('it runs what is older');
    if (!isTrial) told.kept = Math.max(told.kept, manifest.counter);
    return true;
  }

  /** At the end: it runs what it kept last, and took what its keys vouched for by then. */
  #look({ booted }: Updater, told: Told): void {
    const { endings, wrong } = told;
    const runs = booted?.manifest.version;
    const last = endings.lastIndexOf('confirmed');
    const due = last < 0 ? FACTORY.version : this.#images[last]?.version;
    if (runs !== due) wrong.push(`it runs ${runs}, and ended ${endings.join(', ')}`);
    if (endings.length < this.#jobs.length) wrong.push('it has not ended');
    const [trusted, gone] = [new Set([K1.key.id]), new Set<string>()];
    for (const [at, ending] of endings.entries()) {
      const { text = '', brings = [], withdraws = [] } = this.#images[at] ?? {};
      const by = readManifest(text)?.keyId ?? '';
      const isVouched = trusted.has(by) && !gone.has(by);
      if ((ending === 'failed') === isVouched) wrong.push(`${at}, signed with ${by}: ${ending}`);
      if (ending !== 'confirmed') continue;
      for (const { id } of brings) trusted.add(id);
      for (const id of withdraws) gone.add(id);
    }
  }
}
