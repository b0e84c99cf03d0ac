/** Stories about a thing that starts a job, says how it fares, and is answered. */
import { OTA_TRUTHS, type StreamPlan } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { faultPlan, healthy, type Story, tellFault } from '../story.ts';

const ASK_CODE = 41;
const TEXTS = { what: 'text', job: 'text', number: 'count', expected: 'count', status: 'text' };
/** As the road of jobs declares them. */
export const JOB_OPS = {
  'ota/job-asked': { device: 'device', n: 'count', ...TEXTS },
  'ota/job-told': {
    ...{ device: 'device', n: 'count', code: 'text', job: 'text', number: 'count' },
    ...{ version: 'count', status: 'text' },
  },
} as unknown as typeof OTA_TRUTHS;

const ASK: StreamPlan = {
  ...{ name: 'job-ask', code: ASK_CODE, way: 'up', from: 'device', noun: 'job request', qos: 1 },
  ...{ schedule: { by: 'event', leastMs: 100 }, arrives: 'observer', retained: false },
  ...{ counted: true, measured: false, dialect: 'aws-jobs', skips: [] },
};

type Status = 'QUEUED' | 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';

class Told {
  readonly story: Story;
  #ms = 9000;
  #asked = 0;

  /** By which way a fault says messages twice meanwhile. */
  constructor(twice?: 'up' | 'down') {
    const fault = faultPlan('twice', {
      ...{ fault: 'packet-duplicate', from: 8000, proof: { kind: 'tampered' } },
      packets: { does: 'duplicate', packet: 'PUBLISH', ways: [twice ?? 'up'], every: 1, share: 1 },
    });
    const faults = twice === undefined ? [] : [fault];
    this.story = healthy({ devices: 1, streams: [ASK], ops: [OTA_TRUTHS, JOB_OPS], faults });
    if (twice !== undefined) tellFault(this.story, 'twice');
  }

  /** And it is on the wire so often. */
  asks(what: string, expected = 0, status = '', times = 1): this {
    const n = this.#asked++;
    const job = what === 'start-next' ? '' : 'spring';
    const said = { device: 0, n, what, job, number: job === '' ? 0 : 1, expected, status };
    this.story.add('ota/job-asked', this.#ms++, said);
    const message = { device: 0, stream: ASK_CODE, n };
    for (let left = times; left > 0; left--) {
      this.story.add('sent', this.#ms++, { ...message, late: 1, hash: 1, flags: 1 });
    }
    this.story.add('observed', this.#ms++, { ...message, hash: 1, flags: 1, epoch: 1 });
    this.story.add('acked', this.#ms++, message);
    return this;
  }

  told(version: number, status: Status, n = this.#asked - 1, code = ''): this {
    const about = { job: code === '' ? 'spring' : '', number: code === '' ? 1 : 0 };
    this.story.add('ota/job-told', this.#ms++, { device: 0, n, code, ...about, version, status });
    return this;
  }

  refused(code: string, version: number, status: Status): this {
    return this.told(version, status, this.#asked - 1, code);
  }
}

const started = (twice?: 'up' | 'down'): Told =>
  new Told(twice).asks('start-next').told(2, 'IN_PROGRESS');
const answeredTwice = (twice?: 'up' | 'down'): Told =>
  started(twice)
    .asks('update', 2, 'FAILED')
    .told(3, 'FAILED')
    .refused('VersionMismatch', 3, 'FAILED');
const done = (): Told => started().asks('update', 2, 'SUCCEEDED').told(3, 'SUCCEEDED');
const story = (told: () => Told) => (): Story => told().story;

const jobsLegal: CheckerFixtures = {
  passing: {
    'it is started, and done': story(done),
    'a stale version is turned away': story(() =>
      started()
        .asks('update', 1, 'IN_PROGRESS')
        .refused('VersionMismatch', 2, 'IN_PROGRESS')
        .asks('update', 2, 'IN_PROGRESS')
        .told(3, 'IN_PROGRESS'),
    ),
    'what is over is over': story(() =>
      done().asks('get').refused('TerminalStateReached', 3, 'SUCCEEDED'),
    ),
    'it went twice, and was answered twice': story(() =>
      started()
        .asks('update', 2, 'IN_PROGRESS', 2)
        .told(3, 'IN_PROGRESS')
        .refused('VersionMismatch', 3, 'IN_PROGRESS'),
    ),
    'what goes up is said twice, and answered twice': story(() => answeredTwice('up')),
    'an answer comes once more': story(() => started().told(2, 'IN_PROGRESS')),
    'nobody heard of it in time': story(() =>
      started().asks('update', 2, 'IN_PROGRESS').refused('InvalidStateTransition', 3, 'TIMED_OUT'),
    ),
  },
  failing: {
    'a stale version is taken': story(() =>
      started()
        .asks('update', 2, 'IN_PROGRESS')
        .told(3, 'IN_PROGRESS')
        .asks('update', 2, 'IN_PROGRESS')
        .told(4, 'IN_PROGRESS'),
    ),
    'it is opened again': story(() => done().asks('update', 3, 'FAILED').told(4, 'FAILED')),
    'the right version is turned away': story(() =>
      started().asks('update', 2, 'FAILED').refused('VersionMismatch', 2, 'IN_PROGRESS'),
    ),
    'it is said to be over, and is not': story(() =>
      started().asks('update', 2, 'FAILED').refused('InvalidStateTransition', 2, 'IN_PROGRESS'),
    ),
    'it is done before it was started': story(() =>
      new Told().asks('get').told(1, 'QUEUED').asks('update', 1, 'SUCCEEDED').told(2, 'SUCCEEDED'),
    ),
    'one version is two things': story(() => done().asks('get').told(3, 'FAILED')),
    'one request is answered twice': story(() => answeredTwice()),
    'what comes down is said twice, and its answer is another': story(() => answeredTwice('down')),
    'what goes up is said twice, and answered three times': story(() =>
      answeredTwice('up').refused('InvalidStateTransition', 3, 'FAILED'),
    ),
    'what goes up is said twice, and both are taken': story(() =>
      started('up').asks('update', 2, 'IN_PROGRESS').told(3, 'IN_PROGRESS').told(4, 'IN_PROGRESS'),
    ),
    'nobody asked for that': story(() => started().told(3, 'IN_PROGRESS', 7)),
  },
  undecided: {
    'nobody asked for anything': story(() => new Told()),
    'nobody answered': story(() => new Told().asks('start-next')),
  },
};

export default { 'jobs-legal': jobsLegal };
