/**
 * An update of one device, as far as it lies in its flash: which offer it has taken, how far that
 * has come, whether it loads the image or a patch for what it runs, and how the last one ended.
 * Whatever happens, what it does next follows from the flash alone, so that a loss of power at any
 * step is a case like any other. When things are done, and how bytes come, is its owner's affair.
 */
import { type Manifest, readManifest } from '#kernel';
import { pages } from './bank.ts';
import { type Booted, holds } from './bootloader.ts';
import { PAGE_BYTES } from './flash.ts';
import type { Home } from './home.ts';
import { WORN } from './install.ts';
import type { Ended, Ending, Job, Phase } from './job.ts';
import { patched } from './patch.ts';
import { Program } from './program.ts';
import type { FirmwareStore } from './store.ts';

/** What is loaded: a patch, or the image as a whole, and then why where there is a patch. */
export interface Way {
  isPatch: boolean;
  why: string;
}

/** Both in one record: at no step of the flash is one of them of another time. */
interface Step extends Way {
  phase: Phase;
}

export const NO_ROOM = 'no room';
/** A patch is for another image. */
const OTHER_BASE = 'other base';
/** It ships what this device has no slot for. */
const NO_PLACE = 'no place for it';
/** It was signed for a time that is over. */
const STALE = 'stale manifest';
const WHOLE: Way = { isPatch: false, why: '' };

const [JOB, STEP, LAST] = ['job', 'step', 'last'] as const;

export class Updater {
  readonly store: FirmwareStore;
  readonly #program: Program;
  /** Whether a job ended by what the last boot found. */
  hasJustEnded = false;
  #job: Job | null = null;
  #phase: Phase = 'none';
  #way = WHOLE;

  constructor(store: FirmwareStore) {
    this.store = store;
    this.#program = new Program(store);
  }

  /** What runs; null before the first boot, and for good where nothing can be run. */
  get booted(): Booted | null {
    return this.#program.booted;
  }

