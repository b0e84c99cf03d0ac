/**
 * Sends what was traced to a collector, OTLP over HTTP as JSON: one request after the other, each
 * tried a few times where trying again may help, and whatever cannot be sent is one error.
 */
import { errorText, WorldError } from '#kernel';

export interface OtlpSender {
  /** Fulfilled when the collector has it; with what it says it did not take, where it says so. */
  send(body: unknown): Promise<OtlpTaken>;
}

export interface OtlpTaken {
  rejected: number;
  why: string;
}

/** Waits between tries; a collector may ask for a longer one. */
const WAITS_MS = [250, 1000, 3000];
const WAIT_MAX_MS = 10_000;
const TIMEOUT_MS = 10_000;
const SAID_MAX = 200;
/** By the specification these, and no others, may be tried again. */
const AGAIN: ReadonlySet<number> = new Set([429, 502, 503, 504]);

const PATH = '/v1/traces';

/** The address with the path that the protocol has; null for what is no address of the web. */
export function otlpUrl(text: string): string | null {
  try {
    const url = new URL(text);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
    const path = url.pathname.replace(/\/+$/, '');
    url.pathname = path.endsWith(PATH) ? path : `${path}${PATH}`;
    return url.href;
  } catch {
    return null;
  }
}

/** `key=value,key2=value2`, as the environment of OpenTelemetry has it. */
export function otlpHeaders(text: string): Record<string, string> {
  const pairs = text.split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    return at < 1 || name === '' ? [] : [[name, decoded(pair.slice(at + 1).trim())] as const];
  });
  return Object.fromEntries(pairs);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Milliseconds since 1970 of an instant as it stands in environment.json; NaN for none. */
export const unixMsOf = (instant: string): number => Date.parse(instant);

export const otlpSender = (url: string, headers: Readonly<Record<string, string>>): OtlpSender => ({
  send: async (body) => {
    const text = JSON.stringify(body);
    for (let tried = 0; ; tried++) {
      const answer = await once(url, text, headers);
      if (answer.is === 'taken') return answer;
      const wait = WAITS_MS[tried];
      if (answer.is === 'refused' || wait === undefined) throw gone(url, answer.why, tried + 1);
      await new Promise((resolve) => setTimeout(resolve, Math.max(wait, answer.waitMs)));
    }
  },
});

type Answer =
  | ({ is: 'taken' } & OtlpTaken)
  | { is: 'refused'; why: string }
  | { is: 'later'; why: string; waitMs: number };

async function once(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  let response: Response;
  let said: string;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    said = await response.text();
  } catch (error) {
    return { is: 'later', why: reasonOf(error), waitMs: 0 };
  }
  if (response.ok) return { is: 'taken', ...partOf(said) };
  const why = `it answers ${response.status}${said === '' ? '' : `: ${said.slice(0, SAID_MAX)}`}`;
  if (!AGAIN.has(response.status)) return { is: 'refused', why };
  const asked = Number(response.headers.get('retry-after') ?? 0) * 1000;
  const waitMs = Number.isFinite(asked) ? Math.min(WAIT_MAX_MS, Math.max(0, asked)) : 0;
  return { is: 'later', why, waitMs };
}

/** A collector may take a part. */
function partOf(said: string): OtlpTaken {
  try {
    const { partialSuccess } = JSON.parse(said) as {
      partialSuccess?: { rejectedSpans?: string | number; errorMessage?: string };
    };
    const rejected = Number(partialSuccess?.rejectedSpans ?? 0);
    const why = String(partialSuccess?.errorMessage ?? '');
    return { rejected: Number.isFinite(rejected) ? rejected : 0, why };
  } catch {
    return { rejected: 0, why: '' };
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError')
    return `it says nothing for ${TIMEOUT_MS / 1000} s`;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = (cause as { code?: string } | undefined)?.code;
  return code ?? errorText(cause ?? error);
}

const gone = (url: string, why: string, tries: number): WorldError =>
  new WorldError(
    'otlp',
    `traces cannot be sent to ${url}: ${why}${tries > 1 ? ` (tried ${tries} times)` : ''}`,
    'see that a collector listens there for OTLP over HTTP; what was sent before it has',
  );
