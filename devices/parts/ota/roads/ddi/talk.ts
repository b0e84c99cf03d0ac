/**
 * What a device has to ask its DDI server and to tell it: one request after the other, by what the
 * server said last and by what the flash says. Whatever was not taken is due again the next time.
 */
import type { Ended, Job } from '../../../../firmware/job.ts';
import type { Updater } from '../../../../firmware/updater.ts';
import type { Answer } from '../../../../http/answer.ts';
import type { PartDevice } from '../../../../part.ts';
import { CANCELLED } from '../../cancel.ts';
import type { OtaSeams } from '../../seams.ts';
import type { RoadEnds } from '../road.ts';
import {
  actionOf,
  type Deployment,
  type Execution,
  type Finished,
  feedbackOf,
  feedbackText,
  newsOf,
  type Root,
  readCancel,
  readDeployment,
  readRoot,
} from './wire.ts';

export interface Asks {
  method: 'GET' | 'PUT' | 'POST';
  path: string;
  body: string;
  /** False where nothing can be done with that answer: it is asked again later. */
  take(answer: Answer): boolean;
}

/** What one word says of how an offer ended, and of how it came up. */
interface Ends {
  campaign: string;
  attempt: number;
  status: string;
  fell: boolean;
}

const OK = 200;
/** It knows the action and takes nothing more of it, or knows none such. */
const GONE: readonly number[] = [404, 405, 410];
const EARLY = ['closed', 'success'] as const;
const isTaken = ({ status }: Answer): boolean => status === OK || GONE.includes(status);

export class Talk {
  readonly #device: PartDevice;
  readonly #updater: Updater;
  readonly #ends: RoadEnds;
  readonly #base: string;
  #said = 0;
  #sleepMs: number;
  // What it knows of this life.
  /** What it had kept when it last told what it runs; null before. */
  #told: string | null = null;
  /** The action of which the end was told, and that which nothing can be done with. */
  #closed = '';
  #refused = '';
  /** What was told last of how far it is. */
  #news = '';
  #deployment: Deployment | null = null;
  // What it knows of this turn.
  #polls = false;
  #root: Root | null = null;
  #stop: string | null = null;
  #feigns = false;
  #flaw: { id: string; why: string } | null = null;
  #isDone = new Set<'config' | 'cancel' | 'fetch' | 'look'>();

  constructor(device: PartDevice, updater: Updater, ends: RoadEnds) {
    this.#device = device;
    this.#updater = updater;
    this.#ends = ends;
    const { tenant, poll } = device.paramsOf('ota');
    // A slash in an id would be one of the path.
    const id = encodeURIComponent(device.row.id.replaceAll('/', ':')).replaceAll('%3A', ':');
    this.#base = `/${encodeURIComponent(String(tenant))}/controller/v1/${id}`;
    this.#sleepMs = Number(poll);
  }

  get sleepMs(): number {
    return this.#sleepMs;
  }

  /** Its server has said in this turn what there is for it. */
  get isPolled(): boolean {
    return this.#root !== null;
  }

  /** Whether it has anything to tell, asked or not. */
  get isDue(): boolean {
    const { last } = this.#updater;
    const isClosed = last?.ref === undefined || last.ref === this.#closed;
    return !this.#isTold || !isClosed || this.#newsNow() !== null;
  }

