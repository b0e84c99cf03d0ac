/**
 * HTTP against the platform's API: each user pages through the devices, looks at one of them and at
 * what it has measured. What is owed is that each page is answered, as what it is.
 */
import { check, sleep } from 'k6';
import http from 'k6/http';
import type { Options } from 'k6/options';
import { api, every, isOn } from './lib/user.ts';

export const options: Options = {
  thresholds: { http_req_failed: ['rate<0.01'], checks: ['rate>0.99'] },
};

interface Device {
  id: string;
}

let cursor: string | null = null;

export default function (): void {
  if (!isOn()) return sleep(0.2);
  const { url, headers } = api();
  const query = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
  const page = http.get(`${url}/devices?limit=10${query}`, { headers, tags: { name: 'devices' } });
  const isPage = check(page, { 'devices come in a page': ({ status }) => status === 200 });
  const { devices = [], next = null } = isPage
    ? (page.json() as unknown as { devices?: Device[]; next?: string | null })
    : {};
  cursor = next;
  const one = devices[Math.floor(Math.random() * devices.length)];
  if (one !== undefined) {
    const path = `devices/${encodeURIComponent(one.id)}/telemetry`;
    const rows = http.get(`${url}/${path}?limit=20`, { headers, tags: { name: 'telemetry' } });
    check(rows, {
      'its telemetry can be read': ({ status }) => status === 200,
      'its telemetry is a list': (answer) => Array.isArray(answer.json('rows')),
    });
  }
  sleep(every() / 1000);
}
