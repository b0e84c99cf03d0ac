/**
 * Jobs of AWS IoT over the very campaigns of the platform: an offer to a device is an execution of
 * the job that is called like its campaign, numbered like its attempt. A thing is told what is next
 * for it, starts it and says how it fares; each request is answered to whoever asked, accepted or
 * rejected. All that a request changes, and its answer, is committed before it is acknowledged.
 */
import { readManifest } from '#kernel';
import type { ServicePorts, Speech, Spoken } from '../../service.ts';
import { type Execution, type Executions, OPEN, SAID, type SaidStatus } from './executions.ts';
import type { Attributes } from './feedback.ts';
import {
  attributesIn,
  campaignOf,
  endOf,
  type JobError,
  type JobRequest,
  jobOf,
  NEXT,
  readRequest,
  tokenIn,
} from './jobs-wire.ts';
import type { RollOut } from './roll-out.ts';
import type { OtaSeams } from './seams.ts';
import type { OtaTables, TargetRow } from './tables.ts';

const LIST_MAX = 10;
const REQUEST = /^(?:get|start-next|([^/]+)\/(?:get|update))$/;
/** What goes down: nobody answers himself. */
const TOLD = /^notify(?:-next)?$|\/(?:accepted|rejected)$/;

export const SPEECH: Speech = {
  root: '$aws/things/',
  of: (device) => `${device.replaceAll('/', ':')}/jobs/`,
};

export interface JobPorts {
  tables: OtaTables;
  executions: Executions;
  campaigns: ReadonlyMap<string, RollOut>;
  clock: ServicePorts['clock'];
  publish: ServicePorts['publish'];
  seams: Partial<OtaSeams> | null;
  /** It has said what it has, and how it came up. */
  heard(device: string, said: Attributes): void;
  /** An attempt that was closed is closed once more. */
  settleAgain(target: TargetRow, status: string, why: string, now: number): void;
}

interface Rejected {
  code: JobError;
  message: string;
  of?: Execution;
}

type Answer = { body: object } | Rejected;

interface Asked extends JobRequest {
  device: string;
  now: number;
}

export class Jobs {
  readonly #ports: JobPorts;

  constructor(ports: JobPorts) {
    this.#ports = ports;
  }

  /** It takes offers by this way. */
  isThing(device: string): boolean {
    return this.#ports.executions.thing(device).asks === 1;
  }

