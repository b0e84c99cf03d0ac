/** What is said of jobs by AWS IoT's way: requests as they come, and why one is not taken. */
import { isVersion } from '#kernel';
import type { Attributes } from './feedback.ts';

export type JobError =
  | 'InvalidTopic'
  | 'InvalidJson'
  | 'InvalidRequest'
  | 'InvalidStateTransition'
  | 'ResourceNotFound'
  | 'VersionMismatch'
  | 'TerminalStateReached';

export type Fields = Readonly<Record<string, unknown>>;

export type Details = Readonly<Record<string, string>>;

/** What may be said to be next. */
export const NEXT = '$next';

const [TOKEN_MAX, DETAILS_MAX] = [64, 10];
const [USES_MAX, WHY_MAX] = [64, 64];
const KEY = /^[a-zA-Z0-9:_-]{1,128}$/;
/** Nothing that nobody can print. */
const VALUE = /^\P{C}{1,1024}$/u;
const NUMBERS = ['executionNumber', 'expectedVersion'] as const;
const FLAGS = ['includeJobDocument', 'includeJobExecutionState'] as const;

export interface JobRequest {
  clientToken: string | undefined;
  status: string | undefined;
  details: Details | undefined;
  executionNumber: number | undefined;
  expectedVersion: number | undefined;
  includeJobDocument: boolean | undefined;
  includeJobExecutionState: boolean | undefined;
}

/** Or why it is none. Nothing at all asks for nothing in particular. */
export function readRequest(payload: Uint8Array): JobRequest | [JobError, string] {
  const said = payload.length === 0 ? {} : parsed(payload);
  if (said === undefined) return ['InvalidJson', 'the payload is no JSON in UTF-8'];
  if (!isFields(said)) return ['InvalidRequest', 'a request is an object'];
  const { clientToken, status, statusDetails } = said;
  if (clientToken !== undefined && !isText(clientToken, TOKEN_MAX)) {
    return ['InvalidRequest', `clientToken is a text of up to ${TOKEN_MAX}`];
  }
  const number = NUMBERS.find((key) => said[key] !== undefined && !isCount(said[key]));
  if (number !== undefined) return ['InvalidRequest', `${number} is a whole number`];
  const flag = FLAGS.find((key) => !['undefined', 'boolean'].includes(typeof said[key]));
  if (flag !== undefined) return ['InvalidRequest', `${flag} is true or false`];
  if (!isDetails(statusDetails)) {
    return ['InvalidRequest', `statusDetails are up to ${DETAILS_MAX} texts by name`];
  }
  if (status !== undefined && typeof status !== 'string') {
    return ['InvalidRequest', 'status is a text'];
  }
  return {
    clientToken,
    status,
    details: statusDetails,
    executionNumber: said.executionNumber as number | undefined,
    expectedVersion: said.expectedVersion as number | undefined,
    includeJobDocument: said.includeJobDocument as boolean | undefined,
    includeJobExecutionState: said.includeJobExecutionState as boolean | undefined,
  };
}

/** The token of what is refused, so that whoever asked knows of which request that is said. */
export function tokenIn(payload: Uint8Array): string | undefined {
  const said = parsed(payload);
  const token = isFields(said) ? said.clientToken : undefined;
  return isText(token, TOKEN_MAX) ? token : undefined;
}

/** What a device says there of what it runs; null where it does not say. */
export function attributesIn(details: Details | undefined): Attributes | null {
  const { version, uses = '', fell } = details ?? {};
  if (!isVersion(version) || uses.length > USES_MAX) return null;
  return { version, uses, fell: fell === 'true' };
}

/** AWS knows of failures and nothing of which kind; who goes back says so by hand. */
export function endOf(status: string, details: Details | undefined) {
  const why = (details?.why ?? '').slice(0, WHY_MAX);
  if (status === 'SUCCEEDED') return { status: 'confirmed', why: '' };
  return { status: details?.status === 'rolled-back' ? 'rolled-back' : 'failed', why };
}

/** A job is called by letters that a campaign may not have, and the other way round. */
export const jobOf = (campaign: string): string => campaign.replaceAll('.', '_');
export const campaignOf = (job: string): string => job.replaceAll('_', '.');

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown, most: number): value is string =>
  typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= most;

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

function isDetails(value: unknown): value is Details | undefined {
  if (value === undefined) return true;
  if (!isFields(value)) return false;
  const all = Object.entries(value);
  return (
    all.length <= DETAILS_MAX &&
    all.every(([key, one]) => KEY.test(key) && typeof one === 'string' && VALUE.test(one))
  );
}

function parsed(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return undefined;
  }
}
