/** What devices say by hawkBit's way (DDI), read as leniently as hawkBit reads it. */
import { isVersion } from '#kernel';

export interface Feedback {
  /** The action that it says to be about; null where it leaves that to its path. */
  id: string | null;
  execution: string;
  finished: string;
  details: readonly string[];
}

const EXECUTIONS = [
  'closed',
  'proceeding',
  'download',
  'downloaded',
  'canceled',
  'scheduled',
  'rejected',
  'resumed',
];
const FINISHED = ['success', 'failure', 'none'];
const [DETAILS_MAX, TEXT_MAX] = [4, 64];

/** Null for what is none. `time`, which old devices send along, is nobody's business. */
export function readFeedback(body: Uint8Array): Feedback | null {
  const { id, status } = fieldsOf(parsed(body));
  const { execution, result, details } = fieldsOf(status);
  const { finished = 'none' } = fieldsOf(result);
  if (typeof execution !== 'string' || !EXECUTIONS.includes(execution)) return null;
  if (typeof finished !== 'string' || !FINISHED.includes(finished)) return null;
  const texts = (Array.isArray(details) ? details : []).slice(0, DETAILS_MAX);
  const about = id === undefined || id === null ? null : String(id).slice(0, TEXT_MAX);
  return {
    ...{ id: about, execution, finished },
    details: texts.map((one) => String(one).slice(0, TEXT_MAX)),
  };
}

const USES_MAX = 64;

export interface Attributes {
  version: string;
  uses: string;
  /** Nobody restarted it: it came up since its watchdog did. HawkBit keeps texts alone. */
  fell: boolean;
}

/** What it says to run, and its artefacts; null where it does not say. */
export function readAttributes(body: Uint8Array): Attributes | null {
  const { version, uses = '', fell } = fieldsOf(fieldsOf(parsed(body)).data);
  if (!isVersion(version) || typeof uses !== 'string' || uses.length > USES_MAX) return null;
  return { version, uses, fell: fell === true || fell === 'true' };
}

/** HawkBit knows of failures and nothing of which kind; who goes back says so by hand. */
export function endOf({ finished, details }: Feedback): { status: string; why: string } {
  const [said, why = ''] = details;
  if (finished !== 'failure') return { status: 'confirmed', why: '' };
  return { status: said === 'rolled-back' ? said : 'failed', why };
}

const fieldsOf = (value: unknown) => Object(value) as Readonly<Record<string, unknown>>;

function parsed(body: Uint8Array): unknown {
  try {
    // A real updater was seen to put line ends into its texts as they are.
    return JSON.parse(
      Buffer.from(body)
        .toString()
        .replace(/\p{Cc}/gu, ' '),
    );
  } catch {
    return null;
  }
}