  take({ device, what, payload }: Spoken): void {
    if (TOLD.test(what)) return;
    const { clock, campaigns, executions } = this.#ports;
    const now = clock.now();
    const request = readRequest(payload);
    for (const campaign of campaigns.values()) campaign.tick(now);
    const thing = executions.thing(device);
    if (thing.asks === 0) executions.putThing({ ...thing, asks: 1 });
    const answer: Answer = Array.isArray(request)
      ? { code: request[0], message: request[1] }
      : this.#answer({ ...request, device, now }, what);
    const token = Array.isArray(request) ? tokenIn(payload) : request.clientToken;
    const named = token === undefined ? {} : { clientToken: token };
    const ends = { timestamp: seconds(now), ...named };
    if ('body' in answer) this.#tell(device, `${what}/accepted`, { ...answer.body, ...ends });
    else {
      const { code, message, of } = answer;
      const state = of === undefined ? {} : { executionState: this.#stateOf(of) };
      this.#tell(device, `${what}/rejected`, { code, message, ...state, ...ends });
    }
    this.changed(device);
  }

  /** It is told what is next, and what there is for it, where that is not what it knows. */
  changed(device: string): void {
    const { executions, clock } = this.#ports;
    const now = clock.now();
    const pending = this.#pending(device, now);
    const [next] = pending;
    const thing = executions.thing(device);
    const head = next === undefined ? '' : nameOf(next);
    const list = pending.map((one) => `${nameOf(one)} ${one.status}`).join(' ');
    if (head === thing.head && list === thing.list) return;
    executions.putThing({ ...thing, head, list });
    const timestamp = seconds(now);
    if (list !== thing.list) {
      const of = (status: Execution['status']) => {
        const own = pending.filter((one) => one.status === status).slice(0, LIST_MAX);
        return own.length === 0 ? {} : { [status]: own.map((one) => this.#summaryOf(one)) };
      };
      const jobs = { ...of('IN_PROGRESS'), ...of('QUEUED') };
      this.#tell(device, 'notify', { timestamp, jobs });
    }
    if (head === thing.head) return;
    const execution = next === undefined ? {} : this.#wholeOf(next, true);
    this.#tell(device, 'notify-next', { timestamp, execution });
  }

  // --- requests ---------------------------------------------------------------------------------

  #answer(asked: Asked, what: string): Answer {
    const [known, job = ''] = REQUEST.exec(what) ?? [];
    if (known === undefined) return { code: 'InvalidTopic', message: `nobody takes ${what}` };
    if (what === 'get') return this.#list(asked);
    if (what === 'start-next') return this.#start(asked);
    return what.endsWith('/get') ? this.#describe(asked, job) : this.#update(asked, job);
  }

  #list({ device, now }: Asked): Answer {
    const pending = this.#pending(device, now);
    const of = (status: Execution['status']) =>
      pending.filter((one) => one.status === status).map((one) => this.#summaryOf(one));
    return { body: { inProgressJobs: of('IN_PROGRESS'), queuedJobs: of('QUEUED') } };
  }

  /** One that it has begun comes before one that waits, and stays as it is. */
  #start({ device, now, details }: Asked): Answer {
    this.#believe(device, details);
    const [next] = this.#pending(device, now);
    if (next === undefined) return { body: {} };
    this.#hear(next, now);
    const started =
      next.status === 'QUEUED' ? this.#moved(next, 'IN_PROGRESS', details, now) : next;
    return { body: { execution: this.#wholeOf(started, true) } };
  }

  #describe({ device, now, includeJobDocument, executionNumber }: Asked, job: string): Answer {
    if (job === NEXT) {
      const [next] = this.#pending(device, now);
      const isWhole = includeJobDocument !== false;
      return { body: next === undefined ? {} : { execution: this.#wholeOf(next, isWhole) } };
    }
    const found = this.#find(device, job, executionNumber, now);
    if (found === null) return unknown(job);
    const { status } = found;
    if (!isOpen(status) && this.#closes(found)) {
      return { code: 'TerminalStateReached', message: `it is ${status}`, of: found };
    }
    this.#hear(found, now);
    return { body: { execution: this.#wholeOf(found, includeJobDocument !== false) } };
  }

  #update(asked: Asked, job: string): Answer {
    const { device, now, executionNumber, expectedVersion, details } = asked;
    const found = this.#find(device, job, executionNumber, now);
    if (found === null) return unknown(job);
    const isStale = expectedVersion !== undefined && expectedVersion !== found.version;
    if (isStale && this.#ports.seams?.askVersion?.(device, found.campaign) !== false) {
      const message = `the version is not ${expectedVersion}`;
      return { code: 'VersionMismatch', message, of: found };
    }
    const to = SAID.find((one) => one === asked.status);
    if (to === undefined) {
      return { code: 'InvalidRequest', message: `status is one of ${SAID.join(', ')}` };
    }
    const from = found.status;
    const isLegal = from === 'IN_PROGRESS' || (from === 'QUEUED' && to === 'IN_PROGRESS');
    const isHeld = isOpen(from) || this.#closes(found);
    if (!isLegal && isHeld) {
      return { code: 'InvalidStateTransition', message: `it is ${from}`, of: found };
    }
    this.#believe(device, details);
    const moved = this.#moved(found, to, details, now);
    if (to === 'IN_PROGRESS') this.#hear(moved, now);
    else this.#end(moved, details, now);
    return {
      body: {
        ...(asked.includeJobExecutionState === true
          ? { executionState: this.#stateOf(moved) }
          : {}),
        ...(asked.includeJobDocument === true ? { jobDocument: this.#documentOf(moved) } : {}),
      },
    };
  }

  // --- one execution ----------------------------------------------------------------------------

  /** What is open for it, the next one first. */
  #pending(device: string, now: number): Execution[] {
    const { tables, campaigns } = this.#ports;
    const open = [...campaigns.keys()].flatMap((campaign) => {
      const target = tables.target(campaign, device);
      if (target?.status === 'offered') this.#mustBe(target, now);
      return this.#rowsOf(device, campaign, now).filter(({ status }) => isOpen(status));
    });
    const rank = ({ status }: Execution): number => (status === 'IN_PROGRESS' ? 0 : 1);
    return open.sort((a, b) => rank(a) - rank(b) || a.queued - b.queued);
  }

  /** Made when it is first asked for. */
  #mustBe({ device, campaign, attempt, heard }: TargetRow, now: number): void {
    const { executions } = this.#ports;
    if (executions.of(device, campaign).some((one) => one.attempt === attempt)) return;
    const queued = Math.min(heard, now);
    executions.put({
      ...{ device, campaign, attempt, status: 'QUEUED', version: 1, details: '{}' },
      ...{ queued, started: null, updated: queued },
    });
  }

  /** The latest first, as they stand. */
  #rowsOf(device: string, campaign: string, now: number): Execution[] {
    return this.#ports.executions.of(device, campaign).map((row) => this.#closed(row, now));
  }

  #find(device: string, job: string, number: number | undefined, now: number): Execution | null {
    const campaign = campaignOf(job);
    const target = this.#ports.tables.target(campaign, device);
    if (target?.status === 'offered') this.#mustBe(target, now);
    const rows = this.#rowsOf(device, campaign, now);
    return rows.find(({ attempt }) => number === undefined || attempt === number) ?? null;
  }

  #targetOf({ device, campaign, attempt }: Execution): TargetRow | null {
    const target = this.#ports.tables.target(campaign, device);
    return target?.status === 'offered' && target.attempt === attempt ? target : null;
  }

  /** What nobody has begun is called off; what is over without a word has timed out, for good. */
  #closed(row: Execution, now: number): Execution {
    const status = this.#statusOf(row);
    if (status === row.status) return row;
    // What the platform does to it is a change as well.
    const closed = { ...row, status, version: row.version + 1, updated: now };
    this.#ports.executions.put(closed);
    return closed;
  }

  #statusOf(row: Execution): Execution['status'] {
    if (!isOpen(row.status)) return row.status;
    if (this.#targetOf(row) === null) return 'TIMED_OUT';
    const isOff = this.#ports.campaigns.get(row.campaign)?.row.state === 'aborted';
    return isOff && row.status === 'QUEUED' ? 'CANCELED' : row.status;
  }

  #closes({ device, campaign }: Execution): boolean {
    return this.#ports.seams?.closeJob?.(device, campaign) !== false;
  }

  #moved(
    row: Execution,
    status: SaidStatus,
    details: JobRequest['details'],
    now: number,
  ): Execution {
    const moved: Execution = {
      ...row,
      ...{ status, version: row.version + 1, updated: now },
      details: details === undefined ? row.details : JSON.stringify(details),
      started: row.started ?? now,
    };
    this.#ports.executions.put(moved);
    return moved;
  }

