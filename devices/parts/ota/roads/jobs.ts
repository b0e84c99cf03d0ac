/**
 * Jobs of AWS IoT: the device is told that one is next for it, starts it, says how it fares, and is
 * answered each time. What it knows of an execution is a version that its server counts; of one
 * that it has lost track of it asks how it stands.
 */
import { readManifest } from '#kernel';
import type { Channel, ChannelEvents } from '../../../channel.ts';
import type { Ended, Job } from '../../../firmware/job.ts';
import type { Updater } from '../../../firmware/updater.ts';
import { type Inbound, once, type PartDevice } from '../../../part.ts';
import {
  ANSWER_MS,
  JOB_TELL,
  type JobAnswer,
  type JobRequest,
  JobRequests,
} from './jobs/requests.ts';
import {
  type Execution,
  isOverNow,
  readDeployment,
  readExecution,
  readRef,
  refOf,
  stepOf,
} from './jobs/wire.ts';
import type { Road, RoadEnds, RoadKind } from './road.ts';

const AGAIN_MS = { base: 500, cap: 8000 };
/** Nothing went to its server for so long: it says again how far it is. */
const SILENT_MS = 2000;
const TOKEN = /^j\.(\d{1,8})\./;
/** It may be asked again for the very same. */
const PASSING = ['InternalError', 'RequestThrottled', 'VersionMismatch'];
const BUSY = ['waiting', 'downloading'];

export const jobsRoad: RoadKind = (device, updater, ends) => new JobsRoad(device, updater, ends);

class JobsRoad implements Road {
  readonly #device: PartDevice;
  readonly #updater: Updater;
  readonly #ends: RoadEnds;
  readonly #requests: JobRequests;
  #said = 0;
  #life = 0;
  #againAt = 0;
  #failures = 0;
  #isPlanned = false;
  #askedAt = 0;
  /** It may ask from then on, on this connection. */
  #hearsAt = 0;
  // What it knows of this life.
  /** The version of an execution that it last heard. */
  #known: { ref: string; version: number } | null = null;
  #paths: { ref: string; paths: ReadonlyMap<string, string> } | null = null;
  /** It asks what is next. */
  #asks = false;
  /** What it had kept when it last told what it runs; null before. */
  #told: string | null = null;
  /** The execution of which the end was told, or that its server has closed. */
  #closed = '';
  /** What was told last of how far it is. */
  #news = '';
  #flaw: { execution: Execution; why: string } | null = null;

  constructor(device: PartDevice, updater: Updater, ends: RoadEnds) {
    this.#device = device;
    this.#updater = updater;
    this.#ends = ends;
    this.#requests = new JobRequests(device);
  }

  /**
   * An answer to what it asked before may be lost with the connection, and one to what it asks
   * before it listens is nobody's. It waits for the word that it does, but not for good: that may
   * be lost like any other.
   */
  online(): void {
    this.#requests.hush();
    this.#asks = true;
    this.#heardFrom(this.#device.now() + ANSWER_MS);
  }

  /** Who is not let listen asks nothing either: it would start what it never hears of. */
  subscribed(streams: readonly string[]): void {
    this.#heardFrom(streams.includes(JOB_TELL) ? 0 : Number.POSITIVE_INFINITY);
  }

