/**
 * The HTTP API as plain functions, so that the sim gear can ask without a socket: a table of
 * routes, each of which reads and none of which writes. Lists come in pages; a page names the
 * cursor of the next, or null.
 */
import type { ApiAnswer } from '../platform.ts';
import type { Route } from '../service.ts';
import { Question, Refusal } from './question.ts';

export type Api = (method: string, path: string, query: URLSearchParams) => ApiAnswer;

/**
 * `flush` writes what is still on its way into the file, so that an answer never lags behind an
 * acknowledgement. Of two patterns that fit, the one that names more stands first in the table.
 */
export function makeApi(table: Readonly<Record<string, Route>>, flush: () => void): Api {
  const routes = Object.entries(table);
  return (method, path, query) => {
    try {
      const segments = segmentsOf(path);
      const route = routes.find(([pattern]) => fits(pattern, segments));
      if (route === undefined) throw new Refusal(404, `no such page: ${path.slice(0, 200)}`);
      if (method !== 'GET') throw new Refusal(405, `only GET: ${method.slice(0, 20)}`);
      flush();
      return { status: 200, body: route[1](new Question(segments, query)) };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      // A page that breaks is the fault of one service; the platform goes on answering.
      return { status: error instanceof Refusal ? error.status : 500, body: { error: message } };
    }
  };
}

function segmentsOf(path: string): string[] {
  try {
    return path
      .replace(/^\//, '')
      .replace(/\/$/, '')
      .split('/')
      .map((segment) => decodeURIComponent(segment));
  } catch {
    throw new Refusal(400, 'unreadable path');
  }
}

function fits(pattern: string, segments: readonly string[]): boolean {
  const names = pattern.split('/');
  return (
    names.length === segments.length &&
    names.every((name, index) => (name === '*' ? segments[index] !== '' : name === segments[index]))
  );
}
