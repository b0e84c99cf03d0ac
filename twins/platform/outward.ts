/** What the platform tells to addresses outside, and where those are. */
/** Something that is told to an address outside, by a POST of JSON. */
export interface OutwardCall {
  url: string;
  /** By which whoever is called knows that it was called before. */
  key: string;
  /** That it must be shown; empty for none. */
  token: string;
  body: string;
}

/** The status of the answer; 0 for none, of which nobody knows what came of it. Never rejected. */
export type Call = (call: OutwardCall) => Promise<number>;

/** Where somebody outside is called. */
export interface WebhookAt {
  url: string;
  /** That it must be shown; empty for none. */
  token: string;
}

const URL_MAX = 2000;
const TOKEN = /^[\x21-\x7e]{0,200}$/;

/** As it is asked for over HTTP: why it is none, or where it is. */
export function webhookIn(given: unknown): string | WebhookAt {
  const { url, token = '' } = (given ?? {}) as { url?: unknown; token?: unknown };
  const isUrl = typeof url === 'string' && url.length <= URL_MAX && /^https?:\/\//.test(url);
  if (!isUrl || !URL.canParse(url)) return 'url is an http or https address';
  if (typeof token !== 'string' || !TOKEN.test(token)) return 'token is a text without spaces';
  return { url, token };
}
