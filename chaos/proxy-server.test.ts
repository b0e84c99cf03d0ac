/**
 * The embedded engine as a server that must not fall over: hostile input, peers that vanish or do
 * not read, and many connections. What toxics do is in toxiproxy-data.test.ts.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { randomStream } from '#kernel';
import { Bench, portOf } from './testing/bench.ts';
import { ENGINES, type Engine, type EngineKind } from './testing/engines.ts';
import { dial, freePort, type Peer, pause, refuses } from './testing/peers.ts';

const EMBEDDED = ENGINES[0] as EngineKind;
const MEBIBYTE = 1024 * 1024;

describe('the embedded engine', () => {
  const bench = new Bench(EMBEDDED);
  beforeAll(() => bench.start());
  afterEach(() => bench.cleanUp());
  afterAll(() => bench.stop());

  const alive = async (): Promise<void> => {
    expect((await bench.call('GET', '/version')).status).toBe(200);
    const upstream = await bench.upstream();
    const proxy = await bench.proxy(upstream.address);
    const { client, server } = await bench.join(proxy, upstream);
    client.write('ping');
    await server.untilSize(4);
  };

  it('survives upstream addresses that nobody can connect to', async () => {
    const odd = [
      'a:b:c',
      'nowhere',
      ':',
      '[::1',
      '127.0.0.1:0',
      '127.0.0.1:99999',
      '\u0000:1',
      '-',
    ];
    for (const upstream of odd) {
      const client = await bench.dial(await bench.proxy(upstream));
      client.write('hello');
      await client.untilEnded();
    }
    await alive();
  });

  it('survives listen addresses that nobody can bind', async () => {
    const odd = ['a:b:c', ':', '[::1', '127.0.0.1:99999', '1.2.3.4:0', '\u0000:1', 'nowhere'];
    for (const listen of odd) {
      const body = { name: bench.name(), listen, upstream: '127.0.0.1:1' };
      const { status } = await bench.call('POST', '/proxies', body);
      expect(`${JSON.stringify(listen)} ${status}`).toBe(`${JSON.stringify(listen)} 500`);
    }
    await alive();
  });

  it('survives what is no HTTP, and bodies without end', async () => {
    const port = Number(new URL(bench.url).port);
    const random = randomStream(1, 'garbage');
    for (let n = 0; n < 40; n++) {
      const peer = await dial(port);
      peer.write(Uint8Array.from({ length: 1 + random.below(400) }, () => random.below(256)));
      if (random.below(2) === 0) peer.socket.end();
      else peer.socket.resetAndDestroy();
    }
    const cut = await dial(port);
    cut.write('POST /proxies HTTP/1.1\r\nhost: x\r\ncontent-length: 500\r\n\r\n{"name":');
    cut.socket.resetAndDestroy();
    const large = await bench.call('POST', '/proxies', 'x'.repeat(5 * MEBIBYTE));
    expect(large.status).toBe(413);
    await alive();
  });

  it('survives clients that vanish at every moment', async () => {
    const upstream = await bench.upstream();
    const proxy = await bench.proxy(upstream.address);
    const random = randomStream(2, 'vanish');
    for (let n = 0; n < 60; n++) {
      const client = await bench.dial(proxy);
      const server = await upstream.next();
      if (random.below(2) === 0) client.write('x'.repeat(random.below(100_000)));
      if (random.below(2) === 0) server.write('y'.repeat(random.below(100_000)));
      if (random.below(2) === 0) await pause(random.below(3));
      (random.below(2) === 0 ? client : server).socket.resetAndDestroy();
    }
    await alive();
  });

  it('hands a close on from a client that vanished in a black hole or a partition', async () => {
    const upstream = await bench.upstream();
    const proxy = await bench.proxy(upstream.address);
    const toxic = await bench.toxic(proxy, 'bandwidth', 'downstream', { rate: 0 });
    const { client, server } = await bench.join(proxy, upstream);
    server.write('never to be read');
    await pause(50);
    client.socket.resetAndDestroy();
    await server.untilEnded();
    expect(server.end).toBe('fin');
    await bench.remove(proxy, toxic);
    await alive();
  });

  it('makes a sender wait for a receiver that does not read, and loses nothing', async () => {
    const upstream = await bench.upstream();
    const proxy = await bench.proxy(upstream.address);
    const { client, server } = await bench.join(proxy, upstream);
    await waitsAndArrives(client, server);
  });

  it('does so also when a partition heals in front of such a receiver', async () => {
    const upstream = await bench.upstream();
    const proxy = await bench.proxy(upstream.address);
    const toxic = await bench.toxic(proxy, 'bandwidth', 'upstream', { rate: 0 });
    const { client, server } = await bench.join(proxy, upstream);
    await waitsAndArrives(client, server, () => bench.remove(proxy, toxic));
  });

  it('does so also when a toxic lets go of data that the receiver does not take', async () => {
    const upstream = await bench.upstream();
    const proxy = await bench.proxy(upstream.address);
    await bench.toxic(proxy, 'latency', 'upstream', { latency: 200 });
    const { client, server } = await bench.join(proxy, upstream);
    await waitsAndArrives(client, server);
  });

  /** Sends far more than sockets buffer: while nobody reads, most must stay with the sender. */
  const waitsAndArrives = async (
    client: Peer,
    server: Peer,
    then: () => Promise<void> = () => Promise.resolve(),
  ): Promise<void> => {
    const count = 96;
    server.socket.pause();
    const sender = new Sender(client, count);
    await sender.still();
    await then();
    await sender.still();
    expect(sender.taken).toBeLessThan(count / 2);
    server.socket.resume();
    await server.untilSize(count * MEBIBYTE);
    const received = server.received;
    for (let n = 0; n < count; n++) expect(received[n * MEBIBYTE + 7]).toBe(n);
  };

  it('can be switched off and on in quick succession', async () => {
    const upstream = await bench.upstream();
    const proxy = await bench.proxy(upstream.address);
    const switched = Array.from({ length: 20 }, (_, n) =>
      bench.call('PATCH', `/proxies/${proxy.name}`, { enabled: n % 2 === 1 }),
    );
    const statuses = (await Promise.all(switched)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    const last = { enabled: true };
    expect((await bench.call('PATCH', `/proxies/${proxy.name}`, last)).status).toBe(200);
    await bench.join(proxy, upstream);
  });

  it('listens and connects with IPv6 where the machine has it', async (context) => {
    const has = await bench.proxy('127.0.0.1:1', { listen: '[::1]:0' }).catch(() => null);
    context.skip(has === null, 'this machine has no IPv6 loopback');
    expect(has?.listen).toMatch(/^\[::1\]:[1-9]\d*$/);
  });

  it('says its own address, and is gone when it is closed', async () => {
    const own = new Bench(EMBEDDED);
    await own.start();
    const upstream = await bench.upstream();
    const proxy = await own.proxy(upstream.address);
    const { client } = await own.join(proxy, upstream);
    const port = Number(new URL(own.url).port);
    await own.stop();
    await client.untilEnded();
    expect([await refuses(port), await refuses(portOf(proxy.listen))]).toEqual([true, true]);
  });

  it('refuses to start where it cannot', async () => {
    const { startProxyServer } = await import('./proxy-server.ts');
    const { port } = new URL(bench.url);
    const again = startProxyServer({ host: '127.0.0.1', port: Number(port), seed: 1 });
    await expect(again).rejects.toThrow(/address already in use/);
    expect(await refuses(await freePort())).toBe(true);
  });
});

