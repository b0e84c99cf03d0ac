/**
 * What a ThingsBoard kept, over its REST API: a device is found by its name, and the keys by which
 * messages of ours name themselves, one of a stream, are read as the time series that they are.
 */
import { isMap } from '#kernel';
import { tagOf } from '../../dialects/thingsboard/forms.ts';
import { httpFlaw, httpHost } from '../../plan/http-template.ts';
import { at, eachPage, type PageWish } from '../http-pages.ts';
import { defineStore } from '../store.ts';

const PAGE_ROWS = 1000;
const PAGES_MAX = 10_000;
/** As the dialect writes it: run, device, stream, number. */
const NAMED = /^(\S+) (\S+) ([a-z0-9-]+) (\d+) /;

export default defineStore({
  kind: 'thingsboard',
  summary: 'time series of a ThingsBoard, over its REST API',
  params: {
    url: { kind: 'text', about: 'Its address: https://thingsboard.example.com.' },
    'auth-env': {
      kind: 'text',
      about: 'Environment variable with what goes as X-Authorization: Bearer TOKEN, ApiKey KEY.',
      optional: true,
    },
    'auth-file': { kind: 'text', about: 'File with the same.', optional: true },
  },
  problems: ({ url }) => {
    const flaw = httpFlaw(String(url));
    if (flaw === null) return [];
    const message = `target.store.thingsboard.url ${flaw.message}`;
    return [{ at: 'url', message, hint: flaw.hint }];
  },
  elsewhere: ({ url }) => httpHost(String(url)),
  open: ({ params, secret: auth, run, streams }) => {
    const base = String(params.url).replace(/\/$/, '');
    const asking = { auth, header: 'x-authorization', next: null };
    const idOf = async (device: string): Promise<string | null> => {
      let id: unknown = null;
      const template = `${base}/api/tenant/devices?deviceName={device}`;
      const wish = { ...asking, template, rows: null, given: { device } };
      await eachPage(wish, ([found]) => {
        id = at(found, 'id.id');
      }).catch((error: Error) => {
        // Of a child that nobody has introduced it knows nothing, and has kept nothing.
        if (!error.message.startsWith('status 404')) throw error;
      });
      return typeof id === 'string' ? id : null;
    };
    return {
      read: async ({ devices }, take) => {
        for (const device of devices) {
          const id = await idOf(device);
          if (id === null) continue;
          for (const stream of streams) {
            const given = { id, key: tagOf(stream) };
            const wish = { ...asking, template: `${base}${SERIES}`, rows: null, given };
            await eachPageOf(wish, (values) => take(values.flatMap((value) => rowIn(value, run))));
          }
        }
      },
    };
  },
});

const SERIES =
  '/api/plugins/telemetry/DEVICE/{id}/values/timeseries' +
  '?keys={key}&startTs={from}&endTs=9999999999999&limit=1000&orderBy=ASC';

/** Of one key, from the first moment on: the values, each page from behind the last one. */
async function eachPageOf(
  { given, ...wish }: PageWish,
  take: (values: readonly unknown[]) => void,
): Promise<void> {
  let from: number | null = 0;
  for (let page = 0; from !== null && page < PAGES_MAX; page++) {
    const values: unknown[] = [];
    await eachPage({ ...wish, given: { ...given, from: String(from) } }, ([body]) => {
      const list = isMap(body) ? body[String(given.key)] : undefined;
      if (Array.isArray(list)) values.push(...list);
    });
    take(values);
    const last = values.length < PAGE_ROWS ? null : at(values.at(-1), 'ts');
    from = typeof last === 'number' ? last + 1 : null;
  }
}

function rowIn(one: unknown, run: string) {
  const [, of, device, stream, n] = NAMED.exec(String(at(one, 'value'))) ?? [];
  return of === run ? [{ device, stream, n }] : [];
}
