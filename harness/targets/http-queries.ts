/** The target's query API over HTTP. */
import type { Queries } from '../watch/final-read.ts';

const BOUND_MS = 10_000;

export function httpQueries(base: string, token: string): Queries {
  return {
    get: async (path, query) => {
      const url = new URL(path, base);
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      try {
        const answer = await fetch(url, {
          headers: { authorization: `Bearer ${token}` },
          signal: AbortSignal.timeout(BOUND_MS),
        });
        return { status: answer.status, body: await answer.json() };
      } catch {
        return { status: 0, body: null };
      }
    },
  };
}