interface Cost {
  residentBytes: number;
  sockets: number;
}

describe('the embedded engine in a process of its own', () => {
  let child: ChildProcess;
  const told = async <T>(): Promise<T> => ((await once(child, 'message')) as [T])[0];
  const cost = (): Promise<Cost> => {
    child.send('cost?');
    return told<Cost>();
  };
  const start = async (): Promise<Engine> => {
    child = fork(fileURLToPath(new URL('testing/own-process.ts', import.meta.url)));
    return { url: await told<string>(), stop };
  };
  const stop = async (): Promise<void> => {
    child.disconnect();
    await once(child, 'exit');
  };
  const bench = new Bench({ ...EMBEDDED, start });
  beforeAll(() => bench.start());
  afterEach(() => bench.cleanUp());
  afterAll(() => bench.stop());

  it('keeps thousands of idle connections, and says what they cost', async () => {
    const upstream = await bench.upstream();
    const proxy = await bench.proxy(upstream.address);
    const before = await cost();
    const clients: Peer[] = [];
    for (let n = 0; n < 2000; n += 100) {
      const some = Array.from({ length: 100 }, () => bench.dial(proxy));
      clients.push(...(await Promise.all(some)));
    }
    while (upstream.accepted < 2000) await pause(5);
    const each = ((await cost()).residentBytes - before.residentBytes) / 2000 / 1024;
    const startedAt = performance.now();
    const toxic = await bench.toxic(proxy, 'latency', 'upstream', { latency: 1 });
    await bench.remove(proxy, toxic);
    const tookMs = performance.now() - startedAt;
    // Printed for whoever reads the log; it depends on the machine, so nothing is expected of it.
    process.stdout.write(
      `2000 idle connections: ${each.toFixed(1)} KiB each; ` +
        `a toxic on all of them and off again: ${tookMs.toFixed(1)} ms\n`,
    );
    clients[1999]?.write('still here');
    const servers: Peer[] = [];
    for (let n = 0; n < 2000; n++) servers.push(await upstream.next());
    await Promise.any(servers.map((server) => server.untilSize(10)));
  });

  it('closes at once what does not read, when its proxy goes', async () => {
    const upstream = await bench.upstream();
    const proxy = await bench.proxy(upstream.address);
    const { sockets } = await cost();
    for (let n = 0; n < 20; n++) {
      const { client, server } = await bench.join(proxy, upstream);
      client.socket.pause();
      server.write(Buffer.alloc(16 * MEBIBYTE));
    }
    expect((await cost()).sockets).toBeGreaterThanOrEqual(sockets + 40);
    await pause(500);
    await bench.call('DELETE', `/proxies/${proxy.name}`);
    expect(await refuses(portOf(proxy.listen))).toBe(true);
    // A few are the control API's own. A socket that went on flushing would never go.
    while ((await cost()).sockets > sockets + 10) await pause(20);
  });
});

/** Sends mebibytes, each when the one before it was taken. */
class Sender {
  taken = 0;
  readonly #peer: Peer;
  readonly #count: number;

  constructor(peer: Peer, count: number) {
    this.#peer = peer;
    this.#count = count;
    this.#next();
  }

  #next(): void {
    this.#peer.socket.write(Buffer.alloc(MEBIBYTE, this.taken), (error) => {
      if (error) return;
      this.taken++;
      if (this.taken < this.#count) this.#next();
    });
  }

  /** Until nothing has been taken for a while. */
  async still(): Promise<void> {
    for (let before = -1; before !== this.taken; ) {
      before = this.taken;
      await pause(400);
    }
  }
}