  #heardFrom(at: number): void {
    this.#life++;
    this.#isPlanned = false;
    this.#hearsAt = at;
    this.#go();
  }

  /** Whoever waits for it must not take it for lost. */
  say(): void {
    if (this.isSilentFor(SILENT_MS)) this.#news = '';
    this.#go();
  }

  ended(): void {
    this.#asks = true;
    this.#go();
  }

  isSilentFor(ms: number): boolean {
    return this.#device.now() >= this.#askedAt + ms;
  }

  hush(): void {
    this.#life++;
    this.#requests.hush();
    this.#isPlanned = false;
    this.#againAt = 0;
    this.#failures = 0;
    this.#known = null;
    this.#paths = null;
    this.#told = null;
    this.#closed = '';
    this.#news = '';
    this.#flaw = null;
  }

  inbox({ stream, values }: Inbound): void {
    if (stream !== JOB_TELL) return;
    const token = typeof values.clientToken === 'string' ? TOKEN.exec(values.clientToken) : null;
    if (token !== null) return this.#requests.hear(Number(token[1]), values);
    if (values.execution === undefined) return;
    const next = readExecution(values.execution);
    const { job } = this.#updater;
    if (job === null) this.#asks ||= next !== null && refOf(next) !== this.#closed;
    // It may be called off.
    else if (next === null || refOf(next) !== job.ref) this.#known = null;
    this.#go();
  }

  pathOf({ ref, signed }: Job, isPatch: boolean): string | null {
    if (this.#paths === null || this.#paths.ref !== ref) return null;
    const manifest = readManifest(signed.text);
    return this.#paths.paths.get((isPatch ? manifest?.delta : manifest)?.sha256 ?? '') ?? null;
  }

  open(events: ChannelEvents): Channel {
    return this.#device.open('ota', events);
  }

  // --- one after the other ----------------------------------------------------------------------

  #go(): void {
    const now = this.#device.now();
    if (this.#requests.isOpen || this.#isPlanned || !this.#device.isOnline) return;
    const at = Math.max(this.#againAt, this.#requests.nextAt, this.#hearsAt);
    if (at === Number.POSITIVE_INFINITY) return;
    if (at > now) return this.#later(at);
    const request = this.#next();
    if (request === null) return;
    this.#askedAt = now;
    this.#requests.ask(request, (isTaken) => {
      this.#failures = isTaken ? 0 : this.#failures + 1;
      const wait = AGAIN_MS.base << Math.min(8, Math.max(0, this.#failures - 1));
      this.#againAt = isTaken ? 0 : this.#device.now() + Math.min(AGAIN_MS.cap, wait);
      this.#go();
    });
  }

  #later(at: number): void {
    const life = this.#life;
    this.#isPlanned = true;
    once(this.#device, at, () => {
      if (life !== this.#life) return;
      this.#isPlanned = false;
      this.#go();
    });
  }

  #next(): JobRequest | null {
    return this.#close() ?? this.#lookUp() ?? this.#refuse() ?? this.#start() ?? this.#tell();
  }

  /** How the last one ended. */
  #close(): JobRequest | null {
    const { last } = this.#updater;
    if (last?.ref === undefined || last.ref === this.#closed) return null;
    if (this.#known?.ref !== last.ref) return this.#describe(last.ref);
    return this.#tellEnd(last, last.ref);
  }

  /** Of what it does it has to know how that stands, and where it lies. */
  #lookUp(): JobRequest | null {
    const { ref } = this.#updater.job ?? {};
    if (ref === undefined || this.#known?.ref === ref || ref === this.#closed) return null;
    return this.#describe(ref);
  }

  #describe(ref: string): JobRequest | null {
    const about = readRef(ref);
    if (about === null) return null;
    return {
      ...{ what: 'get', job: about.jobId, number: about.number },
      ...{ expected: 0, status: '', details: {} },
      take: ({ code, execution }) => {
        if (PASSING.includes(code)) return false;
        if (execution === null || isOverNow(execution)) {
          // A job that was over is told again, if its server wants to hear it.
          if (execution !== null && this.#updater.last?.ref === ref) this.#knows(execution);
          else this.#isGone(ref);
          return true;
        }
        this.#knows(execution);
        const found = readDeployment(execution);
        if (typeof found !== 'string') this.#paths = { ref, paths: found.paths };
        this.#ends.free();
        return true;
      },
    };
  }

  #start(): JobRequest | null {
    const { booted, uses, job } = this.#updater;
    if (this.#told === uses && (!this.#asks || job !== null)) return null;
    // Another one would be started that it could not take.
    if (job !== null && job.ref === this.#closed) return null;
    const asked = Math.floor(this.#device.now());
    const version = booted?.manifest.version ?? '';
    const fell = this.#ends.fell();
    const n = this.#says(version, uses, { campaign: '', attempt: 0, status: '', fell });
    const details = { version, fell: String(fell), ...(uses === '' ? {} : { uses }) };
    return {
      ...{ what: 'start-next', job: '', number: 0, expected: 0, status: '', details },
      take: ({ code, execution }) => {
        if (PASSING.includes(code)) return false;
        this.#asks = false;
        this.#told = uses;
        if (code === '') this.#device.write('ota/heard', { n });
        if (execution !== null) this.#offered(execution, asked);
        return true;
      },
    };
  }

  #offered(execution: Execution, asked: number): void {
    const ref = refOf(execution);
    const { job } = this.#updater;
    this.#knows(execution);
    if (job?.ref === ref) return;
    this.#device.write('ota/shown', { asked });
    const found = readDeployment(execution);
    if (typeof found === 'string') {
      this.#flaw = { execution, why: found };
      return;
    }
    this.#paths = { ref, paths: found.paths };
    this.#ends.offered(found.job);
    const { job: taken, last } = this.#updater;
    if (taken?.ref === ref || last?.ref === ref) return;
    this.#flaw = { execution, why: 'it was taken before' };
  }

  /** What it can do nothing with must not stay open for good. */
  #refuse(): JobRequest | null {
    if (this.#flaw === null) return null;
    const { execution, why } = this.#flaw;
    return {
      ...this.#update(refOf(execution), execution.version, 'REJECTED', { why }),
      take: ({ code }) => {
        if (PASSING.includes(code) && code !== 'VersionMismatch') return false;
        this.#flaw = null;
        this.#asks = true;
        return true;
      },
    };
  }

  // --- what is told -----------------------------------------------------------------------------

  #tell(): JobRequest | null {
    const { ref } = this.#updater.job ?? {};
    const step = stepOf(this.#ends.state());
    if (ref === undefined || step === null || this.#known?.ref !== ref) return null;
    const news = `${ref} ${step}`;
    if (news === this.#news) return null;
    return {
      ...this.#update(ref, this.#known.version, 'IN_PROGRESS', { step }),
      take: (answer) => {
        if (this.#follows(ref, answer)) this.#news = news;
        return answer.code === '' || !PASSING.includes(answer.code) || answer.standing !== null;
      },
    };
  }

  #tellEnd({ campaign, attempt, status, why }: Ended, ref: string): JobRequest {
    const n = this.#says('', '', { campaign, attempt, status, fell: false });
    const word = status === 'confirmed' ? 'SUCCEEDED' : 'FAILED';
    return {
      ...this.#update(ref, this.#known?.version ?? 0, word, { status, why }),
      take: (answer) => {
        const { code, standing } = answer;
        if (this.#follows(ref, answer)) {
          this.#closed = ref;
          this.#device.write('ota/heard', { n });
        }
        return code === '' || !PASSING.includes(code) || standing !== null;
      },
    };
  }

  #update(
    ref: string,
    expected: number,
    status: string,
    details: JobRequest['details'],
  ): Omit<JobRequest, 'take'> {
    const { jobId: job = '', number = 0 } = readRef(ref) ?? {};
    return { what: 'update', job, number, expected, status, details };
  }

  /** Whether it was accepted; else it goes by how its server says that it stands. */
  #follows(ref: string, { code, standing }: JobAnswer): boolean {
    const { version = 0 } = this.#known ?? {};
    if (code === '') {
      this.#known = { ref, version: standing?.version ?? version + 1 };
      return true;
    }
    if (standing !== null && !isOverNow(standing)) {
      this.#known = { ref, version: standing.version };
    } else if (!PASSING.includes(code) || standing !== null) this.#isGone(ref);
    return false;
  }

  #knows(execution: Execution): void {
    this.#known = { ref: refOf(execution), version: execution.version };
  }

  /** Its server has closed it: nobody wants to hear of it any more. */
  #isGone(ref: string): void {
    this.#closed = ref;
    const { job } = this.#updater;
    if (job?.ref !== ref) return;
    // Who has begun to write over anything goes on to the end.
    if (BUSY.includes(this.#ends.state())) this.#ends.calledOff(job);
  }

  #says(
    version: string,
    uses: string,
    about: { campaign: string; attempt: number; status: string; fell: boolean },
  ): number {
    const n = this.#said++;
    this.#device.write('ota/said', { n, version, uses, ...about });
    return n;
  }
}
