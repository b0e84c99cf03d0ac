/**
 * Links in memory behave like sockets to whoever holds an end: data, closes, resets, refusals,
 * back-pressure.
 */
import type { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { abandonEnd, connectDirect, MemoryProxy } from './memory-link.ts';
import type { Toxic } from './proxy-core.ts';
import { ManualClock } from './testing/manual-clock.ts';

/** What was seen at one end. */
class Watched {
  readonly end: Duplex;
  readonly parts: Buffer[] = [];
  readonly events: string[] = [];

  constructor(end: Duplex) {
    this.end = end;
    end.on('data', (bytes: Buffer) => this.parts.push(bytes));
    for (const name of ['end', 'close']) end.on(name, () => this.events.push(name));
    end.on('error', (error: NodeJS.ErrnoException) => this.events.push(error.code ?? ''));
  }

  get text(): string {
    return Buffer.concat(this.parts).toString();
  }
}

/** Streams speak in ticks and microtasks; an immediate comes after all of them. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

type Way = 'direct' | 'proxied';

class World {
  readonly clock = new ManualClock();
  readonly servers: Watched[] = [];
  accepts = true;
  readonly proxy = new MemoryProxy('p', this.clock, 1, (end) => this.#accept(end));

  connect(way: Way): Watched {
    return new Watched(
      way === 'direct' ? connectDirect((end) => this.#accept(end)) : this.proxy.connect(),
    );
  }

  hold(stream: Toxic['stream']): void {
    this.proxy.add({
      name: stream,
      type: 'bandwidth',
      stream,
      toxicity: 1,
      attributes: { rate: 0 },
    });
  }

  get server(): Watched {
    const last = this.servers.at(-1);
    if (last === undefined) throw new Error('nobody was accepted');
    return last;
  }

  #accept(end: Duplex): boolean {
    if (this.accepts) this.servers.push(new Watched(end));
    return this.accepts;
  }
}

describe.each(['direct', 'proxied'] as const)('a %s link', (way) => {
  it('carries data both ways, in order, and never inside a write', async () => {
    const world = new World();
    const client = world.connect(way);
    for (let i = 0; i < 100; i++) client.end.write(`${i},`);
    expect(world.server.text).toBe('');
    world.server.end.write('hello');
    await settle();
    expect(world.server.text).toBe(Array.from({ length: 100 }, (_, i) => `${i},`).join(''));
    expect(client.text).toBe('hello');
  });

  it('closes both ends when either ends, behind its data', async () => {
    for (const who of ['client', 'server'] as const) {
      const world = new World();
      const client = world.connect(way);
      const [near, far] = who === 'client' ? [client, world.server] : [world.server, client];
      near.end.end('last words');
      await settle();
      expect(far.text).toBe('last words');
      expect(far.events).toEqual(['end', 'close']);
      expect(near.events).toContain('close');
      expect([near.end.destroyed, far.end.destroyed]).toEqual([true, true]);
    }
  });

  it('closes the far end when one is destroyed, even with an error', async () => {
    const world = new World();
    const client = world.connect(way);
    client.end.write('x');
    client.end.destroy(new Error('gave up'));
    await settle();
    expect(world.server.events).toEqual(['end', 'close']);
  });

  it('refuses or closes when the target takes nobody', async () => {
    const world = new World();
    world.accepts = false;
    const client = world.connect(way);
    client.end.write('hello?');
    await settle();
    // Past a proxy the client was accepted already, as with TCP.
    expect(client.events).toEqual(way === 'direct' ? ['ECONNREFUSED', 'close'] : ['end', 'close']);
  });

  it('makes a writer wait for a reader that does not read', async () => {
    const world = new World();
    const client = world.connect(way);
    world.server.end.pause();
    let written = 0;
    const mebibyte = Buffer.alloc(1024 * 1024);
    for (let i = 0; i < 32; i++) client.end.write(mebibyte, () => written++);
    await settle();
    expect(written).toBeGreaterThan(1);
    expect(written).toBeLessThan(8);
    world.server.end.resume();
    await settle();
    for (let i = 0; i < 40 && written < 32; i++) await settle();
    expect(written).toBe(32);
    expect(Buffer.concat(world.server.parts).length).toBe(32 * mebibyte.length);
  });

  it('that is abandoned is silent at one end and half-open at the other', async () => {
    const world = new World();
    const client = world.connect(way);
    client.end.write('before');
    await settle();
    abandonEnd(client.end);
    client.end.write('after');
    world.server.end.write('are you there?');
    await settle();
    client.end.destroy();
    await settle();
    expect([world.server.text, world.server.events, client.text]).toEqual(['before', [], '']);
    // The keep-alive of the target: it closes its side, and nobody hears of it.
    world.server.end.destroy();
    await settle();
    expect(client.events).toEqual(['close']);
    if (way === 'proxied') {
      world.proxy.closeAll();
      expect(world.proxy.connections).toBe(0);
    }
  });
});

describe('a link through a proxy', () => {
  it('is refused while the proxy is down, and is closed when it goes down', async () => {
    const world = new World();
    const client = world.connect('proxied');
    await settle();
    world.proxy.setEnabled(false);
    const refused = world.connect('proxied');
    await settle();
    expect(client.events).toEqual(['end', 'close']);
    expect(world.server.events).toEqual(['end', 'close']);
    expect(refused.events).toEqual(['ECONNREFUSED', 'close']);
    expect(world.servers).toHaveLength(1);
  });

  it('is reset at both ends by reset_peer, however old it is', async () => {
    const world = new World();
    const client = world.connect('proxied');
    const reset = { name: 'r', type: 'reset_peer', stream: 'upstream', toxicity: 1 } as const;
    world.proxy.add({ ...reset, attributes: { timeout: 0 } });
    client.end.write('x');
    world.clock.advance(0);
    await settle();
    expect(client.events).toEqual(['ECONNRESET', 'close']);
    expect(world.server.events).toEqual(['ECONNRESET', 'close']);
  });

  it('holds a client’s close behind what is held, and a server’s too', async () => {
    const world = new World();
    world.hold('upstream');
    const client = world.connect('proxied');
    client.end.end('held');
    await settle();
    expect([world.server.text, world.server.events]).toEqual(['', []]);
    world.proxy.remove('upstream');
    await settle();
    expect([world.server.text, world.server.events]).toEqual(['held', ['end', 'close']]);
  });

  it('makes a writer wait while a toxic holds too much, and lets it go on afterwards', async () => {
    const world = new World();
    world.hold('upstream');
    const client = world.connect('proxied');
    let written = 0;
    const mebibyte = Buffer.alloc(1024 * 1024);
    for (let i = 0; i < 16; i++) client.end.write(mebibyte, () => written++);
    await settle();
    expect(written).toBeLessThan(8);
    world.proxy.remove('upstream');
    for (let i = 0; i < 40 && written < 16; i++) await settle();
    expect(Buffer.concat(world.server.parts).length).toBe(16 * mebibyte.length);
  });

  it('leaves neither a connection nor a timer behind', async () => {
    const world = new World();
    const toxics = ['latency', 'bandwidth', 'slow_close'] as const;
    const attributes = { latency: 50, jitter: 10, rate: 1, delay: 70 };
    for (const type of toxics) {
      for (const stream of ['upstream', 'downstream'] as const) {
        world.proxy.add({ name: `${type}-${stream}`, type, stream, toxicity: 1, attributes });
      }
    }
    const clients = Array.from({ length: 20 }, () => world.connect('proxied'));
    clients.forEach((client, i) => {
      client.end.write(Buffer.alloc(100));
      if (i % 2 === 0) client.end.destroy();
    });
    for (let i = 0; i < 50; i++) {
      world.clock.advance(10);
      await settle();
    }
    expect(world.proxy.connections).toBe(10);
    world.proxy.closeAll();
    await settle();
    expect([world.proxy.connections, world.clock.pending]).toEqual([0, 0]);
    expect(clients.every(({ end }) => end.destroyed)).toBe(true);
    expect(world.servers.every(({ end }) => end.destroyed)).toBe(true);
  });
});
