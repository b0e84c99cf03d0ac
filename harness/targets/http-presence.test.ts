/** Presence over HTTP: how many are asked at once, for how long, and what is told of it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type PresenceAccess, withPresence } from './http-presence.ts';

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

type Answering = (request: IncomingMessage, response: ServerResponse) => void;

async function serving(answer: Answering): Promise<string> {
  const started = createServer(answer);
  server = started;
  await new Promise<void>((go) => started.listen(0, '127.0.0.1', go));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

const said =
  (status: number, body: unknown): Answering =>
  (_, response) =>
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));

const NEVER = { now: () => 0, after: () => () => {} };
const PARAMS = { rows: 'items', device: 'name', online: 'up', 'online-is': 'yes' };
const asking = (url: string, more: Partial<PresenceAccess> = {}) =>
  withPresence({ port: () => null }, { ...PARAMS, url }, () => ({
    ...{ secret: null, run: 'r1', since: '', devices: [], timers: NEVER, boundMs: 60_000 },
    ...more,
  }))
    .port('presence')
    ?.get({});

const errorOf = (answer: Awaited<ReturnType<typeof asking>>): string =>
  String((answer?.body as { error?: string } | undefined)?.error);

const devices = Array.from({ length: 100 }, (_, index) => `d/${index}`);

it('is read from one list', async () => {
  const items = [{ name: 'a/1', up: 'yes' }, { name: 'b/2', up: 'no' }, { name: 'c' }];
  expect(await asking(`${await serving(said(200, { items }))}/devices`)).toEqual({
    status: 200,
    body: {
      rows: [
        { device: 'a/1', online: true },
        { device: 'b/2', online: false },
      ],
      next: null,
    },
  });
});

it('is told to be unreadable, with the reason', async () => {
  const answer = await asking(`${await serving(said(503, 'later'))}/gone`);
  expect([answer?.status, errorOf(answer)]).toEqual([502, 'status 503: later']);
});

it.each([
  ['echoes it', (header: string) => header],
  ['echoes its last word', (header: string) => `who is ${header.split(' ').at(-1)}?`],
])('tells nothing of what opens it where a server %s', async (_, echo) => {
  const url = await serving(({ headers }, response) =>
    response.writeHead(401).end(echo(headers.authorization ?? '')),
  );
  for (const secret of ['Bearer topsecret', `Bearer ${'topsecret-'.repeat(50)}`]) {
    const error = errorOf(await asking(`${url}/devices`, { secret }));
    expect(error).toMatch(/status 401: .*…/);
    expect(error).not.toMatch(/topsecret/);
  }
});

it('tells nothing of what cannot be a header', async () => {
  const url = await serving(said(200, []));
  const error = errorOf(await asking(`${url}/devices`, { secret: 'Bearer one\nBearer two' }));
  expect(error).not.toMatch(/one|two/);
});

it('is asked of sixteen devices at a time, and told in their order', async () => {
  let [now, most] = [0, 0];
  const url = await serving(({ url: path = '' }, response) => {
    most = Math.max(most, ++now);
    const index = Number(path.split('%2F')[1]);
    const answer = (): void => {
      now--;
      response.end(JSON.stringify({ up: index % 3 === 0 ? 'yes' : 'no' }));
    };
    setTimeout(answer, index % 2 === 0 ? 30 : 5);
  });
  const answer = await asking(`${url}/of/{device}`, { devices });
  expect(answer?.body).toEqual({
    rows: devices.map((device, index) => ({ device, online: index % 3 === 0 })),
    next: null,
  });
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(16);
});

it('is given up after its time, and nobody is asked any more', async () => {
  let [asked, late] = [0, (): void => {}];
  const held: ServerResponse[] = [];
  const url = await serving((_, response) => {
    asked++;
    held.push(response);
  });
  const timers = {
    now: () => 0,
    after: (_: number, action: () => void) => {
      late = action;
      return () => {};
    },
  };
  const asking_ = asking(`${url}/of/{device}`, { devices, timers });
  await expect.poll(() => asked).toBe(16);
  late();
  expect(errorOf(await asking_)).toBe('not read within 1m');
  for (const response of held) response.end(JSON.stringify({ up: 'yes' }));
  await new Promise((go) => setTimeout(go, 200));
  expect(asked).toBe(16);
});

it('stops at the first device of which nothing can be had', async () => {
  let asked = 0;
  const url = await serving((_, response) => {
    asked++;
    response.writeHead(500).end('no');
  });
  expect(errorOf(await asking(`${url}/of/{device}`, { devices }))).toBe('status 500: no');
  await new Promise((go) => setTimeout(go, 200));
  expect(asked).toBeLessThanOrEqual(32);
});
