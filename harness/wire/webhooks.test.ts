/** Who may call, how he is answered, and how much he may say; over sockets too. */
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { HttpWebhooks } from './http-webhooks.ts';
import { receive, TAKEN, urlOf, WEBHOOK_BODY_MAX, type WebhookCall } from './webhooks.ts';

const calls: WebhookCall[] = [];
const refused: number[] = [];
let unheard = 0;
const hook = (token = '') => ({
  token,
  take: (call: WebhookCall) => {
    calls.push(call);
    return { ...TAKEN, unheard: () => void unheard++ };
  },
  refused: (status: number) => void refused.push(status),
});
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  calls.length = 0;
  refused.length = 0;
  unheard = 0;
});

const CALL = {
  method: 'POST',
  path: '/here',
  authorization: null,
  key: 'k',
  body: Buffer.from('x'),
};
const asked = (call: object, token = '') =>
  receive(
    (path) => (path === '/here' ? hook(token) : undefined),
    { ...CALL, ...call },
    () => [hook(token)],
  );

it.each([
  [{}, '', 204],
  [{ path: '/here?x=1' }, '', 204],
  [{ path: '/there' }, '', 404],
  [{ method: 'GET' }, '', 405],
  [{ body: null }, '', 413],
  [{}, 'secret', 401],
  [{ authorization: 'Bearer secreT' }, 'secret', 401],
  [{ authorization: 'Bearer secret2' }, 'secret', 401],
  [{ authorization: 'secret' }, 'secret', 401],
  [{ authorization: 'Bearer secret' }, 'secret', 204],
  [{ authorization: 'bearer secret' }, 'secret', 204],
  [{ authorization: 'Bearer SECRET' }, 'secret', 401],
])('answers %j with the token %j: %i', (call, token, status) => {
  expect(asked(call, token).status).toBe(status);
  expect(calls.length).toBe(status === 204 ? 1 : 0);
  expect(refused).toEqual(status === 204 ? [] : [status]);
});

const AT = { host: '127.0.0.1', port: 0, token: '' };

async function listening(token = '', webhooks = new HttpWebhooks()) {
  const living = await webhooks.listen({ ...AT, path: '/here' }, hook(token));
  closing.push(() => living.close());
  return { webhooks, url: living.url };
}

const post = async (url: string, body: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(url, { method: 'POST', body, headers });
  return [answer.status, await answer.text()];
};

it('takes what comes over a socket, with its key', async () => {
  const { url } = await listening();
  expect(await post(url, 'a'.repeat(WEBHOOK_BODY_MAX), { 'idempotency-key': 'one' })).toEqual([
    204,
    '',
  ]);
  expect(calls).toMatchObject([{ key: 'one' }]);
  expect(calls[0]?.body.length).toBe(WEBHOOK_BODY_MAX);
  expect((await fetch(url)).headers.get('allow')).toBe('POST');
});

it('refuses what is too large, and says why, however large it is', async () => {
  const { url } = await listening();
  const [status, text] = await post(url, 'a'.repeat(WEBHOOK_BODY_MAX + 1));
  expect([status, JSON.parse(String(text))]).toEqual([413, { error: expect.any(String) }]);
  const endless = await new Promise<number>((resolve) => {
    const sent = request(url, { method: 'POST' }, ({ statusCode = 0 }) => resolve(statusCode));
    sent.on('error', () => {});
    sent.write('a'.repeat(2 * 1024 * 1024));
  });
  expect(endless).toBe(413);
  expect(calls).toEqual([]);
});

it('hears nothing of a call that breaks off', async () => {
  const { url } = await listening();
  const { port } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write('POST /here HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf');
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  expect(await post(url, 'whole')).toEqual([204, '']);
  expect(calls.map(({ body }) => Buffer.from(body).toString())).toEqual(['whole']);
});

it('has several at one address, and closes that with the last', async () => {
  const { webhooks, url } = await listening();
  const other = await webhooks.listen({ ...AT, path: '/there' }, hook());
  expect(new URL(other.url).port).toBe(new URL(url).port);
  await other.close();
  expect((await post(other.url, 'x'))[0]).toBe(404);
  expect((await post(url, 'x'))[0]).toBe(204);
  await closing.pop()?.();
  await expect(fetch(url)).rejects.toThrow();
});

it.each([
  ['127.0.0.1', 'http://127.0.0.1:80/here'],
  ['::1', 'http://[::1]:80/here'],
])('has a URL at %s', (host, url) => {
  expect(urlOf({ ...AT, host, path: '/here' }, 80)).toBe(url);
  expect(URL.parse(url)).not.toBeNull();
});

/** Connected, having said so much; resolves when it is let go. */
const letGo = (url: string, says: string): Promise<void> =>
  new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => {}).on('close', () => resolve());
    socket.resume().write(says);
  });

it.each([
  ['its head', 'POST /here HTTP/1.1\r\nhost: x\r\n'],
  ['its body', 'POST /here HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf'],
])('lets go of whoever does not send all of %s', { timeout: 5000 }, async (_, says) => {
  const { url } = await listening('', new HttpWebhooks({ patienceMs: 200 }));
  await letGo(url, says);
  expect(await post(url, 'whole')).toEqual([204, '']);
});

it('has room for so many at once', { timeout: 5000 }, async () => {
  const { url } = await listening('', new HttpWebhooks({ callers: 1 }));
  const first = connect(Number(new URL(url).port), '127.0.0.1');
  await new Promise((resolve) => first.once('connect', resolve));
  await letGo(url, 'POST /here HTTP/1.1\r\n');
  first.destroy();
  await new Promise((resolve) => first.once('close', resolve));
  await vi.waitFor(async () => expect(await post(url, 'x')).toEqual([204, '']));
});

it('says where nobody can listen', async () => {
  const { url } = await listening();
  const port = Number(new URL(url).port);
  await expect(
    new HttpWebhooks().listen({ ...AT, port, path: '/x' }, hook()),
  ).rejects.toMatchObject({
    code: 'port',
    message: expect.stringContaining(`:${port}: EADDRINUSE`),
  });
});
