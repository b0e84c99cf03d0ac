/**
 * A device that takes new firmware over the air: it hears of an offer, loads the image over a
 * connection of its own, looks at it, installs it beside the one that runs, restarts into it on
 * trial, and keeps it once it has proved itself. What is next it always reads from its flash, so it
 * may lose power wherever it likes. What the flash truly holds is written down below any bug that
 * is planted here.
 */
import { firmwareOf, OTA_TRUTHS, type ParamValues, type PartTrouble, readManifest } from '#kernel';
import { PowerLost } from '../firmware/flash.ts';
import { NOT_KEPT } from '../firmware/home.ts';
import { ERASE_MS } from '../firmware/install.ts';
import type { Ending, Job } from '../firmware/job.ts';
import { NO_ROOM, Updater } from '../firmware/updater.ts';
import { definePart, type Inbound, once, type Part, type PartDevice } from '../part.ts';
import { Ailments } from './ota/ailments.ts';
import { CANCELLED, mayLeaveOff } from './ota/cancel.ts';
import { Download } from './ota/download.ts';
import { equipmentOf } from './ota/equipment.ts';
import { OTA_BESIDES } from './ota/looks.ts';
import { isOver } from './ota/offer.ts';
import { PACE } from './ota/pace.ts';
import { OTA_PARAMS } from './ota/params.ts';
import { type OtaState, region, type UpState } from './ota/region.ts';
import type { Road } from './ota/roads/road.ts';
import { roadOf, roadStreams } from './ota/roads/roads.ts';
import { OTA_STREAMS } from './ota/roads/voice.ts';
import { speechOf } from './ota/running.ts';
import { careOf, consentMs, OTA_SEAMS, type OtaSeams } from './ota/seams.ts';
import { Trial } from './ota/trial.ts';
import { Witness } from './ota/witness.ts';

export default definePart({
  kind: 'ota',
  summary: 'takes new firmware over the air, and goes back where it does not prove itself',
  params: OTA_PARAMS,
  streams: OTA_STREAMS,
  besides: OTA_BESIDES,
  takes: roadStreams,
  channels: ['ota'],
  ails: (plan, { sensor, clockMs }) =>
    sensor === undefined && clockMs === undefined && firmwareOf(plan).length > 0,
  ops: OTA_TRUTHS,
  region,
  seams: OTA_SEAMS,
  start: (device) => {
    const store = equipmentOf(device, careOf(device));
    return store === null ? {} : new Ota(device, new Updater(store));
  },
});

class Ota implements Part {
  readonly #device: PartDevice;
  readonly #params: ParamValues;
  readonly #updater: Updater;
  readonly #road: Road;
  readonly #witness: Witness;
  readonly #ailments: Ailments;
  readonly #trial: Trial;
  #state: OtaState = 'idle';
  #download: Download | null = null;
  /** Of its program: what an earlier one had planned, nobody does any more. */
  #life = 0;
  #isUp = false;
  /** How many connections it has lost. */
  #connection = 0;

