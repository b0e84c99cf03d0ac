/** Traces go to a collector that takes them, slowly or in part; one that does not is one error. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WorldError } from '#kernel';
import { otlpHeaders, otlpSender, otlpUrl } from './otlp-sender.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

interface Asked {
  path: string;
  type: string;
  key: string;
  body: unknown;
}

/** Answers in turn, and with the last one from then on. */
async function collector(...answers: [status: number, body: string][]) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part) => {
      text += part;
    });
    request.on('end', () => {
      const [status, body] = answers[Math.min(asked.length, answers.length - 1)] ?? [200, ''];
      asked.push({
        path: request.url ?? '',
        type: String(request.headers['content-type']),
        key: String(request.headers['x-key']),
        body: JSON.parse(text),
      });
      response.writeHead(status, { location: 'http://elsewhere.invalid/' });
      response.end(body);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/v1/traces`, asked };
}

describe('the address', () => {
  it.each([
    ['http://127.0.0.1:4318', 'http://127.0.0.1:4318/v1/traces'],
    ['http://127.0.0.1:4318/', 'http://127.0.0.1:4318/v1/traces'],
    ['https://a.example/otlp', 'https://a.example/otlp/v1/traces'],
    ['https://a.example/v1/traces/', 'https://a.example/v1/traces'],
    ['127.0.0.1:4318', null],
    ['ftp://a.example', null],
    ['', null],
  ])('%s', (text, url) => {
    expect(otlpUrl(text)).toBe(url);
  });
});

it('headers are read as OpenTelemetry writes them', () => {
  expect(otlpHeaders('x-key=a%20b, y=c=d,,=e,z')).toEqual({ 'x-key': 'a b', y: 'c=d' });
  expect(otlpHeaders('x=%zz')).toEqual({ x: '%zz' });
  expect(otlpHeaders('')).toEqual({});
});

describe('a collector', () => {
  it('that takes it is asked once', async () => {
    const { url, asked } = await collector([200, '{}']);
    const taken = await otlpSender(url, { 'x-key': 'k' }).send({ resourceSpans: [] });
    expect(taken).toMatchObject({ rejected: 0 });
    const only = { path: '/v1/traces', type: 'application/json', key: 'k' };
    expect(asked).toEqual([{ ...only, body: { resourceSpans: [] } }]);
  });

  it('that is busy is asked again', async () => {
    const { url, asked } = await collector([503, ''], [200, 'no json']);
    expect(await otlpSender(url, {}).send({})).toMatchObject({ rejected: 0, why: '' });
    expect(asked).toHaveLength(2);
  });

  it('may take a part', async () => {
    const said = '{"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}}';
    const { url } = await collector([200, said]);
    expect(await otlpSender(url, {}).send({})).toMatchObject({ rejected: 3, why: 'too old' });
  });

  it('that refuses is not asked again, and says why', async () => {
    const { url, asked } = await collector([400, 'no such tenant']);
    const refused = otlpSender(url, {}).send({});
    await expect(refused).rejects.toThrow(WorldError);
    await expect(refused).rejects.toThrow(/cannot be sent to .*answers 400: no such tenant$/);
    expect(asked).toHaveLength(1);
  });

  it('that sends us elsewhere is not followed', async () => {
    const { url } = await collector([302, '']);
    await expect(otlpSender(url, {}).send({})).rejects.toThrow(WorldError);
  });

  it('that is gone is one error', async () => {
    const { url } = await collector([200, '']);
    for (const server of servers.splice(0)) await new Promise((done) => server.close(done));
    await expect(otlpSender(url, {}).send({})).rejects.toThrow(/ECONNREFUSED \(tried 4 times\)$/);
  });
});
