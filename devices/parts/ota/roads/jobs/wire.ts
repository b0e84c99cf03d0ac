/**
 * What is said of jobs by AWS IoT's way, as a device reads it. Of a server nothing is taken for
 * granted: what cannot be read is none.
 */
import { readManifest, readSigned } from '#kernel';
import type { Job } from '../../../../firmware/job.ts';
import { isAttempt, isCampaign } from '../../offer.ts';
import type { OtaState } from '../../region.ts';

type Fields = Readonly<Record<string, unknown>>;

/** An execution of a job, by its job and its number. */
export interface Execution {
  jobId: string;
  number: number;
  status: string;
  version: number;
  document: Fields;
}

/** How an execution stands, as it is told where a request was not taken. */
export interface Standing {
  status: string;
  version: number;
}

export interface Deployment {
  job: Job;
  /** Where an image or a patch lies, by its digest. */
  paths: ReadonlyMap<string, string>;
}

const JOB = /^[a-zA-Z0-9_-]{1,64}$/;
const PATH = /^\/[\x21-\x7e]{0,1023}$/;
const REF = /^([a-zA-Z0-9_-]{1,64})\/(\d{1,4})$/;
const [FILES_MAX, CODE_MAX, VERSION_MAX] = [8, 64, 0x10_0000_0000_0000];
const OVER = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'REJECTED', 'REMOVED', 'CANCELED'];

/** By which it is known to a journal. */
export const refOf = ({ jobId, number }: Pick<Execution, 'jobId' | 'number'>): string =>
  `${jobId}/${number}`;

export function readRef(ref: string): { jobId: string; number: number } | null {
  const [, jobId, number] = REF.exec(ref) ?? [];
  return jobId === undefined ? null : { jobId, number: Number(number) };
}

/** Null for none, or for what is no execution. */
export function readExecution(value: unknown): Execution | null {
  const { jobId, executionNumber, status, versionNumber, jobDocument } = fieldsOf(value);
  if (typeof jobId !== 'string' || !JOB.test(jobId) || !isAttempt(executionNumber)) return null;
  const standing = readStanding({ status, versionNumber });
  return standing === null
    ? null
    : { jobId, number: executionNumber, ...standing, document: fieldsOf(jobDocument) };
}

export function readStanding(value: unknown): Standing | null {
  const { status, versionNumber } = fieldsOf(value);
  return typeof status === 'string' && isVersionNumber(versionNumber)
    ? { status, version: versionNumber }
    : null;
}

/** Empty where nothing was rejected. */
export function readCode(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' && value !== '' ? value.slice(0, CODE_MAX) : 'Unreadable';
}

/** The next ones are counted on from it. */
const isVersionNumber = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= VERSION_MAX;

export const isOverNow = ({ status }: Standing): boolean => OVER.includes(status);

/** Or why it is none that a device could do anything with. */
export function readDeployment(execution: Execution): Deployment | string {
  const { jobId, number: attempt, document } = execution;
  const { manifest: text, signature, campaign: name } = document;
  const signed = readSigned({ text, signature });
  if (signed === null) return 'no signed manifest';
  const own = jobId.toLowerCase().replaceAll('_', '.');
  const campaign = [name, own].find(isCampaign) ?? 'job';
  const paths = new Map(listOf(document.files).flatMap(fileOf));
  const { sha256 = '' } = readManifest(signed.text) ?? {};
  if (!paths.has(sha256)) return 'no file of its manifest';
  return { job: { campaign, attempt, signed, ref: refOf(execution) }, paths };
}

/** How far it is, in a word; null for nothing to say. */
export function stepOf(state: OtaState): string | null {
  if (state === 'notified' || state === 'waiting') return 'taken';
  if (state === 'downloading') return 'loading';
  if (state === 'verifying' || state === 'staged') return 'loaded';
  if (state === 'installing' || state === 'rebooting') return 'installing';
  return state === 'testing' ? 'on trial' : null;
}

/** Its one connection leads to one server, whatever name that gives itself. */
function fileOf(value: unknown): [string, string][] {
  const { sha256, url } = fieldsOf(value);
  if (typeof sha256 !== 'string' || typeof url !== 'string') return [];
  const path = url.replace(/^https?:\/\/[^/?#]*/, '').replace(/#.*$/, '');
  return PATH.test(path) ? [[sha256.toLowerCase(), path]] : [];
}

const listOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value.slice(0, FILES_MAX) : [];

const fieldsOf = (value: unknown): Fields => Object(value) as Fields;