  #hear(row: Execution, now: number): void {
    const target = this.#targetOf(row);
    if (target !== null) this.#ports.campaigns.get(row.campaign)?.heard(target, now);
  }

  #end(row: Execution, details: JobRequest['details'], now: number): void {
    const { campaigns, tables, settleAgain } = this.#ports;
    const { status, why } = endOf(row.status, details);
    const open = this.#targetOf(row);
    if (open !== null) {
      const campaign = campaigns.get(row.campaign);
      return campaign?.ended(open, status, why, now, row.status === 'REJECTED');
    }
    const closed = tables.target(row.campaign, row.device);
    if (closed !== null) settleAgain({ ...closed, attempt: row.attempt }, status, why, now);
  }

  #believe(device: string, details: JobRequest['details']): void {
    const said = attributesIn(details);
    if (said !== null) this.#ports.heard(device, said);
  }

  // --- what is told -----------------------------------------------------------------------------

  #tell(device: string, what: string, document: object): void {
    const topic = `${SPEECH.root}${SPEECH.of(device)}${what}`;
    const payload = Buffer.from(JSON.stringify(document));
    this.#ports.publish({ topic, payload, qos: 1, retain: false });
  }

  #stateOf(row: Execution) {
    const statusDetails = JSON.parse(row.details) as object;
    return { status: row.status, statusDetails, versionNumber: row.version };
  }

  #summaryOf(row: Execution) {
    const { campaign, attempt, queued, started, updated } = row;
    return {
      jobId: jobOf(campaign),
      queuedAt: seconds(queued),
      ...(started === null ? {} : { startedAt: seconds(started) }),
      lastUpdatedAt: seconds(updated),
      versionNumber: row.version,
      executionNumber: attempt,
    };
  }

  #wholeOf(row: Execution, isWhole: boolean) {
    const { status, statusDetails } = this.#stateOf(row);
    const thingName = row.device.replaceAll('/', ':');
    const document = isWhole ? { jobDocument: this.#documentOf(row) } : {};
    return { ...this.#summaryOf(row), thingName, status, statusDetails, ...document };
  }

  /** Where its image lies is a path at the very server from which devices load. */
  #documentOf({ campaign }: Execution) {
    const { signed } = this.#ports.campaigns.get(campaign)?.row.spec ?? {};
    const manifest = readManifest(signed?.text);
    const path = `http://platform/ota/${campaign}`;
    const file = (url: string, { size, sha256 }: { size: number; sha256: string }) => ({
      ...{ url, size, sha256 },
    });
    return {
      operation: 'update-firmware',
      campaign,
      version: manifest?.version ?? '',
      manifest: signed?.text ?? '',
      signature: signed?.signature ?? '',
      files: [
        ...(manifest === null ? [] : [file(path, manifest)]),
        ...(manifest?.delta === undefined ? [] : [file(`${path}/delta`, manifest.delta)]),
      ],
    };
  }
}

const isOpen = (status: Execution['status']): boolean => OPEN.some((one) => one === status);

const nameOf = ({ campaign, attempt }: Execution): string => `${jobOf(campaign)}#${attempt}`;

const unknown = (job: string): Rejected => ({
  code: 'ResourceNotFound',
  message: `there is no execution of ${job}`,
});

const seconds = (ms: number): number => Math.floor(ms / 1000);
