/**
 * What toxiproxy-node-client lacks in its own HTTP layer: a limit in time, the server's error text,
 * and a status that can be asked for. It takes the place of the client's; proxies and toxics stay
 * the client's own.
 */
import type { Toxiproxy } from 'toxiproxy-node-client';

type Transport = Toxiproxy['api'];

/** A refusal in the server's own words. */
class ApiError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

/** `limitMs` is asked for each call, since some may take longer than others. */
export function speakingTransport(limitMs: (method: string, url: string) => number): Transport {
  const json = async <T>(method: string, url: string, body?: unknown): Promise<{ data: T }> => {
    const text = await request(limitMs(method, url), method, url, body);
    return { data: (text === '' ? undefined : JSON.parse(text)) as T };
  };
  const transport: Pick<Transport, 'get' | 'post' | 'delete' | 'getText'> = {
    get: (url) => json('GET', url),
    post: (url, body) => json('POST', url, body),
    delete: async (url) => void (await request(limitMs('DELETE', url), 'DELETE', url)),
    getText: (url) => request(limitMs('GET', url), 'GET', url),
  };
  // The class has private helpers of its own, which only its own methods call.
  return transport as Transport;
}

/** Whether the server answered, and so did not do what it was asked. */
export const isRefusal = (error: unknown): boolean => error instanceof ApiError;

export const hasStatus = (error: unknown, status: number): boolean =>
  error instanceof ApiError && error.status === status;

async function request(
  limitMs: number,
  method: string,
  url: string,
  body?: unknown,
): Promise<string> {
  let answer: { status: number; text: string };
  try {
    const response = await fetch(url, {
      method,
      signal: AbortSignal.timeout(limitMs),
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    answer = { status: response.status, text: await response.text() };
  } catch (error) {
    throw new Error(unreachable(error as Error, limitMs));
  }
  if (answer.status >= 200 && answer.status < 300) return answer.text;
  throw new ApiError(answer.status, refusal(answer.status, answer.text));
}

/** fetch says "fetch failed" and hides the reason in the cause. */
function unreachable(error: Error, limitMs: number): string {
  if (error.name === 'TimeoutError') return `no answer within ${limitMs / 1000} s`;
  const { cause } = error;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}

function refusal(status: number, text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    if (typeof error === 'string') return `${error} (status ${status})`;
  } catch {
    // Not an error of the API; the text itself is all there is.
  }
  return `status ${status}${text.trim() === '' ? '' : `: ${text.trim().slice(0, 200)}`}`;
}
