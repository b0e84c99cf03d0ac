/**
 * The injector of the real gear over real sockets, against our engine and a real
 * `toxiproxy-server`; and against control APIs that hang, lose an answer or are not there.
 */
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LinkProfile, type ToxicSpec, WorldError } from '#kernel';
import { Bench, type ShownProxy } from '../testing/bench.ts';
import { ENGINES, read } from '../testing/engines.ts';
import { freePort, pause, refuses } from '../testing/peers.ts';
import { ToxiproxyInjector } from './toxiproxy.ts';

const hold = (stream: ToxicSpec['stream']): ToxicSpec => ({
  type: 'bandwidth',
  stream,
  attributes: { rate: 0 },
});

const profile: LinkProfile = { name: 'edge', delayMs: 3, jitterMs: 1, bytesPerSecond: 50_400 };

describe.each(ENGINES)('the injector on the $name', (kind) => {
  const bench = new Bench(kind);
  const injectors: ToxiproxyInjector[] = [];
  const made = (url = bench.url, callMs?: number): ToxiproxyInjector => {
    const injector = new ToxiproxyInjector(url, ...(callMs === undefined ? [] : [callMs]));
    injectors.push(injector);
    return injector;
  };
  const shown = async (): Promise<Record<string, ShownProxy>> =>
    read(await bench.call('GET', '/proxies'));
  const portOf = (injector: ToxiproxyInjector, cohort: number): number =>
    injector.addressOf(cohort)?.port ?? 0;

  beforeAll(() => (kind.skip ? undefined : bench.start()));
  beforeEach((context) => context.skip(kind.skip, kind.reason));
  afterEach(async () => {
    for (const injector of injectors.splice(0)) await injector.close();
    if (!kind.skip) await bench.cleanUp();
  });
  afterAll(() => bench.stop());

  const joined = async (injector: ToxiproxyInjector, cohort: number, upstream: Upstream) => {
    const client = await bench.dial({ listen: `:${portOf(injector, cohort)}` });
    return { client, server: await upstream.next() };
  };
  type Upstream = Awaited<ReturnType<Bench['upstream']>>;
  const opened = async (callMs?: number, url?: string) => {
    const upstream = await bench.upstream();
    const injector = made(url, callMs);
    await injector.open([
      { index: 0, id: 'tw-cohort-0', upstream: upstream.address, profile: null },
      { index: 2, id: 'tw/cohort 2', upstream: upstream.address, profile },
    ]);
    return { injector, upstream };
  };

  it('makes a proxy for each cohort, with its profile, and removes them', async () => {
    const { injector, upstream } = await opened();
    expect(injector.addressOf(0)).toMatchObject({ host: '127.0.0.1' });
    expect(injector.addressOf(1)).toBe(null);
    const names = Object.keys(await shown());
    expect(names).toHaveLength(2);
    expect(names.every((name) => /^[A-Za-z0-9._-]+$/.test(name))).toBe(true);
    const toxics = Object.values(await shown()).flatMap((proxy) => proxy.toxics);
    expect(toxics.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['profile-latency-upstream', { latency: 3, jitter: 1 }],
      ['profile-bandwidth-upstream', { rate: 50 }],
      ['profile-latency-downstream', { latency: 3, jitter: 1 }],
      ['profile-bandwidth-downstream', { rate: 50 }],
    ]);
    for (const cohort of [0, 2]) {
      const { client, server } = await joined(injector, cohort, upstream);
      client.write('ping');
      server.write('pong');
      await Promise.all([server.untilSize(4), client.untilSize(4)]);
    }
    await injector.close();
    await injector.close();
    expect(await shown()).toEqual({});
    expect(injector.addressOf(0)).toBe(null);
  });

  it('puts toxics on a live connection and takes them off without a loss', async () => {
    const { injector, upstream } = await opened();
    const { client, server } = await joined(injector, 0, upstream);
    const undo = await injector.addToxics(0, 'f', [hold('upstream'), hold('downstream')]);
    client.write('held up');
    server.write('held down');
    await pause(200);
    expect([server.size, client.size]).toEqual([0, 0]);
    await undo();
    await Promise.all([server.untilSize(7), client.untilSize(9)]);
    await undo();
    client.write(', free');
    await server.untilSize(13);
    expect(server.received.toString()).toBe('held up, free');
    expect(client.received.toString()).toBe('held down');
  });

  it('is content when somebody else has healed already', async () => {
    const { injector } = await opened();
    const undo = await injector.addToxics(0, 'f', [hold('upstream'), hold('downstream')]);
    await bench.call('POST', '/reset');
    await undo();
    const down = await injector.disable(0);
    await bench.call('POST', '/reset');
    await down();
    expect(await refuses(portOf(injector, 0))).toBe(false);
  });

  it('takes a link down and brings it back at the same address', async () => {
    const { injector, upstream } = await opened();
    const { client } = await joined(injector, 0, upstream);
    const port = portOf(injector, 0);
    const undo = await injector.disable(0);
    await client.untilEnded();
    expect([await refuses(port), portOf(injector, 0)]).toEqual([true, port]);
    await undo();
    await undo();
    const again = await joined(injector, 0, upstream);
    again.client.write('back');
    await again.server.untilSize(4);
  });

  it('leaves no toxic when one of several is refused, and passes on why', async () => {
    const { injector } = await opened();
    const wrong = { ...hold('downstream'), type: 'plague' } as unknown as ToxicSpec;
    const adding = injector.addToxics(0, 'f', [hold('upstream'), wrong]);
    await expect(adding).rejects.toThrow(/did not add f-plague-downstream: .*no toxic 'plague'/);
    await expect(adding).rejects.toBeInstanceOf(WorldError);
    expect((await shown())['tw-cohort-0']?.toxics).toEqual([]);
  });

  it('does not remove what it did not add', async () => {
    const { injector } = await opened();
    const undo = await injector.addToxics(0, 'f', [hold('upstream')]);
    const again = injector.addToxics(0, 'f', [hold('downstream'), hold('upstream')]);
    await expect(again).rejects.toThrow(/toxic already exists/);
    const left = (await shown())['tw-cohort-0']?.toxics.map(({ name }) => name);
    expect(left).toEqual(['f-bandwidth-upstream']);
    await undo();
  });

  it('leaves no proxy when one of several cannot be made', async () => {
    const upstream = await bench.upstream();
    const taken = await bench.proxy(upstream.address);
    const link = { upstream: upstream.address, profile: null };
    const opening = made().open([
      { index: 0, id: 'first', ...link },
      { index: 1, id: taken.name, ...link },
    ]);
    await expect(opening).rejects.toThrow(/did not create p\d+: proxy already exists/);
    expect(Object.keys(await shown())).toEqual([taken.name]);
  });

  it('bounds its calls when the control API hangs, and heals when it is back', async () => {
    const door = await Door.start(bench.url);
    try {
      const { injector, upstream } = await opened(1000, door.url);
      const { client, server } = await joined(injector, 0, upstream);
      const undo = await injector.addToxics(0, 'f', [hold('upstream')]);
      const up = await injector.disable(2);
      door.mood = 'hangs';
      await expect(undo()).rejects.toThrow(/did not remove f-bandwidth-upstream: no answer/);
      await expect(up()).rejects.toThrow(/did not enable/);
      await expect(injector.addToxics(0, 'g', [hold('upstream')])).rejects.toThrow(/no answer/);
      await expect(injector.disable(0)).rejects.toThrow(/no answer within 1 s/);
      client.write('held');
      await pause(100);
      expect(server.size).toBe(0);
      door.mood = 'passes';
      await undo();
      await up();
      await server.untilSize(4);
      expect(await refuses(portOf(injector, 2))).toBe(false);
    } finally {
      for (const injector of injectors.splice(0)) await injector.close();
      await door.stop();
    }
  });

  it('takes back what was done although its answer was lost', async () => {
    const door = await Door.start(bench.url);
    try {
      const { injector } = await opened(1000, door.url);
      door.mood = 'loses one answer';
      const two = [hold('upstream'), hold('downstream')];
      await expect(injector.addToxics(0, 'f', two)).rejects.toThrow(/no answer/);
      expect((await shown())['tw-cohort-0']?.toxics).toEqual([]);
      door.mood = 'loses one answer';
      await expect(injector.disable(0)).rejects.toThrow(/no answer/);
      expect((await shown())['tw-cohort-0']?.enabled).toBe(true);
      door.mood = 'loses one answer';
      const link = { upstream: '127.0.0.1:1', profile: null };
      const second = made(door.url, 1000);
      await expect(second.open([{ index: 0, id: 'lost', ...link }])).rejects.toThrow(/no answer/);
      expect(Object.keys(await shown())).not.toContain('lost');
    } finally {
      for (const injector of injectors.splice(0)) await injector.close();
      await door.stop();
    }
  });
});

