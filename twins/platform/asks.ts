/**
 * The API by message: an operator's session asks on a topic of its own and is answered on another,
 * by the very routes and acts that answer over HTTP. What it has done is committed together with
 * the message, and so is the answer: what is acknowledged is done, once, and will be told.
 */
import { makeApi } from './api/router.ts';
import type { ApiAnswer } from './platform.ts';
import type { Act, Publication, Route } from './service.ts';

interface Answering {
  routes: Readonly<Record<string, Route>>;
  acts: Readonly<Record<string, Act>>;
}

/** Runs inside a transaction already. */
const WITHIN = {
  add: (write: () => void, done: () => void): void => {
    write();
    done();
  },
  hasRoom: true,
  flush: (): boolean => true,
};

/** Takes what one user asks. What cannot be read is answered so, or to nobody. */
export function asks(
  { routes, acts }: Answering,
  publish: (message: Publication) => void,
  answerTopicOf: (user: string) => string,
) {
  const api = makeApi(routes, acts, WITHIN);
  return (user: string, payload: Uint8Array): void => {
    const asked = readAsked(payload);
    if (asked === null) return;
    const { id, path, body } = asked;
    const method = body === undefined ? 'GET' : 'POST';
    const answer: ApiAnswer = api(method, path, new URLSearchParams(), body);
    const text = JSON.stringify({ id, ...answer });
    publish({
      topic: answerTopicOf(user),
      payload: Buffer.from(text),
      qos: 1,
      retain: false,
    });
  };
}

interface Asked {
  /** By which whoever asked knows the answer. */
  id: string;
  path: string;
  body?: unknown;
}

const ID_MAX = 64;

function readAsked(payload: Uint8Array): Asked | null {
  try {
    const { id, path, body } = JSON.parse(Buffer.from(payload).toString()) as Record<
      string,
      unknown
    >;
    if (typeof id !== 'string' || id.length > ID_MAX || typeof path !== 'string') return null;
    return { id, path, ...(body === undefined ? {} : { body }) };
  } catch {
    return null;
  }
}