  get #isTold(): boolean {
    return this.#told === this.#updater.uses;
  }

  begin(polls: boolean): void {
    this.#polls = polls;
    this.#root = null;
    this.#stop = null;
    this.#flaw = null;
    this.#isDone = new Set();
  }

  /** Null when nothing is left. */
  next(): Asks | null {
    return (
      this.#poll() ??
      this.#close() ??
      this.#config() ??
      this.#cancel() ??
      this.#fetch() ??
      this.#refuse() ??
      this.#tell()
    );
  }

  /** What it knew is gone with its power. */
  forget(): void {
    this.#told = null;
    this.#closed = '';
    this.#refused = '';
    this.#news = '';
    this.#deployment = null;
    this.begin(false);
  }

  /** Null where its server has not said yet. */
  pathOf({ ref }: Job, sha256: string): string | null {
    const { job, paths } = this.#deployment ?? {};
    return (job?.ref === ref ? paths?.get(sha256) : undefined) ?? null;
  }

  // --- what is asked ----------------------------------------------------------------------------

  #poll(): Asks | null {
    if (!this.#polls || this.#root !== null) return null;
    const asked = Math.floor(this.#device.now());
    return get(this.#base, ({ status, body }) => {
      const root = status === OK ? readRoot(body) : null;
      if (root === null) return false;
      this.#root = root;
      this.#sleepMs = root.sleepMs ?? this.#sleepMs;
      const { job } = this.#updater;
      const isLost = job !== null && this.#ends.state() === 'downloading' && !this.#knows(job);
      const shown = root.deploymentBase === null ? null : actionOf(root.deploymentBase);
      const isNew = shown !== null && shown !== job?.ref;
      if (isNew) this.#device.write('ota/shown', { asked });
      // Nobody will ever say where the rest of it lies, or its server has gone on to another.
      const isOver = shown === null ? isLost : job !== null && this.#mayLeave && shown !== job.ref;
      if (job !== null && isOver && root.cancelAction === null) this.#ends.calledOff(job);
      return true;
    });
  }

  /** It has not begun to write over anything. */
  get #mayLeave(): boolean {
    return ['waiting', 'downloading'].includes(this.#ends.state());
  }

  #config(): Asks | null {
    const isAsked = this.#root !== null && this.#root.configData !== null;
    if ((this.#isTold && !isAsked) || this.#isDone.has('config')) return null;
    const version = this.#updater.booted?.manifest.version ?? '';
    const n = this.#saysWhatItHas();
    const path = this.#root?.configData ?? `${this.#base}/configData`;
    const { uses } = this.#updater;
    const fell = this.#ends.fell();
    // What it leaves out, a server may keep as it was.
    const data = { version, ...(uses === '' ? {} : { uses }), fell: String(fell) };
    const body = JSON.stringify({ mode: 'merge', data });
    return {
      ...{ method: 'PUT', path, body },
      take: ({ status }) => {
        if (status >= 500) return false;
        this.#isDone.add('config');
        this.#told = uses;
        if (status === OK) this.#heard(n);
        return true;
      },
    };
  }

  #fetch(): Asks | null {
    const path = this.#root?.deploymentBase ?? null;
    const id = path === null ? null : actionOf(path);
    if (path === null || id === null || this.#isDone.has('fetch')) return null;
    const { job, last } = this.#updater;
    const isKnown = last?.ref === id || id === this.#refused;
    if (isKnown || (job?.ref === id && this.#knows(job))) return null;
    return this.#deploymentAt(path, id, (found) => this.#ends.offered(found));
  }

  #deploymentAt(path: string, id: string, take: (job: Job) => void): Asks {
    return get(path, ({ status, body }) => {
      if (status >= 500) return false;
      this.#isDone.add('fetch');
      const found = status === OK ? readDeployment(body) : `status ${status}`;
      if (typeof found === 'string' || found.job.ref !== id) {
        this.#flaw = { id, why: typeof found === 'string' ? found : 'another action' };
        return true;
      }
      const before = this.#deployment;
      this.#deployment = found;
      if (this.#updater.job?.ref !== id) take(found.job);
      const { job, last } = this.#updater;
      if (job?.ref !== id) this.#deployment = before;
      if (job === null && last?.ref !== id) this.#flaw = { id, why: 'it was taken before' };
      return true;
    });
  }

  // --- what is told -----------------------------------------------------------------------------

  /** How the last one ended. */
  #close(): Asks | null {
    const { last } = this.#updater;
    if (last?.ref === undefined || last.ref === this.#closed) return null;
    return this.#ended(last, last.why === CANCELLED ? 'cancelAction' : 'deploymentBase');
  }

  #ended({ campaign, attempt, status, why, ref = '' }: Ended, what: string): Asks {
    const n = this.#says('', '', { campaign, attempt, status, fell: false });
    const isCancel = what === 'cancelAction';
    const finished = isCancel || status === 'confirmed' ? 'success' : 'failure';
    return this.#feedback(`${this.#base}/${what}/${ref}`, ref, 'closed', finished, [status, why], {
      taken: (answer) => {
        this.#closed = ref;
        if (answer.status === OK) this.#heard(n);
      },
    });
  }

  /** It is to leave off. */
  #cancel(): Asks | null {
    const path = this.#root?.cancelAction ?? null;
    if (path === null || this.#isDone.has('cancel')) return null;
    const stop = this.#stop;
    if (stop === null) return this.#askWhich(path);
    const { job, last } = this.#updater;
    const done = { taken: () => void this.#isDone.add('cancel') };
    const id = actionOf(path) ?? stop;
    if (job?.ref === stop) {
      const how = this.#feigns ? 'closed' : 'rejected';
      return this.#feedback(path, id, how, 'none', [this.#feigns ? '' : 'too late'], done);
    }
    if (last?.ref !== stop && !this.#isDone.has('look')) {
      this.#isDone.add('look');
      return this.#deploymentAt(`${this.#base}/deploymentBase/${stop}`, stop, (found) =>
        this.#ends.calledOff(found),
      );
    }
    this.#flaw = null;
    // How it ended was told before.
    if (last?.ref === stop) return null;
    this.#saysThatItFails();
    return this.#feedback(path, id, 'closed', 'success', ['it was not begun'], done);
  }

  #askWhich(path: string): Asks {
    return get(path, ({ status, body }) => {
      const stop = status === OK ? readCancel(body) : null;
      if (stop === null) {
        this.#isDone.add('cancel');
        return status < 500;
      }
      this.#stop = stop;
      const { job } = this.#updater;
      const heeds = this.#device.seam<OtaSeams['heedCancel']>('heedCancel');
      this.#feigns = job?.ref === stop && heeds?.(this.#device.row.id, job.campaign) === false;
      if (job?.ref === stop && !this.#feigns) this.#ends.calledOff(job);
      return true;
    });
  }

  /** Nothing can be done with what is to be done. */
  #refuse(): Asks | null {
    const flaw = this.#flaw;
    if (flaw === null || flaw.id === this.#refused) return null;
    const { id, why } = flaw;
    this.#saysThatItFails();
    return this.#feedback(
      `${this.#base}/deploymentBase/${id}`,
      id,
      'closed',
      'failure',
      ['failed', why],
      {
        taken: () => {
          this.#refused = id;
        },
      },
    );
  }

  /** How far it is. */
  #tell(): Asks | null {
    const news = this.#newsNow();
    const { ref = '' } = this.#updater.job ?? {};
    if (news === null) return null;
    const [execution, detail] = news;
    const path = `${this.#base}/deploymentBase/${ref}`;
    const [how, finished] = this.#isEarly() ? EARLY : ([execution, 'none'] as const);
    return this.#feedback(path, ref, how, finished, [detail], {
      taken: () => {
        this.#news = `${ref} ${detail}`;
      },
    });
  }

  /** Only by a planted bug. */
  #isEarly(): boolean {
    if (this.#ends.state() !== 'testing') return false;
    const seam = this.#device.seam<OtaSeams['closeLate']>('closeLate');
    return seam?.(this.#device.row.id, this.#updater.job?.campaign ?? '') === false;
  }

  #newsNow(): [Execution, string] | null {
    const { ref } = this.#updater.job ?? {};
    const news = newsOf(this.#ends.state());
    return ref === undefined || news === null || `${ref} ${news[1]}` === this.#news ? null : news;
  }

  #feedback(
    path: string,
    id: string,
    execution: Execution,
    finished: Finished,
    details: readonly string[],
    { taken }: { taken(answer: Answer): void },
  ): Asks {
    const body = feedbackText(id, Math.floor(this.#device.now()), execution, finished, details);
    return {
      ...{ method: 'POST', path: feedbackOf(path), body },
      take: (answer) => {
        if (isTaken(answer)) taken(answer);
        return isTaken(answer);
      },
    };
  }

  // --- truth ------------------------------------------------------------------------------------

  #saysWhatItHas(): number {
    const { booted, uses } = this.#updater;
    const about = { campaign: '', attempt: 0, status: '', fell: this.#ends.fell() };
    return this.#says(booted?.manifest.version ?? '', uses, about);
  }

  /** Of what it never began, and maybe cannot read: it cannot say which attempt that is. */
  #saysThatItFails(): void {
    this.#says('', '', { campaign: '', attempt: 0, status: 'failed', fell: false });
  }

  #says(version: string, uses: string, about: Ends): number {
    const n = this.#said++;
    this.#device.write('ota/said', { n, version, uses, ...about });
    return n;
  }

  #heard(n: number): void {
    this.#device.write('ota/heard', { n });
  }

  #knows({ ref }: Job): boolean {
    return this.#deployment?.job.ref === ref;
  }
}

const get = (path: string, take: Asks['take']): Asks => ({ method: 'GET', path, body: '', take });