  constructor(device: PartDevice, updater: Updater) {
    this.#device = device;
    this.#params = device.paramsOf('ota');
    this.#updater = updater;
    this.#road = roadOf(device, updater, {
      state: () => this.#state,
      fell: () => this.#trial.fell,
      offered: (offer) => this.#heard(() => this.#hear(offer)),
      calledOff: (offer) => this.#heard(() => this.#cancel(offer)),
      free: () => this.#download?.start(),
    });
    this.#witness = new Witness(device, updater);
    this.#ailments = new Ailments(device, updater);
    this.#trial = new Trial(device, updater);
    const cuts = device.seam<OtaSeams['losePower']>('losePower');
    if (cuts !== undefined) {
      updater.store.flash.cutAt = (step) => cuts(device.row.id, step);
    }
  }

  booted(_: number, cause: string): void {
    this.#powered(() => this.#comeUp(cause));
  }

  #comeUp(cause: string): void {
    this.#down();
    this.#isUp = true;
    const runs = this.#updater.powerOn();
    this.#witness.booted(cause);
    this.#device.body.speech = speechOf(this.#device, this.#updater);
    this.#trial.booted(cause);
    if (!runs) return this.#device.tell({ type: 'BRICKED' });
    const { phase, last, hasJustEnded } = this.#updater;
    if (hasJustEnded && last !== null) this.#up(last.status);
    else if (phase === 'none') this.#up('idle');
    else if (phase === 'prove') this.#comesUp('testing', () => this.#prove());
    else if (phase === 'install') this.#comesUp('staged', () => this.#stage());
    else if (phase === 'erase') this.#comesUp('waiting', () => this.#wait());
    else this.#comesUp('downloading', () => this.#load());
  }

  entered(state: string): void {
    if (state.startsWith('power.') && state !== 'power.on') this.#down();
  }

  online(): void {
    this.#road.online();
    this.#download?.start();
    if (this.#state === 'testing') this.#test();
  }

  subscribed(streams: readonly string[]): void {
    this.#road.subscribed?.(streams);
  }

  inbox(message: Inbound): void {
    this.#road.inbox?.(message);
  }

  #heard(action: () => void): void {
    if (this.#isUp) this.#powered(action);
  }

  #hear(offer: Job): void {
    const { campaign, attempt, signed } = offer;
    const { job, last } = this.#updater;
    // What comes again is answered with how it stands; and it does one at a time.
    const isKnown = job !== null || isOver(offer, last);
    const seam = this.#device.seam<OtaSeams['knowOffer']>('knowOffer');
    if (isKnown && seam?.(this.#device.row.id, attempt) !== false) return this.#say();
    if (job !== null) this.#leaveOff();
    const version = readManifest(signed.text)?.version ?? '';
    this.#witness.began(campaign, attempt, version);
    this.#go('notified');
    this.#updater.take(offer, this.#device.now());
    this.#witness.loads();
    if (this.#endedAtOnce()) return;
    this.#go('waiting');
    this.#wait();
  }

  #cancel(offer: Job): void {
    if (!mayLeaveOff(offer, this.#updater, this.#state)) return this.#say();
    const seam = this.#device.seam<OtaSeams['leaveOff']>('leaveOff');
    if (seam?.(this.#device.row.id, offer.campaign) === false) return this.#say();
    this.#leaveOff();
    if (this.#updater.job === null) {
      this.#go('notified');
      this.#updater.take(offer, this.#device.now());
      if (this.#endedAtOnce()) return;
    }
    this.#fail(CANCELLED);
  }

  lost(): void {
    this.#connection++;
  }

  ailed(fault: string, trouble: PartTrouble): void {
    this.#ailments.began(fault, trouble);
  }

  eased(fault: string): void {
    this.#ailments.ended(fault);
  }

  end(): void {
    this.#down();
  }

  // --- one step after the other -----------------------------------------------------------------

  #wait(): void {
    this.#after(consentMs(this.#device, this.#updater.job?.campaign ?? ''), () => {
      this.#go('downloading');
      this.#load();
    });
  }

  #load(): void {
    const { job, manifest, store } = this.#updater;
    if (job === null || manifest === null) return;
    if (this.#updater.phase === 'erase') {
      this.#updater.eraseStage();
      if (this.#endedAtOnce()) return;
      return this.#after(ERASE_MS * store.stage.sectors, () => this.#load());
    }
    const device = this.#device;
    const { campaign, attempt } = job;
    const { loadSize: size, way } = this.#updater;
    this.#download = new Download(device, {
      path: () => this.#road.pathOf(job, way.isPatch),
      open: (events) => this.#road.open(events),
      size,
      from: Math.min(size, store.stage.loaded()),
      resumed: (at) => device.seam<OtaSeams['resumeLoad']>('resumeLoad')?.(device.row.id, at) ?? at,
      rangeBytes: Number(this.#params.range),
      pauseMs: Number(this.#params.pause),
      write: (at, bytes) => this.#powered(() => this.#updater.write(at, bytes)) ?? at,
      // Whoever waits for it must not take it for lost.
      progress: () => {
        if (size > store.stage.capacity) return this.#loadingFails(NO_ROOM);
        if (this.#road.isSilentFor(PACE.newsMs)) this.#say();
      },
      done: () => {
        this.#download = null;
        this.#go('verifying');
        this.#after(PACE.verifyMs, () => this.#verify());
      },
      failed: (why) => this.#loadingFails(why),
      fetched: (bytes) => {
        this.#device.write('ota/fetched', { campaign, attempt, bytes, size });
      },
    });
    this.#say();
    this.#download.start();
  }

  /** What it was about to do, it does no more. */
  #leaveOff(): void {
    this.#life++;
    this.#download?.stop();
    this.#download = null;
  }

  #loadingFails(why: string): void {
    this.#leaveOff();
    this.#powered(() => this.#fail(why));
  }

  #verify(): void {
    const flaw = this.#updater.verify();
    if (flaw === null) {
      this.#go('staged');
      return this.#stage();
    }
    if (!this.#updater.fallBack(flaw)) return this.#fail(flaw);
    this.#witness.loads();
    if (this.#endedAtOnce()) return;
    this.#go('downloading');
    this.#load();
  }

  #stage(): void {
    this.#after(PACE.stagedMs, () => {
      this.#go('installing');
      this.#say();
      this.#write(this.#updater.install());
    });
  }

  /** As many steps as the time allows that has passed. */
  #write(steps: Generator<number, void>): void {
    for (let tookMs = 0; tookMs < this.#device.plan.quantumMs; ) {
      const step = steps.next();
      if (step.done === true) return this.#installed();
      tookMs += step.value;
      if (tookMs >= this.#device.plan.quantumMs) this.#after(tookMs, () => this.#write(steps));
    }
  }

  #installed(): void {
    if (this.#endedAtOnce()) return;
    if (this.#updater.restarts) return this.#restart();
    this.#go('testing');
    this.#prove();
    if (this.#device.isOnline) this.#test();
  }

  #restart(): void {
    this.#go('rebooting');
    this.#say();
    const until = this.#device.now() + PACE.restartMs + PACE.finishMs;
    this.#after(PACE.restartMs, () => this.#reset(until));
  }

  /** Another part may have something to bring to its end. */
  #reset(until: number): void {
    const waits = !this.#device.mayRestart && this.#device.now() < until;
    if (waits) return this.#after(PACE.asksMs, () => this.#reset(until));
    this.#device.tell({ type: 'RESET' });
  }

  #prove(): void {
    const { job } = this.#updater;
    this.#trial.begins();
    // An artefact restarts nothing, so that the next one may be on trial by then.
    this.#after(Number(this.#params.within), () => {
      if (this.#updater.job === job) this.#giveUp();
    });
    this.#say();
  }

  /** It is online with what it has on trial; that must last. */
  #test(): void {
    const connection = this.#connection;
    this.#after(this.#trial.testMs, () => {
      if (this.#state !== 'testing' || this.#connection !== connection) return;
      const fitness = this.#trial.fitness();
      if (fitness === 'well') this.#keep();
      else if (fitness === 'ill') this.#giveUp();
      else this.#test();
    });
  }

  #keep(): void {
    const { manifest } = this.#updater;
    const seam = this.#device.seam<OtaSeams['keepImage']>('keepImage');
    const isKept = seam?.(this.#device.row.id, manifest?.version ?? '') !== false;
    if (!this.#updater.keep(isKept)) return this.#giveUp();
    this.#witness.kept();
    this.#trial.artefacts.hand();
    this.#over('confirmed');
  }

  #giveUp(): void {
    if (this.#state !== 'testing' || !this.#trial.ends) return;
    if (this.#trial.giveUp(NOT_KEPT)) this.#restart();
    else this.#over('rolled-back');
  }

  #fail(why: string): void {
    this.#updater.end('failed', why);
    this.#over('failed');
  }

  #endedAtOnce(): boolean {
    const { job, last } = this.#updater;
    if (job !== null || last === null) return false;
    this.#over(last.status);
    return true;
  }

  #over(status: Ending): void {
    this.#witness.ended();
    this.#trial.ended();
    this.#ailments.told(this.#updater.last);
    this.#go(status);
    if (this.#isUp) this.#road.ended();
  }

  // --- where it stands --------------------------------------------------------------------------

  #go(state: OtaState): void {
    this.#state = state;
    this.#device.tell({ type: `ota.${state}` });
  }

  #say(): void {
    if (this.#isUp) this.#road.say();
  }

  #comesUp(state: UpState, then: () => void): void {
    this.#up(state);
    then();
  }

  #up(state: UpState): void {
    this.#state = state;
    this.#device.tell({ type: `ota.up-${state}` });
  }

  #down(): void {
    this.#life++;
    this.#isUp = false;
    this.#trial.down();
    this.#road.hush();
    this.#download?.abandon();
    this.#download = null;
  }

  /** Its power may go at any step of its flash, and comes back. Null when it went. */
  #powered<T>(action: () => T): T | null {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof PowerLost)) throw error;
      this.#down();
      this.#device.tell({ type: 'POWER_CUT' });
      once(this.#device, this.#device.now() + PACE.backMs, () => {
        this.#device.tell({ type: 'POWER_ON' });
      });
      return null;
    }
  }

  /** Unless it goes down before. */
  #after(ms: number, action: () => void): void {
    const life = this.#life;
    once(this.#device, this.#device.now() + ms, () => {
      if (life === this.#life && this.#isUp) this.#powered(action);
    });
  }
}
