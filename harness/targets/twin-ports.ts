/**
 * The ports of the platform twin: each is a page of its HTTP API. How a page is fetched is handed
 * in, a function call in sim and a request in the real gear, so that both are asked alike.
 */
import { type Answer, type Query, SILENT, type TargetPorts } from '../watch/target-ports.ts';

/** With a body something is to be done; else it is only asked. */
export type Fetch = (path: string, query: Query, body?: unknown) => Promise<Answer>;

export const twinPorts = (fetch: Fetch): TargetPorts => ({
  port: (name) => ({
    get: async (query, path = '') => {
      const { status, body } = await fetch(`/${name}${path === '' ? '' : `/${path}`}`, query);
      return { status, body: listed(path === '' ? name : path, body) };
    },
    tell: (path, body) => fetch(`/${name}/${path}`, {}, body),
  }),
});

/** The twin names a list after what is in it; whoever pages through one asks for rows. */
function listed(name: string, body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !(name in body)) return body;
  return { ...body, rows: (body as Record<string, unknown>)[name] };
}

/** What does not answer within it has not answered. */
export const ANSWER_MS = 10_000;

/** Over HTTP, with the secret of the run. Where nobody listens nothing was taken. */
export function httpFetch({ url: base, token }: { url: string; token: string }): Fetch {
  return async (path, query, body) => {
    const told = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const url = new URL(path, base);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    try {
      const answer = await fetch(url, {
        ...told,
        headers: { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      return { status: answer.status, body: await answer.json() };
    } catch (error) {
      return isRefused(error) ? { status: 503, body: null } : SILENT;
    }
  };
}

const isRefused = (error: unknown): boolean =>
  ((error as Error).cause as { code?: unknown } | undefined)?.code === 'ECONNREFUSED';
