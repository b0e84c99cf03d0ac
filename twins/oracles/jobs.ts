/**
 * How executions of jobs may go, as those who ask about them see it by what they are answered: by
 * AWS IoT's rules a version rises by one with every change, who names one that is not so is turned
 * away, and what is over stays so. It knows of a target no more than what it answered.
 */
import { type LedgerEntry, type Plan, streamNamed } from '#kernel';
import { defineOracle, type OracleFold } from './oracle.ts';

declare module './oracle.ts' {
  interface Oracles {
    jobs: JobsOracle;
  }
}

export default defineOracle({
  kind: 'jobs',
  summary: 'how executions of jobs may go, by what is answered of them',
  scope: 'lane',
  ops: ['ota/job-asked', 'ota/job-told', 'sent'],
  start: ({ plan }) => new JobsOracle(plan),
});

export interface JobFlaw {
  /** Microseconds. */
  t: number;
  what: string;
  /** Of a request that has more answers than it was sent: since when, and how many of each. */
  beyond?: { sentAt: number; sent: number; answers: number };
}

export interface JobsSeen {
  /** How many answers were looked at, and how many requests nobody answered. */
  answers: number;
  unanswered: number;
  /** How many were turned away, as they should be. */
  rejected: number;
  flaws: readonly JobFlaw[];
}

interface Asked {
  what: string;
  execution: string;
  expected: number;
  /** When it was asked first. */
  t: number;
  /** How often it went out: it may be answered as often. */
  sent: number;
}

interface Told {
  t: number;
  n: number;
  code: string;
  execution: string;
  version: number;
  status: string;
}

interface Story {
  asked: Map<number, Asked>;
  told: Told[];
}

const [QUEUED, IN_PROGRESS] = ['QUEUED', 'IN_PROGRESS'];
const DONE = ['SUCCEEDED', 'FAILED', 'REJECTED'];
const OVER = [...DONE, 'TIMED_OUT', 'CANCELED', 'REMOVED'];

export class JobsOracle implements OracleFold {
  readonly #stories = new Map<number, Story>();
  readonly #ask: number | undefined;

  constructor(plan: Plan) {
    this.#ask = streamNamed(plan, 'job-ask')?.code;
  }

  step(entry: LedgerEntry): void {
    const { device, t } = entry;
    const op = entry.op as string;
    if (entry.op === 'sent') {
      const asked = entry.stream === this.#ask ? this.#of(device).asked.get(entry.n) : undefined;
      if (asked !== undefined) asked.sent++;
      return;
    }
    const fields = entry as unknown as Readonly<Record<string, string | number>>;
    const n = Number(fields.n);
    const execution = fields.job === '' ? '' : `${fields.job} #${fields.number}`;
    if (op === 'ota/job-asked') {
      const expected = Number(fields.expected);
      const about = { what: String(fields.what), execution, expected };
      this.#of(device).asked.set(n, { ...about, t, sent: 0 });
    } else if (op === 'ota/job-told') {
      const said = { version: Number(fields.version), status: String(fields.status) };
      const about = { t, n, code: String(fields.code), ...said };
      const asked = this.#of(device).asked.get(n);
      this.#of(device).told.push({ ...about, execution: execution || (asked?.execution ?? '') });
    }
  }

  /** Null for a device that never asked. */
  of(device: number): JobsSeen | null {
    const story = this.#stories.get(device);
    if (story === undefined) return null;
    const answered = new Set(story.told.map(({ n }) => n));
    return {
      answers: story.told.length,
      unanswered: [...story.asked.keys()].filter((n) => !answered.has(n)).length,
      rejected: story.told.filter(({ code }) => code !== '').length,
      flaws: [...answerFlaws(story), ...historyFlaws(story)].sort((a, b) => a.t - b.t),
    };
  }

  #of(device: number): Story {
    const story = this.#stories.get(device) ?? { asked: new Map(), told: [] };
    this.#stories.set(device, story);
    return story;
  }
}

/** What is wrong with one answer, by the request alone. */
function answerFlaws({ asked, told }: Story): JobFlaw[] {
  const words = new Map<number, Set<string>>();
  return told.flatMap((one) => {
    const { t, n } = one;
    const request = asked.get(n);
    if (request === undefined)
      return [{ t, what: `is answered to request ${n}, which it never made` }];
    const said = words.get(n) ?? new Set<string>();
    words.set(n, said.add(`${one.code} ${one.version} ${one.status}`));
    const by = `by its request ${n}`;
    const flaw = flawOf(request, one);
    const sent = Math.max(1, request.sent);
    const beyond = { sentAt: request.t, sent, answers: said.size };
    return [
      ...(flaw === null ? [] : [{ t, what: `${flaw}, ${by}` }]),
      ...(said.size > sent ? [{ t, what: `is answered twice, ${by}`, beyond }] : []),
    ];
  });
}

function flawOf(
  { what, expected }: Asked,
  { code, execution, version, status }: Told,
): string | null {
  const isKnown = status !== '';
  if (code === 'VersionMismatch') {
    const isWrong = isKnown && version === expected;
    return isWrong ? `is refused version ${expected} of ${execution}, which it has` : null;
  }
  if (code === 'InvalidStateTransition' || code === 'TerminalStateReached') {
    const isWrong = isKnown && status === IN_PROGRESS;
    return isWrong ? `is told that ${execution} is over, which is ${status}` : null;
  }
  if (code !== '' || what !== 'update' || !isKnown || expected === 0) return null;
  if (version === expected + 1) return null;
  return `changes version ${expected} of ${execution} into ${version}`;
}

/** What is wrong with what was said of one execution, over all. */
function historyFlaws({ told }: Story): JobFlaw[] {
  const all = new Map<string, Map<number, Told>>();
  const flaws: JobFlaw[] = [];
  for (const one of told) {
    if (one.status === '' || one.execution === '') continue;
    const versions = all.get(one.execution) ?? new Map<number, Told>();
    all.set(one.execution, versions);
    const known = versions.get(one.version);
    if (known === undefined) versions.set(one.version, one);
    else if (known.status !== one.status) {
      const both = `both ${known.status} and ${one.status}`;
      flaws.push({
        t: one.t,
        what: `is told that version ${one.version} of ${one.execution} is ${both}`,
      });
    }
  }
  for (const versions of all.values()) {
    const sorted = [...versions.values()].sort((a, b) => a.version - b.version);
    sorted.forEach((next, at) => {
      const before = sorted[at - 1];
      if (before === undefined || mayFollow(before, next)) return;
      const steps = `from ${before.status} to ${next.status}`;
      const which = `${next.execution}, version ${next.version}`;
      flaws.push({ t: Math.max(before.t, next.t), what: `is told that ${which}, went ${steps}` });
    });
  }
  return flaws;
}

/** What lies between them nobody may have been told. */
function mayFollow(before: Told, next: Told): boolean {
  if (OVER.includes(before.status)) return false;
  if (before.status === IN_PROGRESS) return next.status !== QUEUED;
  const isNext = next.version === before.version + 1;
  return !(isNext && DONE.includes(next.status));
}
