/**
 * The HTTP API as plain functions, so that the sim gear can ask without a socket. Routes read and
 * never write; acts are what an operator does to a service. Lists come in pages; a page names the
 * cursor of the next, or null.
 */
import type { ApiAnswer } from '../platform.ts';
import type { Act, Route } from '../service.ts';
import { Question, Refusal } from './question.ts';

export type Api = (
  method: string,
  path: string,
  query: URLSearchParams,
  body?: unknown,
) => ApiAnswer;

/** The commit queue: an answer never lags behind what was acknowledged, nor ahead of its commit. */
interface Writer {
  readonly hasRoom: boolean;
  add(write: () => void, done: () => void): void;
  /** False where it could not be committed. */
  flush(): boolean;
}

/** Of two patterns that fit, the one that names more stands first in its table. */
export function makeApi(
  routes: Readonly<Record<string, Route>>,
  acts: Readonly<Record<string, Act>>,
  writer: Writer,
): Api {
  return (method, path, query, body) => {
    try {
      const segments = segmentsOf(path);
      const question = new Question(segments, query);
      const act = find(acts, segments);
      if (method === 'POST' && act !== undefined) return perform(act, question, body, writer);
      const route = find(routes, segments);
      if (route === undefined && act === undefined) {
        throw new Refusal(404, `no such page: ${path.slice(0, 200)}`);
      }
      if (method !== 'GET' || route === undefined) {
        throw new Refusal(405, `not here: ${method.slice(0, 20)}`);
      }
      writer.flush();
      return { status: 200, body: route(question) };
    } catch (error) {
      return answerOf(error);
    }
  };
}

/** A page from inside, or an act, in the transaction of whoever asks for it. */
export function performInside(
  table: Readonly<Record<string, Act | Route>>,
  path: string,
  body: unknown,
): ApiAnswer {
  try {
    const segments = segmentsOf(path);
    const act = find(table, segments);
    if (act === undefined) return { status: 404, body: { error: `no such page: ${path}` } };
    return { status: 200, body: act(new Question(segments, new URLSearchParams()), body) ?? null };
  } catch (error) {
    return answerOf(error);
  }
}

/** A refusal inside a transaction must not take along what others write in it. */
function perform(act: Act, question: Question, body: unknown, writer: Writer): ApiAnswer {
  // What cannot be committed is not begun either: it would be done when nobody expects it any more.
  if (!writer.hasRoom) return { status: 503, body: { error: 'there is no room to write it down' } };
  let answer: ApiAnswer | null = null;
  const write = (): void => {
    try {
      answer = { status: 200, body: act(question, body) ?? null };
    } catch (error) {
      answer = answerOf(error);
    }
  };
  writer.add(write, () => {});
  const isCommitted = writer.flush();
  if (answer !== null && isCommitted) return answer;
  return { status: 500, body: { error: 'not committed' } };
}

function answerOf(error: unknown): ApiAnswer {
  const message = error instanceof Error ? error.message : String(error);
  // A page that breaks is the fault of one service; the platform goes on answering.
  return { status: error instanceof Refusal ? error.status : 500, body: { error: message } };
}

const find = <T>(table: Readonly<Record<string, T>>, segments: readonly string[]): T | undefined =>
  Object.entries(table).find(([pattern]) => fits(pattern, segments))?.[1];

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
