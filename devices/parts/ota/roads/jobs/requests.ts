/**
 * Requests of a device by AWS IoT's way of jobs, one at a time: each has a number, an answer names
 * it, and what is not answered in time is given up. What was asked and answered is written down
 * below any bug that is planted here.
 */
import type { DeclaredOp, StreamSpec } from '#kernel';
import { once, type PartDevice } from '../../../../part.ts';
import { readCode, readExecution, readStanding, type Standing } from './wire.ts';

type Fields = Readonly<Record<string, unknown>>;

/** From one request to the next at least; and so long an answer may take. */
const LEAST_MS = 100;
export const ANSWER_MS = 4000;
export const JOB_TELL = 'job-tell';

export const JOB_STREAMS: readonly StreamSpec[] = [
  {
    name: 'job-ask',
    way: 'up',
    noun: 'job request',
    qos: 1,
    schedule: { by: 'event', leastMs: LEAST_MS },
    dialect: 'aws-jobs',
  },
  {
    name: JOB_TELL,
    way: 'down',
    from: 'target',
    noun: 'word on jobs',
    schedule: { by: 'event', leastMs: LEAST_MS },
    answers: 'job-ask',
    dialect: 'aws-jobs',
  },
];

export const JOB_OPS = {
  /**
   * Its n-th request: which, of which execution, by which version and to which status; nothing or
   * 0 where it does not say.
   */
  'ota/job-asked': {
    device: 'device',
    n: 'count',
    what: 'text',
    job: 'text',
    number: 'count',
    expected: 'count',
    status: 'text',
  },
  /** What was answered to it: the execution that it is about, and how that stands, or why not. */
  'ota/job-told': {
    device: 'device',
    n: 'count',
    code: 'text',
    job: 'text',
    number: 'count',
    version: 'count',
    status: 'text',
  },
} as const;

export interface JobRequest {
  what: 'start-next' | 'get' | 'update';
  job: string;
  number: number;
  expected: number;
  status: string;
  details: Readonly<Record<string, string>>;
  /** False where nothing can be done with that answer: it is asked again later. */
  take(answer: JobAnswer): boolean;
}

export interface JobAnswer {
  /** Why it was rejected; empty where it was accepted. */
  code: string;
  /** Of what there is to say of an execution. */
  execution: ReturnType<typeof readExecution>;
  standing: Standing | null;
}

export class JobRequests {
  readonly #device: PartDevice;
  #asked = 0;
  #nextAt = 0;
  #open: { n: number; request: JobRequest; done(isTaken: boolean): void } | null = null;
  /** What it waited for before it went down, or lost its connection, nobody waits for any more. */
  #life = 0;

  constructor(device: PartDevice) {
    this.#device = device;
  }

  get isOpen(): boolean {
    return this.#open !== null;
  }

  /** When the next one may go. */
  get nextAt(): number {
    return this.#nextAt;
  }

  hush(): void {
    this.#life++;
    this.#open = null;
  }

  ask(request: JobRequest, done: (isTaken: boolean) => void): void {
    const device = this.#device;
    const n = this.#asked++;
    const { what, job, number, expected, status, details } = request;
    device.write('ota/job-asked' satisfies DeclaredOp, { n, what, job, number, expected, status });
    this.#open = { n, request, done };
    this.#nextAt = device.now() + LEAST_MS;
    const body = {
      ...(status === '' ? {} : { status, includeJobExecutionState: true }),
      ...(what === 'get' ? { includeJobDocument: true } : detailsOf(details)),
      ...(expected === 0 ? {} : { expectedVersion: expected }),
      ...(number === 0 ? {} : { executionNumber: number }),
    };
    const values = { what: job === '' ? what : `${job}/${what}`, body };
    device.send({ stream: device.code('job-ask'), n, values });
    const life = this.#life;
    once(device, device.now() + ANSWER_MS, () => {
      if (life === this.#life && this.#open?.n === n) this.#over(false);
    });
  }

  /** An answer to what it waits for, or to what it does not wait for any more. */
  hear(n: number, said: Fields): void {
    const code = readCode(said.code);
    const execution = readExecution(said.execution);
    const standing = readStanding(said.executionState) ?? execution;
    const { jobId = '', number = 0 } = execution ?? {};
    const { status = '', version = 0 } = standing ?? {};
    this.#device.write('ota/job-told', { n, code, job: jobId, number, version, status });
    if (this.#open?.n !== n) return;
    const life = this.#life;
    const isTaken = this.#open.request.take({ code, execution, standing });
    // What it heard may have cost it its power.
    if (life === this.#life) this.#over(isTaken);
  }

  #over(isTaken: boolean): void {
    const { done } = this.#open ?? {};
    this.#open = null;
    done?.(isTaken);
  }
}

/** A detail that says nothing is refused, and all that is said with it. */
function detailsOf(details: JobRequest['details']): { statusDetails?: JobRequest['details'] } {
  const said = Object.entries(details).filter(([, one]) => one !== '');
  return said.length === 0 ? {} : { statusDetails: Object.fromEntries(said) };
}