describe('the injector alone', () => {
  const link = { index: 0, id: 'c', upstream: '127.0.0.1:1', profile: null };

  it('gives up on a server that accepts and never answers', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const injector = new ToxiproxyInjector(`http://127.0.0.1:${port}/`, 200);
    const startedAt = performance.now();
    const opening = injector.open([link]);
    await expect(opening).rejects.toThrow(/did not create c: no answer within 0.2 s/);
    await expect(opening).rejects.toMatchObject({ code: 'proxy' });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(190);
    await injector.close();
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });

  it('says who refused when nobody is there', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const opening = new ToxiproxyInjector(url).open([link]);
    await expect(opening).rejects.toThrow(`the proxy at ${url} did not create c: connect ECONN`);
  });

  it('says what it got when it is no Toxiproxy that answers', async () => {
    for (const answer of ['<html>', '', '{}', 'null', '[]']) {
      const server = createHttp((_, response) => response.end(answer));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const injector = new ToxiproxyInjector(`http://127.0.0.1:${port}`, 1000);
      await expect(injector.open([link])).rejects.toBeInstanceOf(WorldError);
      await injector.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    }
  });
});

type Mood = 'passes' | 'hangs' | 'loses one answer';

/** Stands before a control API and can keep calls, or an answer, to itself. */
class Door {
  mood: Mood = 'passes';
  url = '';
  readonly #behind: string;
  readonly #server = createHttp((request, response) => void this.#serve(request, response));

  private constructor(behind: string) {
    this.#behind = behind;
  }

  static async start(behind: string): Promise<Door> {
    const door = new Door(behind);
    await new Promise<void>((resolve) => door.#server.listen(0, '127.0.0.1', resolve));
    door.url = `http://127.0.0.1:${(door.#server.address() as AddressInfo).port}`;
    return door;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    if (this.mood === 'hangs') return;
    const isLost = this.mood === 'loses one answer';
    this.mood = 'passes';
    const { method = 'GET', url = '/' } = request;
    const body = method === 'GET' || method === 'DELETE' ? {} : { body: Buffer.concat(parts) };
    const answer = await fetch(`${this.#behind}${url}`, { method, ...body });
    const text = await answer.text();
    if (isLost) return;
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(text);
  }
}
