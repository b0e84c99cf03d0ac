/**
 * Toxiproxy's HTTP API as a black box: statuses, messages and what each call leaves behind. One
 * body, run against our engine and against a real `toxiproxy-server` where there is one.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Bench, portOf, type ShownProxy, type ShownToxic } from './testing/bench.ts';
import { DEVIATIONS } from './testing/deviations.ts';
import { ENGINES, read } from './testing/engines.ts';
import { freePort, refuses } from './testing/peers.ts';

interface ErrorBody {
  error: string;
  status: number;
  proxies?: ShownProxy[] | null;
}

describe.each(ENGINES)('the HTTP API of the $name', (kind) => {
  const bench = new Bench(kind);
  const said = async (method: string, path: string, body?: unknown): Promise<[number, string]> => {
    const reply = await bench.call(method, path, body);
    return [reply.status, read<ErrorBody>(reply).error];
  };

  beforeAll(() => (kind.skip ? undefined : bench.start()));
  beforeEach((context) => context.skip(kind.skip, kind.reason));
  afterEach(() => (kind.skip ? undefined : bench.cleanUp()));
  afterAll(() => bench.stop());

  it('TX-01 answers with the statuses of the original', async () => {
    const { address } = await bench.upstream();
    const name = bench.name();
    const proxy = { name, listen: '127.0.0.1:0', upstream: address };
    const statuses: [number, string, string, unknown?][] = [
      [200, 'GET', '/version'],
      [200, 'GET', '/proxies'],
      [201, 'POST', '/proxies', proxy],
      [200, 'GET', `/proxies/${name}`],
      [200, 'POST', `/proxies/${name}`, {}],
      [200, 'PATCH', `/proxies/${name}`, {}],
      [200, 'POST', `/proxies/${name}/toxics`, { name: 't', type: 'noop' }],
      [200, 'GET', `/proxies/${name}/toxics`],
      [200, 'GET', `/proxies/${name}/toxics/t`],
      [200, 'POST', `/proxies/${name}/toxics/t`, {}],
      [200, 'PATCH', `/proxies/${name}/toxics/t`, {}],
      [204, 'DELETE', `/proxies/${name}/toxics/t`],
      [204, 'POST', '/reset'],
      [204, 'DELETE', `/proxies/${name}`],
      [201, 'POST', '/populate', [proxy]],
    ];
    for (const [status, method, path, body] of statuses) {
      const reply = await bench.call(method, path, body);
      expect(`${method} ${path} ${reply.status}`).toBe(`${method} ${path} ${status}`);
      expect(reply.text === '').toBe(status === 204);
      if (status !== 204) expect(reply.contentType).toMatch(/^application\/json/);
    }
    expect(read<{ version: string }>(await bench.call('GET', '/version')).version).toMatch(/./);
  });

  it('TX-02 says errors as JSON in plain text, and those of populate as JSON', async () => {
    const missing = await bench.call('GET', '/proxies/nobody');
    expect(missing.status).toBe(404);
    expect(missing.contentType).toMatch(/^text\/plain/);
    expect(read<ErrorBody>(missing)).toEqual({ error: 'proxy not found', status: 404 });
    for (const body of [{}, '[', [{ name: 'x' }]]) {
      const bad = await bench.call('POST', '/populate', body);
      expect(bad.status).toBe(400);
      expect(bad.contentType).toMatch(/^application\/json/);
      expect(read<ErrorBody>(bad)).toMatchObject({ status: 400, proxies: null });
    }
  });

  it('TX-03 uses the words of the original', async () => {
    const { address } = await bench.upstream();
    const { name } = await bench.proxy(address);
    await bench.toxic({ name } as ShownProxy, 'noop', 'upstream', {}, { name: 'taken' });
    const toxics = `/proxies/${name}/toxics`;
    const listen = (text: string) => ({ name: 'x', upstream: address, listen: text });
    const words: [number, RegExp, string, string, unknown][] = [
      [400, /^bad request body: ./, 'POST', '/proxies', '{nonsense'],
      [400, /^bad request body: ./, 'POST', '/proxies', ''],
      [400, /^bad request body: ./, 'POST', '/proxies', { name: 1 }],
      [400, /^bad request body: ./, 'POST', '/proxies', [1]],
      [400, /^missing required field: name$/, 'POST', '/proxies', {}],
      [400, /^missing required field: upstream$/, 'POST', '/proxies', { name: 'x' }],
      [400, /^missing required field: name at proxy 1$/, 'POST', '/populate', [{}]],
      [400, /^missing required field: upstream at proxy 1$/, 'POST', '/populate', [{ name: 'x' }]],
      [
        400,
        /^stream was invalid, can be either upstream or downstream$/,
        'POST',
        toxics,
        {
          type: 'noop',
          stream: 'sideways',
        },
      ],
      [400, /^invalid toxic type$/, 'POST', toxics, { type: 'plague' }],
      [400, /^invalid toxic type$/, 'POST', toxics, {}],
      [400, /^bad request body: ./, 'POST', toxics, '"noop"'],
      [404, /^proxy not found$/, 'GET', '/proxies/nobody', undefined],
      [404, /^proxy not found$/, 'PATCH', '/proxies/nobody', {}],
      [404, /^proxy not found$/, 'DELETE', '/proxies/nobody', undefined],
      [404, /^proxy not found$/, 'POST', '/proxies/nobody/toxics', { type: 'noop' }],
      [404, /^toxic not found$/, 'GET', `${toxics}/none`, undefined],
      [404, /^toxic not found$/, 'PATCH', `${toxics}/none`, {}],
      [404, /^toxic not found$/, 'DELETE', `${toxics}/none`, undefined],
      [409, /^proxy already exists$/, 'POST', '/proxies', { name, upstream: address }],
      [409, /^toxic already exists$/, 'POST', toxics, { type: 'noop', name: 'taken' }],
      [
        500,
        /^listen tcp: address a:b:c: too many colons in address$/,
        'POST',
        '/proxies',
        listen('a:b:c'),
      ],
      [500, /: missing port in address$/, 'POST', '/proxies', listen('a')],
    ];
    for (const [status, text, method, path, body] of words) {
      const [gotStatus, gotText] = await said(method, path, body);
      expect(`${method} ${path} ${gotStatus}`).toBe(`${method} ${path} ${status}`);
      expect(gotText).toMatch(text);
    }
  });

  it('TX-04 refuses wrong methods, unknown routes and browsers', async () => {
    for (const [method, path] of [
      ['PUT', '/proxies'],
      ['DELETE', '/populate'],
      ['GET', '/reset'],
      ['PUT', '/proxies/x/toxics/y'],
    ] as const) {
      expect(await bench.call(method, path)).toMatchObject({ status: 405, text: '' });
    }
    for (const path of ['/', '/nothing', '/proxies/a/b', '/proxies/', '/proxies/a/toxics/b/c']) {
      const reply = await bench.call('GET', path);
      expect(`${path} ${reply.status}`).toBe(`${path} 404`);
      expect(reply.contentType).toMatch(/^text\/plain/);
      expect(reply.text).toMatch(/^404 page not found/);
    }
    const browser = { 'user-agent': 'Mozilla/5.0 (X11)' };
    expect(await bench.call('GET', '/proxies', undefined, browser)).toMatchObject({ status: 403 });
    expect(await bench.call('GET', '/nothing', undefined, browser)).toMatchObject({ status: 404 });
    expect(await bench.call('PUT', '/proxies', undefined, browser)).toMatchObject({ status: 405 });
  });

  it('TX-05 tells the address that it really listens on', async () => {
    const upstream = await bench.upstream();
    for (const listen of [':0', '', '127.0.0.1:0']) {
      const proxy = await bench.proxy(upstream.address, { listen });
      const host = listen.startsWith('127')
        ? '127.0.0.1'
        : bench.deviating('TX-05/loopback', { real: '[::]', ours: '127.0.0.1' });
      expect(proxy.listen.slice(0, proxy.listen.lastIndexOf(':'))).toBe(host);
      expect(portOf(proxy.listen)).toBeGreaterThan(0);
      const { client, server } = await bench.join(proxy, upstream);
      client.write('x');
      await server.untilSize(1);
    }
    const idle = await bench.proxy(upstream.address, { enabled: false });
    expect(idle).toMatchObject({ enabled: false, listen: '127.0.0.1:0' });
  });

  it('TX-06 keeps the old proxy when a name is taken', async () => {
    const [old, other] = [await bench.upstream(), await bench.upstream()];
    const proxy = await bench.proxy(old.address);
    const body = { name: proxy.name, listen: '127.0.0.1:0', upstream: other.address };
    expect(await said('POST', '/proxies', body)).toEqual([409, 'proxy already exists']);
    expect(await bench.shown(proxy)).toMatchObject({ upstream: old.address, listen: proxy.listen });
    await bench.join(proxy, old);
  });

  it('TX-07 leaves nothing behind when an address cannot be bound', async () => {
    const upstream = await bench.upstream();
    const body = { name: bench.name(), listen: upstream.address, upstream: upstream.address };
    const [status, error] = await said('POST', '/proxies', body);
    expect(status).toBe(500);
    expect(error).toMatch(/^listen tcp 127\.0\.0\.1:\d+: bind: address already in use$/);
    expect(await said('GET', `/proxies/${body.name}`)).toEqual([404, 'proxy not found']);
  });

  it('TX-08 leaves a proxy disabled, with its new address, when that cannot be bound', async () => {
    const upstream = await bench.upstream();
    const proxy = await bench.proxy(upstream.address);
    const [status] = await said('PATCH', `/proxies/${proxy.name}`, { listen: upstream.address });
    expect(status).toBe(500);
    const after = await bench.shown(proxy);
    expect(after).toMatchObject({ enabled: false, listen: upstream.address });
    expect(await refuses(portOf(proxy.listen))).toBe(true);
  });

  it('TX-09 changes the upstream, keeps toxics and drops connections', async () => {
    const [old, next] = [await bench.upstream(), await bench.upstream()];
    const proxy = await bench.proxy(old.address);
    await bench.toxic(proxy, 'noop', 'upstream');
    const { client, server } = await bench.join(proxy, old);
    const patch = { upstream: next.address };
    expect((await bench.call('PATCH', `/proxies/${proxy.name}`, patch)).status).toBe(200);
    await client.untilEnded();
    await server.untilEnded();
    const after = await bench.shown(proxy);
    expect(after.toxics).toHaveLength(1);
    expect(after).toMatchObject({ enabled: true, upstream: next.address, listen: proxy.listen });
    const joined = await bench.join(after, next);
    joined.client.write('new');
    await joined.server.untilSize(3);
  });

  it('TX-10 keeps toxics while disabled, and refuses meanwhile', async () => {
    const upstream = await bench.upstream();
    const proxy = await bench.proxy(upstream.address);
    await bench.toxic(proxy, 'noop', 'downstream');
    const { client, server } = await bench.join(proxy, upstream);
    await bench.call('PATCH', `/proxies/${proxy.name}`, { enabled: false });
    await client.untilEnded();
    await server.untilEnded();
    expect([client.end, server.end]).toEqual(['fin', 'fin']);
    expect(await refuses(portOf(proxy.listen))).toBe(true);
    await bench.call('PATCH', `/proxies/${proxy.name}`, { enabled: true });
    const after = await bench.shown(proxy);
    expect(after).toMatchObject({ enabled: true, listen: proxy.listen });
    expect(after.toxics).toHaveLength(1);
    await bench.join(after, upstream);
  });

  it('TX-11 names toxics, and takes their type and stream as the original does', async () => {
    const { address } = await bench.upstream();
    const proxy = await bench.proxy(address);
    const path = `/proxies/${proxy.name}/toxics`;
    const plain = read<ShownToxic>(await bench.call('POST', path, { type: 'latency' }));
    expect(plain).toMatchObject({ name: 'latency_downstream', toxicity: 1 });
    expect(plain.attributes).toEqual({ latency: 0, jitter: 0 });
    const unnamed = { type: 'noop', name: '', stream: 'upstream' };
    const named = read<ShownToxic>(await bench.call('POST', path, unnamed));
    expect(named.name).toBe('noop_upstream');
    const loud = { type: 'noop', name: 'loud', stream: 'UpStream' };
    const shown = read<ShownToxic>(await bench.call('POST', path, loud));
    expect(shown.stream).toBe('UpStream');
    const across = { type: 'noop', name: 'loud', stream: 'downstream' };
    expect(await said('POST', path, across)).toEqual([409, 'toxic already exists']);
    expect((await said('POST', path, { type: 'noop', stream: '' }))[0]).toBe(400);
    expect(await said('POST', path, { type: 'down' })).toEqual([400, 'invalid toxic type']);
    const order = read<ShownToxic[]>(await bench.call('GET', path)).map(({ name }) => name);
    expect(order).toEqual(['noop_upstream', 'loud', 'latency_downstream']);
  });

  it('TX-12 takes whole numbers only, and nothing that would kill it', async () => {
    const { address } = await bench.upstream();
    const proxy = await bench.proxy(address);
    const path = `/proxies/${proxy.name}/toxics`;
    const put = async (type: string, key: string, value: string): Promise<number> => {
      const body = `{"name":"n","type":"${type}","attributes":{"${key}":${value}}}`;
      const reply = await bench.call('POST', path, body);
      await bench.call('DELETE', `${path}/n`);
      return reply.status;
    };
    for (const value of ['1.5', '1.0', '1e3', '"5"', 'true', '[]', '{}']) {
      expect(`${value} ${await put('latency', 'latency', value)}`).toBe(`${value} 400`);
    }
    expect(await put('latency', 'latency', 'null')).toBe(200);
    expect(await put('latency', 'unknown', '"ignored"')).toBe(200);
    const range = bench.deviating('TX-12/range', { real: 200, ours: 400 });
    expect(await put('bandwidth', 'rate', '-1')).toBe(range);
    expect(await put('latency', 'jitter', '4700000000000000000')).toBe(range);
    expect(await put('slicer', 'delay', '0')).toBe(range);
    const sizes = { average_size: 5, size_variation: 5 };
    const slicer = await bench.toxic(proxy, 'slicer', 'upstream', sizes);
    const update = { attributes: { average_size: 4 } };
    expect((await bench.call('PATCH', `${path}/${slicer}`, update)).status).toBe(range);
  });

  it('TX-13 merges what is updated by key, and ignores the rest', async () => {
    const { address } = await bench.upstream();
    const proxy = await bench.proxy(address);
    const attributes = { latency: 5, jitter: 2 };
    const name = await bench.toxic(proxy, 'latency', 'upstream', attributes, { toxicity: 0.5 });
    const path = `/proxies/${proxy.name}/toxics/${name}`;
    for (const method of ['PATCH', 'POST']) {
      const other = { name: 'x', type: 'noop', stream: 'downstream', attributes: { jitter: 3 } };
      const shown = read<ShownToxic>(await bench.call(method, path, other));
      expect(shown).toEqual({
        name,
        type: 'latency',
        stream: 'upstream',
        toxicity: 0.5,
        attributes: { latency: 5, jitter: 3 },
      });
    }
    const changed = read<ShownToxic>(await bench.call('PATCH', path, { toxicity: 1 }));
    expect(changed).toMatchObject({ toxicity: 1, attributes: { latency: 5, jitter: 3 } });
    const bad = { attributes: { latency: 'soon' } };
    expect((await said('PATCH', path, bad))[0]).toBe(400);
    expect(read<ShownToxic>(await bench.call('GET', path))).toEqual(changed);
  });

  it('TX-14 lets toxics be edited while the proxy is disabled', async () => {
    const upstream = await bench.upstream();
    const proxy = await bench.proxy(upstream.address, { enabled: false });
    const name = await bench.toxic(proxy, 'latency', 'upstream', { latency: 1 });
    const kept = await bench.toxic(proxy, 'noop', 'upstream');
    const path = `/proxies/${proxy.name}/toxics/${name}`;
    expect((await bench.call('PATCH', path, { attributes: { latency: 2 } })).status).toBe(200);
    await bench.remove(proxy, name);
    await bench.call('PATCH', `/proxies/${proxy.name}`, { enabled: true });
    const after = await bench.shown(proxy);
    expect(after.toxics.map((toxic) => toxic.name)).toEqual([kept]);
    const { client, server } = await bench.join(after, upstream);
    client.write('through');
    await server.untilSize(7);
  });

  it('TX-15 populates: all are checked first, then made in order until one fails', async () => {
    const upstream = await bench.upstream();
    const upstreamAddress = upstream.address;
    expect(await bench.call('POST', '/populate', [])).toMatchObject({ status: 201 });
    const empty = read<{ proxies: null }>(await bench.call('POST', '/populate', []));
    expect(empty).toEqual({ proxies: null });
    const [a, b, c] = [bench.name(), bench.name(), bench.name()];
    const one = { name: a, listen: '127.0.0.1:0', upstream: upstreamAddress };
    const invalid = await bench.call('POST', '/populate', [one, { name: b }]);
    expect(read<ErrorBody>(invalid).error).toBe('missing required field: upstream at proxy 2');
    expect((await bench.call('GET', `/proxies/${a}`)).status).toBe(404);
    const clash = { name: b, listen: upstreamAddress, upstream: upstreamAddress };
    const partial = await bench.call('POST', '/populate', [one, clash, { ...one, name: c }]);
    expect(partial.status).toBe(500);
    expect(partial.contentType).toMatch(/^application\/json/);
    expect(read<ErrorBody>(partial).proxies?.map(({ name }) => name)).toEqual([a]);
    expect((await bench.call('GET', `/proxies/${a}`)).status).toBe(200);
    expect((await bench.call('GET', `/proxies/${b}`)).status).toBe(404);
    expect((await bench.call('GET', `/proxies/${c}`)).status).toBe(404);
  });

  it('TX-15 populates: the same address is left alone, another replaces', async () => {
    const upstream = await bench.upstream();
    const proxy = await bench.proxy(upstream.address);
    await bench.toxic(proxy, 'noop', 'upstream');
    const { client, server } = await bench.join(proxy, upstream);
    const same = { name: proxy.name, listen: proxy.listen, upstream: upstream.address };
    const reply = await bench.call('POST', '/populate', [{ ...same, enabled: false }]);
    expect(reply.status).toBe(201);
    expect(await bench.shown(proxy)).toMatchObject({ enabled: true });
    expect((await bench.shown(proxy)).toxics).toHaveLength(1);
    client.write('alive');
    await server.untilSize(5);
    await bench.call('POST', '/populate', [{ ...same, listen: '127.0.0.1:0' }]);
    expect((await bench.shown(proxy)).toxics).toEqual([]);
    await client.untilEnded();
  });

  it('TX-15 populates twice on every interface', async () => {
    const { address } = await bench.upstream();
    const listen = `0.0.0.0:${await freePort()}`;
    const proxy = await bench.proxy(address, { listen });
    await bench.toxic(proxy, 'noop', 'upstream');
    await bench.call('POST', '/populate', [{ name: proxy.name, listen, upstream: address }]);
    const kept = bench.deviating('TX-15/any-address', { real: 0, ours: 1 });
    expect((await bench.shown(proxy)).toxics).toHaveLength(kept);
  });

  it('TX-16 resets: enables all, removes every toxic, stops at what cannot be bound', async () => {
    const upstream = await bench.upstream();
    const off = await bench.proxy(upstream.address, { enabled: false });
    const on = await bench.proxy(upstream.address);
    await bench.toxic(off, 'noop', 'upstream');
    await bench.toxic(on, 'noop', 'downstream');
    expect((await bench.call('POST', '/reset')).status).toBe(204);
    for (const proxy of [off, on]) {
      expect(await bench.shown(proxy)).toMatchObject({ enabled: true, toxics: [] });
    }
    const blocked = { enabled: false, listen: upstream.address };
    const stuck = await bench.proxy(upstream.address, blocked);
    const [status, error] = await said('POST', '/reset');
    expect(status).toBe(500);
    expect(error).toMatch(/address already in use$/);
    expect(await bench.shown(stuck)).toMatchObject({ enabled: false });
  });

  it('differs from the original only where it says so', () => {
    const here = DEVIATIONS.map(({ id }) => id).filter((id) => /^TX-(0|1[0-6])/.test(id));
    expect([...bench.met].sort()).toEqual(here.sort());
  });
});
