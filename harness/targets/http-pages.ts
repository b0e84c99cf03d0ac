/**
 * A list of somebody's platform over HTTP: an address with placeholders, the place in the answer
 * where its rows stand, and the cursor of the next page where there are pages.
 */
import { isMap } from '#kernel';
import { withoutSecret } from './store.ts';

const BOUND_MS = 15_000;
const PAGES_MAX = 100_000;
const PAGE_ROWS = 1000;
/** Of an answer that is none: enough to see what it is. */
const SAID_MAX = 120;

export interface PageWish {
  template: string;
  /** Where its rows stand; empty where the answer is the list, null where it is one row. */
  rows: string | null;
  next: string | null;
  /** What goes as Authorization, or under another name. */
  auth: string | null;
  header?: string;
  /** Values of the placeholders but for cursor and limit. */
  given: Readonly<Record<string, string>>;
}

/** What cannot be had is thrown. */
export async function eachPage(
  wish: PageWish,
  take: (rows: readonly unknown[]) => void,
): Promise<void> {
  const asked = new Set<string>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    if (asked.has(cursor)) throw new Error(`the page ${cursor} is the page after itself`);
    if (asked.size === PAGES_MAX) throw new Error(`it has over ${PAGES_MAX} pages`);
    asked.add(cursor);
    const body = await fetched(filled(wish, cursor), wish);
    const rows = wish.rows === null ? [body] : at(body, wish.rows);
    // Null is how some say that there are none.
    if (rows !== null && !Array.isArray(rows)) {
      throw new Error(`its answer has no list at '${wish.rows}'`);
    }
    take(rows ?? []);
    cursor = wish.next === null ? null : cursorIn(body, wish.next);
  }
}

function cursorIn(body: unknown, path: string): string | null {
  const next = at(body, path);
  if (typeof next === 'number' || typeof next === 'string') return next === '' ? null : `${next}`;
  return null;
}

const filled = ({ template, given }: PageWish, cursor: string): string =>
  template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = { ...given, cursor, limit: `${PAGE_ROWS}` }[name];
    return value === undefined ? whole : encodeURIComponent(value);
  });

async function fetched(
  url: string,
  { auth, header = 'authorization' }: Pick<PageWish, 'auth' | 'header'>,
): Promise<unknown> {
  const headers = auth === null ? {} : { [header]: auth };
  // A redirect might carry what opens it to somebody else.
  const answer = await fetch(url, {
    headers: { accept: 'application/json', ...headers },
    redirect: 'error',
    signal: AbortSignal.timeout(BOUND_MS),
  }).catch((error: Error) => {
    throw new Error(`no answer: ${(error.cause as Error | undefined)?.message || error.message}`);
  });
  const text = await answer.text();
  // Before it is cut: nobody would know half a secret again.
  const said = (): string => withoutSecret(text, auth).slice(0, SAID_MAX);
  if (!answer.ok) throw new Error(`status ${answer.status}: ${said()}`);
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`its answer is no JSON: ${said()}`);
  }
}

/** What stands at a path such as `data.items.0`; the whole where it is empty. */
export function at(value: unknown, path: string): unknown {
  if (path === '') return value;
  return path.split('.').reduce((found: unknown, key): unknown => {
    if (Array.isArray(found)) return found[Number(key)];
    return isMap(found) && Object.hasOwn(found, key) ? found[key] : undefined;
  }, value);
}