  /** Where what the job ships belongs; null where this device has no place for it. */
  get #home(): Home | null {
    const { manifest } = this;
    if (manifest?.ships === undefined) return this.#program;
    return this.store.slots.get(manifest.ships) ?? null;
  }

  /** Whether a restart ends its trial, where it does not prove itself. */
  get restarts(): boolean {
    return this.#home?.after === 'restart';
  }

  get job(): Job | null {
    return this.#job;
  }

  get phase(): Phase {
    return this.#phase;
  }

  get manifest(): Manifest | null {
    return readManifest(this.#job?.signed.text);
  }

  get way(): Way {
    return this.#way;
  }

  /** So many bytes are to be loaded. */
  get loadSize(): number {
    const { manifest } = this;
    return (this.#way.isPatch ? manifest?.delta?.size : manifest?.size) ?? 0;
  }

  /** The artefacts that it has kept, each with its version. */
  get uses(): string {
    const slots = [...this.store.slots.values()];
    const kept = slots.flatMap(({ kind, kept: held }) =>
      held === null ? [] : [`${kind} ${held.manifest.version}`],
    );
    return kept.sort().join(', ');
  }

  /** How the last job ended. */
  get last(): Ended | null {
    return (this.store.journal.get(LAST) as Ended | undefined) ?? null;
  }

  /** After any loss of power and any restart. False when nothing can be run. */
  powerOn(): boolean {
    const { journal } = this.store;
    this.hasJustEnded = false;
    this.#program.boot();
    for (const slot of this.store.slots.values()) slot.look();
    this.#job = (journal.get(JOB) as Job | undefined) ?? null;
    const step = (journal.get(STEP) as Step | undefined) ?? { phase: 'erase', ...WHOLE };
    this.#phase = this.#job === null ? 'none' : step.phase;
    this.#way = { isPatch: step.isPatch, why: step.why };
    if (this.booted === null) return false;
    if (this.#job === null) return true;
    const { last } = this;
    if (last?.campaign === this.#job.campaign && last.attempt === this.#job.attempt) {
      this.#forget();
      return true;
    }
    this.#settle();
    if (LOADS.includes(this.#phase) && this.#way.isPatch && !this.#hasBase()) {
      this.fallBack(OTHER_BASE);
    }
    this.hasJustEnded = this.#job === null;
    return true;
  }

  /** Takes an offer: at once done where it runs that image already. */
  take(job: Job, now = 0): void {
    const { journal } = this.store;
    this.#job = job;
    // Before it is kept: who comes up with a job does not ask once more whether it is too old.
    if (this.#isStale(now)) return this.end('failed', STALE);
    if (!journal.hasRoomFor(JOB, job)) return this.end('failed', NO_ROOM);
    const isPatch = this.manifest?.delta !== undefined && this.#hasBase();
    const why = this.manifest?.delta === undefined || isPatch ? '' : OTHER_BASE;
    this.#put('erase', { isPatch, why });
    journal.put(JOB, job);
    const [home, { manifest }] = [this.#home, this];
    if (home === null) return this.end('failed', NO_PLACE);
    if (manifest !== null && home.has(manifest)) return this.end('confirmed', 'it was there');
    if (this.loadSize > this.store.stage.capacity) this.end('failed', NO_ROOM);
  }

  /** Who keeps an old offer alive could keep devices from all that came later. */
  #isStale(now: number): boolean {
    const { version = '', until = Number.POSITIVE_INFINITY } = this.manifest ?? {};
    return now > until && this.store.care.asksForTime(version);
  }

  eraseStage(): void {
    if (this.store.stage.eraseAll()) this.#enter('load');
    else this.end('failed', WORN);
  }

  /** Whole pages of what comes from `at` on, or its end; how far it is then. */
  write(at: number, bytes: Uint8Array): number {
    const size = this.loadSize;
    let end = at;
    for (const page of pages(bytes)) {
      if (page.length < PAGE_BYTES && end + page.length < size) break;
      this.store.stage.write(end, page);
      end += page.length;
    }
    return end;
  }

  /** What was loaded is looked at as a whole: null when it may be installed, else what is wrong. */
  verify(): string | null {
    const { manifest } = this;
    const job = this.#job;
    if (job === null || manifest === null) return 'no manifest';
    const content = this.#content(manifest);
    const flaw = typeof content === 'string' ? content : this.store.flawOf(job.signed, content);
    if (flaw === null) this.#enter('install');
    return flaw;
  }

  /** Nothing comes of a patch: the whole image is loaded instead. False where that is what was. */
  fallBack(why: string): boolean {
    if (!this.#way.isPatch) return false;
    this.#put('erase', { isPatch: false, why });
    if (this.loadSize > this.store.stage.capacity) this.end('failed', NO_ROOM);
    return true;
  }

  /** Tells of each step how long it takes. */
  *install(): Generator<number, void> {
    const { manifest } = this;
    const [job, home] = [this.#job, this.#home];
    if (job === null || manifest === null || home === null) return;
    const content = this.#content(manifest);
    const flaw = typeof content === 'string' ? content : yield* home.install(job.signed, content);
    if (flaw === null) this.#enter(home.after);
    else this.end('failed', flaw);
  }

  /** What is on trial has proved itself: false where the flash does not hold it. */
  keep(isKept = true): boolean {
    if (this.#home?.keep(isKept) !== true) return false;
    this.end('confirmed', '');
    return true;
  }

  /** What is on trial has not proved itself, and needs no restart to be given up. */
  giveUp(why: string): void {
    this.#home?.giveUp();
    this.end('rolled-back', why);
  }

  end(status: Ending, why: string): void {
    const job = this.#job;
    if (job === null) return;
    const { campaign, attempt, ref } = job;
    const named = ref === undefined ? {} : { ref };
    this.store.journal.put(LAST, { campaign, attempt, status, why, ...named } satisfies Ended);
    this.#forget();
  }

  /** An image was to be tried, or was: what came of it. */
  #settle(): void {
    const settled = this.#home?.settled(this.manifest, this.#phase) ?? null;
    if (settled === 'prove') this.#enter('prove');
    else if (settled !== null) this.end(settled.status, settled.why);
  }

  /** The image of what was loaded, or why there is none. */
  #content(manifest: Manifest): Uint8Array | string {
    const loaded = this.store.stage.bytes(this.loadSize);
    if (!this.#way.isPatch || this.booted === null) return loaded;
    const { bank, manifest: runs } = this.booted;
    const base = this.store.banks[bank].bytes(runs.size);
    return patched(manifest, base, loaded, this.store.trust.seals);
  }

  /** What it runs is what the patch is for, and still whole. */
  #hasBase(): boolean {
    const { booted, manifest } = this;
    if (booted === null || manifest?.delta === undefined) return false;
    const isIt = booted.manifest.sha256 === manifest.delta.base && !booted.isTrial;
    if (isIt && holds(this.store, booted)) return true;
    return !this.store.care.looksAtBase(manifest.version);
  }

  #enter(phase: Phase): void {
    if (this.#phase !== phase) this.#put(phase, this.#way);
  }

  #put(phase: Phase, way: Way): void {
    this.store.journal.put(STEP, { phase, ...way } satisfies Step);
    this.#phase = phase;
    this.#way = way;
  }

  #forget(): void {
    this.store.journal.put(JOB, undefined);
    this.#job = null;
    this.#phase = 'none';
  }
}

/** In these it needs what it has loaded, or is loading. */
const LOADS: readonly Phase[] = ['erase', 'load', 'install'];
