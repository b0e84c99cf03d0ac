/** Whatever a platform answers over HTTP of what it kept, by a template and places in its JSON. */
import { httpFlaw, httpHost } from '../../plan/http-template.ts';
import { at, eachPage } from '../http-pages.ts';
import { defineStore } from '../store.ts';

const COLUMNS = ['device', 'stream', 'n', 'topic', 'payload', 'at'] as const;

const column = (about: string) => ({ kind: 'text', about, optional: true }) as const;

export default defineStore({
  kind: 'http',
  summary: 'rows over HTTP, by an address with placeholders and places in its JSON',
  params: {
    url: {
      kind: 'text',
      about: 'Its address; {run}, {since}, {device}, {cursor} and {limit} stand for values.',
    },
    rows: column('Where the list of rows stands: data.items; left out, the answer is the list.'),
    next: {
      kind: 'text',
      about: 'Where the cursor of the next page stands; left out, there is one page.',
      optional: true,
    },
    device: column('Where a row says its device.'),
    stream: column('Where a row says its stream.'),
    n: column('Where a row says its number.'),
    topic: column('Where a row says its topic.'),
    payload: column('Where a row has its payload.'),
    at: column('Where a row says when it came in.'),
    'auth-env': column('Environment variable with what goes as Authorization.'),
    'auth-file': column('File with the same.'),
  },
  problems: ({ url, n, payload, next }) => {
    const place = 'target.store.http';
    const [flaw, address] = [httpFlaw(String(url)), String(url)];
    const wrong: { at: string; message: string; hint?: string }[] = [];
    if (flaw !== null)
      wrong.push({ at: 'url', message: `${place}.url ${flaw.message}`, hint: flaw.hint });
    else if (!/\{(?:run|since)\}/.test(address)) {
      const message = `${place}.url reads the rows of every run there ever was`;
      wrong.push({ at: 'url', message, hint: 'choose by the run: …?run={run}, or …?from={since}' });
    }
    if (next !== undefined && !address.includes('{cursor}')) {
      wrong.push({ at: 'next', message: `${place}.next needs {cursor} in url` });
    }
    if (n === undefined && payload === undefined) {
      const message = `${place} says neither where a number nor where a payload stands`;
      wrong.push({ at: 'url', message, hint: 'give n (and device), or payload (and topic)' });
    }
    return wrong;
  },
  elsewhere: ({ url }) => httpHost(String(url)),
  open: ({ params, secret, run, since }) => {
    const template = String(params.url);
    const eachDevice = template.includes('{device}');
    const columns = COLUMNS.flatMap((name): [string, string][] =>
      typeof params[name] === 'string' ? [[name, params[name]]] : [],
    );
    const next = typeof params.next === 'string' ? params.next : null;
    return {
      read: async ({ devices }, take) => {
        for (const device of eachDevice ? devices : ['']) {
          const wish = { template, rows: String(params.rows ?? ''), next, auth: secret };
          await eachPage({ ...wish, given: { run, since, device } }, (rows) =>
            take(
              rows.map((row) => ({
                ...(eachDevice ? { device } : {}),
                ...Object.fromEntries(columns.map(([name, path]) => [name, at(row, path)])),
              })),
            ),
          );
        }
      },
    };
  },
});
