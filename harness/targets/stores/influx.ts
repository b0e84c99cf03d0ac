/**
 * InfluxDB 1.x and what answers as it does, by a query of its language over HTTP: each series gives
 * rows of its columns and tags, and `time` is when a row came in.
 */
import { isMap } from '#kernel';
import { httpFlaw, httpHost } from '../../plan/http-template.ts';
import type { KeptRow } from '../../watch/keeper.ts';
import { at, eachPage } from '../http-pages.ts';
import { defineStore } from '../store.ts';

const PAGE_ROWS = 5000;
const PAGES_MAX = 100_000;

export default defineStore({
  kind: 'influx',
  summary: 'InfluxDB 1.x, by a query of its language',
  params: {
    url: { kind: 'text', about: 'Its address: http://127.0.0.1:8086.' },
    db: { kind: 'text', about: 'Name of the database.' },
    query: {
      kind: 'text',
      about:
        "A SELECT of device, stream and n, or topic and payload; '{run}' and '{since}' stand for " +
        'values, in quotes. Pages are added to its end.',
    },
    'auth-env': {
      kind: 'text',
      about: 'Environment variable with what goes as Authorization: Basic …, Token ….',
      optional: true,
    },
    'auth-file': { kind: 'text', about: 'File with the same.', optional: true },
  },
  problems: ({ url, query }) => {
    const place = 'target.store.influx';
    const flaw = httpFlaw(String(url));
    const text = String(query);
    if (flaw !== null) {
      return [{ at: 'url', message: `${place}.url ${flaw.message}`, hint: flaw.hint }];
    }
    if (/\b(?:limit|offset)\s+\d+\s*$/i.test(text)) {
      return [{ at: 'query', message: `${place}.query has a limit of its own` }];
    }
    if (/\{(?:run|since)\}/.test(text)) return [];
    const message = `${place}.query reads the rows of every run there ever was`;
    return [{ at: 'query', message, hint: "choose by the run: where run = '{run}'" }];
  },
  elsewhere: ({ url }) => httpHost(String(url)),
  open: ({ params, secret, run, since }) => {
    const base = String(params.url).replace(/\/$/, '');
    const given = { db: String(params.db), run, since };
    // Run and time are ours, of letters, digits and signs that no quote ends.
    const query = String(params.query).replace(/\{(run|since)\}/g, (_, name: 'run' | 'since') =>
      String(given[name]),
    );
    return {
      read: async (_, take) => {
        for (let page = 0; page < PAGES_MAX; page++) {
          const text = `${query} limit ${PAGE_ROWS} offset ${page * PAGE_ROWS}`;
          let most = 0;
          const template = `${base}/query?db={db}&epoch=ms&q={q}`;
          const wish = { template, rows: 'results', next: null, auth: secret };
          await eachPage({ ...wish, given: { ...given, q: text } }, (results) => {
            for (const series of seriesIn(results)) {
              most = Math.max(most, series.length);
              take(series);
            }
          });
          // Both count rows of each series by itself.
          if (most < PAGE_ROWS) return;
        }
        throw new Error(`it has over ${PAGES_MAX} pages`);
      },
    };
  },
});

function seriesIn(results: readonly unknown[]): KeptRow[][] {
  return results.flatMap((result) => {
    const error = at(result, 'error');
    if (typeof error === 'string') throw new Error(error);
    const series = at(result, 'series');
    return Array.isArray(series) ? series.map(rowsOf) : [];
  });
}

function rowsOf(series: unknown): KeptRow[] {
  const { columns, values, tags } = isMap(series) ? series : {};
  if (!Array.isArray(columns) || !Array.isArray(values)) return [];
  return values.map((row: unknown[]) => {
    const named = Object.fromEntries(columns.map((name, i) => [String(name), row[i]]));
    return { at: named.time, ...(isMap(tags) ? tags : {}), ...named };
  });
}
