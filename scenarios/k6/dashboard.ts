/**
 * A dashboard that polls: each user asks for the state of the platform and for a list of devices at
 * once, as a page in a browser does, and again after a moment.
 */
import { check, sleep } from 'k6';
import http from 'k6/http';
import { Trend } from 'k6/metrics';
import type { Options } from 'k6/options';
import { api, every, isOn } from './lib/user.ts';

/** Until all of a page is there. */
const painted = new Trend('dashboard_painted', true);

export const options: Options = {
  thresholds: { dashboard_painted: ['p(95)<3000'], http_req_failed: ['rate<0.01'] },
};

export default function (): void {
  if (!isOn()) return sleep(0.2);
  const { url, headers } = api();
  const ask = (name: string, path: string) =>
    ({ method: 'GET', url: `${url}/${path}`, params: { headers, tags: { name } } }) as const;
  const began = Date.now();
  const parts = http.batch([
    ask('stats', 'stats'),
    ask('devices', 'devices?limit=50'),
    ask('presence', 'presence?limit=50'),
  ]);
  painted.add(Date.now() - began);
  for (const part of parts) check(part, { 'every part comes': ({ status }) => status === 200 });
  sleep(every() / 1000);
}
