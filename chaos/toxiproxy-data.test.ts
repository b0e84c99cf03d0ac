/**
 * What toxics do to real TCP connections, as a black box: one body, run against our engine and
 * against a real `toxiproxy-server`. Delays are bounded from below only; what must not happen is
 * checked by order, not by a clock.
 */
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { randomStream } from '#kernel';
import { Bench, type ShownProxy } from './testing/bench.ts';
import { DEVIATIONS } from './testing/deviations.ts';
import { ENGINES } from './testing/engines.ts';
import { freePort, type Peer, pause } from './testing/peers.ts';

/** What clocks of two processes and whole milliseconds may hide from a delay. */
const SLACK_MS = 10;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe.each(ENGINES)('the toxics of the $name', (kind) => {
  const bench = new Bench(kind);
  beforeAll(() => (kind.skip ? undefined : bench.start()));
  beforeEach((context) => context.skip(kind.skip, kind.reason));
  afterEach(() => (kind.skip ? undefined : bench.cleanUp()));
  afterAll(() => bench.stop());

  const fresh = async () => {
    const upstream = await bench.upstream();
    return { upstream, proxy: await bench.proxy(upstream.address) };
  };
  const joined = async () => {
    const { upstream, proxy } = await fresh();
    return { upstream, proxy, ...(await bench.join(proxy, upstream)) };
  };

  it('TX-17 adds latencies up, one way, and delays neither connect nor the other way', async () => {
    const { upstream, proxy } = await fresh();
    await bench.toxic(proxy, 'latency', 'upstream', { latency: 400 });
    await bench.toxic(proxy, 'latency', 'upstream', { latency: 500 });
    const { client, server } = await bench.join(proxy, upstream);
    const sentAt = performance.now();
    client.write('up');
    server.write('down');
    await client.untilSize(4);
    expect(server.size).toBe(0);
    await server.untilSize(2);
    expect((server.reads[0]?.at ?? 0) - sentAt).toBeGreaterThanOrEqual(900 - SLACK_MS);
  });

  it('TX-17 never reorders, whatever the jitter', async () => {
    const { upstream, proxy } = await fresh();
    await bench.toxic(proxy, 'latency', 'downstream', { latency: 15, jitter: 15 });
    const { client, server } = await bench.join(proxy, upstream);
    const sent: string[] = [];
    for (let n = 0; n < 60; n++) {
      sent.push(`${n};`);
      server.write(`${n};`);
      await pause(1);
    }
    await client.untilSize(sent.join('').length);
    expect(client.received.toString()).toBe(sent.join(''));
  });

  it('TX-17 lets go of what is on its way when it is removed', async () => {
    const { upstream, proxy } = await fresh();
    const name = await bench.toxic(proxy, 'latency', 'upstream', { latency: 600_000 });
    const { client, server } = await bench.join(proxy, upstream);
    client.write('held');
    await pause(100);
    expect(server.size).toBe(0);
    await bench.remove(proxy, name);
    await server.untilSize(4);
    client.write(' and on');
    await server.untilSize(11);
    expect(server.received.toString()).toBe('held and on');
  });

  it('TX-19 paces to a rate', async () => {
    const { upstream, proxy } = await fresh();
    await bench.toxic(proxy, 'bandwidth', 'downstream', { rate: 10 });
    const { client, server } = await bench.join(proxy, upstream);
    const sentAt = performance.now();
    server.write(Buffer.alloc(10_000, 1));
    await client.untilSize(10_000);
    expect((client.reads.at(-1)?.at ?? 0) - sentAt).toBeGreaterThanOrEqual(900);
    expect(client.reads.length).toBeGreaterThan(1);
  });

  it('TX-19 paces each connection by itself', async () => {
    const { upstream, proxy } = await fresh();
    await bench.toxic(proxy, 'bandwidth', 'upstream', { rate: 10 });
    const flood = await bench.join(proxy, upstream);
    const trickle = await bench.join(proxy, upstream);
    flood.client.write(Buffer.alloc(300_000, 1));
    await flood.server.untilSize(1);
    trickle.client.write(Buffer.alloc(1000, 2));
    await trickle.server.untilSize(1000);
    expect(flood.server.size).toBeLessThan(150_000);
  });

  it('TX-20 holds everything at rate 0, and loses nothing', async () => {
    const { proxy, client, server } = await joined();
    const name = await bench.toxic(proxy, 'bandwidth', 'upstream', { rate: 0 });
    const sent = randomBytes(1_000_000);
    for (let at = 0; at < sent.length; at += 40_000) client.write(sent.subarray(at, at + 40_000));
    server.write('the other way is free');
    await client.untilSize(21);
    await pause(300);
    expect(server.size).toBe(0);
    await bench.remove(proxy, name);
    await server.untilSize(sent.length);
    client.write('and then live');
    await server.untilSize(sent.length + 13);
    expect(sha256(server.received.subarray(0, sent.length))).toBe(sha256(sent));
    expect(server.received.subarray(sent.length).toString()).toBe('and then live');
  });

  it('TX-20 holds a close behind what it holds', async () => {
    const { proxy, client, server } = await joined();
    const name = await bench.toxic(proxy, 'bandwidth', 'upstream', { rate: 0 });
    client.socket.end('last words');
    await pause(300);
    expect([server.size, server.end]).toEqual([0, 'open']);
    await bench.remove(proxy, name);
    await server.untilEnded();
    expect([server.received.toString(), server.end]).toEqual(['last words', 'fin']);
  });

  it('TX-20 meets the close of an idle stream', async () => {
    const { proxy, client, server } = await joined();
    await bench.toxic(proxy, 'bandwidth', 'upstream', { rate: 0 });
    client.socket.end();
    const expected = bench.deviating('TX-20/close-is-held', { real: 'fin', ours: 'open' });
    if (expected === 'fin') await server.untilEnded();
    else await pause(300);
    expect(server.end).toBe(expected);
  });

  it('TX-21 swallows, and closes only after a silence', async () => {
    const { upstream, proxy } = await fresh();
    await bench.toxic(proxy, 'timeout', 'upstream', { timeout: 2000 });
    // A busy machine may leave a silence of its own; such a try says nothing, so another is made.
    for (let longestMs = Number.POSITIVE_INFINITY; longestMs > 1000; ) {
      const { client, server } = await bench.join(proxy, upstream);
      const startedAt = performance.now();
      let lastAt = startedAt;
      longestMs = 0;
      while (lastAt - startedAt < 3500) {
        client.write('x');
        await pause(100);
        longestMs = Math.max(longestMs, performance.now() - lastAt);
        lastAt = performance.now();
      }
      if (longestMs > 1000) continue;
      expect(client.end).toBe('open');
      const silentSince = performance.now();
      await client.untilEnded();
      await server.untilEnded();
      expect(client.endedAt - silentSince).toBeGreaterThan(500);
      expect(server.size).toBe(0);
    }
  });

  it('TX-21 closes every connection when it is removed, even a spared one', async () => {
    const { proxy, upstream, client, server } = await joined();
    const name = await bench.toxic(proxy, 'timeout', 'downstream', { timeout: 0 });
    server.write('into the void');
    await pause(200);
    expect([client.size, client.end]).toEqual([0, 'open']);
    await bench.remove(proxy, name);
    await client.untilEnded();
    await server.untilEnded();
    expect([client.size, client.end]).toEqual([0, 'fin']);
    const more = { toxicity: 0 };
    const spares = await bench.toxic(proxy, 'timeout', 'downstream', { timeout: 0 }, more);
    const spared = await bench.join(proxy, upstream);
    spared.server.write('through');
    await spared.client.untilSize(7);
    await bench.remove(proxy, spares);
    await spared.client.untilEnded();
    expect(spared.client.end).toBe('fin');
  });

  it('TX-22 resets new connections at their first data, and leaves idle ones alone', async () => {
    const { upstream, proxy } = await fresh();
    await bench.toxic(proxy, 'reset_peer', 'upstream', { timeout: 200 });
    const { client, server } = await bench.join(proxy, upstream);
    await pause(300);
    expect([client.end, server.end]).toEqual(['open', 'open']);
    const sentAt = performance.now();
    client.write('hello');
    await client.untilEnded();
    await server.untilEnded();
    expect([client.end, server.end, server.size]).toEqual(['rst', 'rst', 0]);
    expect(client.endedAt - sentAt).toBeGreaterThanOrEqual(200 - SLACK_MS);
  });

  it('TX-22 meets a connection that is older than it', async () => {
    const { proxy, client, server } = await joined();
    await bench.toxic(proxy, 'reset_peer', 'upstream');
    client.write('hello');
    await client.untilEnded();
    await server.untilEnded();
    const end = bench.deviating('TX-22/existing', { real: 'fin', ours: 'rst' });
    expect([client.end, server.end]).toEqual([end, end]);
  });

  it('TX-22 is removed while it waits', async () => {
    const { upstream, proxy } = await fresh();
    const name = await bench.toxic(proxy, 'reset_peer', 'upstream', { timeout: 1500 });
    const { client, server } = await bench.join(proxy, upstream);
    const sentAt = performance.now();
    client.write('hello');
    await pause(100);
    await bench.remove(proxy, name);
    await client.untilEnded();
    await server.untilEnded();
    const leastMs = bench.deviating('TX-22/wait', { real: 1400, ours: 0 });
    expect(client.endedAt - sentAt).toBeGreaterThanOrEqual(leastMs);
    expect([client.end, server.size]).toEqual(['rst', 0]);
  });

  it('TX-22 spares a connection', async () => {
    const { upstream, proxy } = await fresh();
    await bench.toxic(proxy, 'reset_peer', 'upstream', {}, { toxicity: 0 });
    const { client, server } = await bench.join(proxy, upstream);
    client.write('through');
    await server.untilSize(7);
    server.socket.end();
    await client.untilEnded();
    const end = bench.deviating('TX-22/spared', { real: 'rst', ours: 'fin' });
    expect(client.end).toBe(end);
  });

  it('TX-23 lets exactly so many bytes through, then closes', async () => {
    const { upstream, proxy } = await fresh();
    await bench.toxic(proxy, 'limit_data', 'downstream', { bytes: 1000 });
    const { client, server } = await bench.join(proxy, upstream);
    const sent = randomBytes(1500);
    server.write(sent.subarray(0, 700));
    await client.untilSize(700);
    expect(client.end).toBe('open');
    server.write(sent.subarray(700));
    await client.untilEnded();
    expect(sha256(client.received)).toBe(sha256(sent.subarray(0, 1000)));
    expect(client.end).toBe('fin');
  });

  it('TX-23 does so in its place in the chain', async () => {
    const { upstream, proxy } = await fresh();
    await bench.toxic(proxy, 'limit_data', 'upstream', { bytes: 5 });
    await bench.toxic(proxy, 'latency', 'upstream', { latency: 300 });
    const { client, server } = await bench.join(proxy, upstream);
    client.write('12345678');
    await server.untilEnded();
    expect([server.received.toString(), server.end]).toEqual(['12345', 'fin']);
  });

  it('TX-23 closes at the first data with a limit of 0, and not before', async () => {
    const { upstream, proxy } = await fresh();
    await bench.toxic(proxy, 'limit_data', 'upstream', { bytes: 0 });
    const { client, server } = await bench.join(proxy, upstream);
    await pause(200);
    expect([client.end, server.end]).toEqual(['open', 'open']);
    client.write('x');
    await server.untilEnded();
    expect([server.size, server.end]).toEqual([0, 'fin']);
  });

  it('TX-24 delays a close and nothing else', async () => {
    const { upstream, proxy } = await fresh();
    await bench.toxic(proxy, 'slow_close', 'upstream', { delay: 800 });
    const { client, server } = await bench.join(proxy, upstream);
    client.write('now');
    await server.untilSize(3);
    const endedAt = performance.now();
    client.socket.end();
    await server.untilEnded();
    expect(server.end).toBe('fin');
    expect(server.endedAt - endedAt).toBeGreaterThanOrEqual(800 - SLACK_MS);
  });

  it('TX-25 slices without loss, with a pause after each piece', async () => {
    const { upstream, proxy } = await fresh();
    const attributes = { average_size: 50, size_variation: 20, delay: 5000 };
    await bench.toxic(proxy, 'slicer', 'upstream', attributes);
    const { client, server } = await bench.join(proxy, upstream);
    const sent = randomBytes(3000);
    const sentAt = performance.now();
    client.write(sent);
    await server.untilSize(sent.length);
    expect(sha256(server.received)).toBe(sha256(sent));
    // No piece is larger than average + variation: at least 43 pieces, so at least 42 pauses.
    expect((server.reads.at(-1)?.at ?? 0) - sentAt).toBeGreaterThanOrEqual(42 * 5 - SLACK_MS);
    expect(server.reads.length).toBeGreaterThan(1);
  });

  it('TX-27 turns a half-close into a full close', async () => {
    const { client, server } = await joined();
    client.socket.end('question');
    await server.untilEnded();
    expect([server.received.toString(), server.end]).toEqual(['question', 'fin']);
    await client.untilEnded();
    expect([client.end, client.size]).toEqual(['fin', 0]);
    server.write('a late answer');
    await pause(200);
    expect(client.size).toBe(0);
  });

  it('TX-28 accepts and then closes when nobody is behind it', async () => {
    const proxy = await bench.proxy(`127.0.0.1:${await freePort()}`);
    const client = await bench.dial(proxy);
    await client.untilEnded();
    expect([client.end, client.size]).toEqual(['fin', 0]);
    const cut = await bench.proxy(`127.0.0.1:${await freePort()}`);
    await bench.toxic(cut, 'bandwidth', 'downstream', { rate: 0 });
    const held = await bench.dial(cut);
    await held.untilEnded();
    expect(held.end).toBe('fin');
  });

  it('hands the disappearance of a client on, behind its data', async () => {
    const { proxy, client, server } = await joined();
    const name = await bench.toxic(proxy, 'bandwidth', 'upstream', { rate: 0 });
    client.write('last words');
    await pause(200);
    client.socket.resetAndDestroy();
    await pause(200);
    expect([server.size, server.end]).toEqual([0, 'open']);
    await bench.remove(proxy, name);
    await server.untilEnded();
    expect([server.received.toString(), server.end]).toEqual(['last words', 'fin']);
  });

  it('TX-30 is byte-exact both ways with toxics that only shape', async () => {
    for (let seed = 1; seed <= 4; seed++) {
      const random = randomStream(seed, 'byte-exact');
      const { upstream, proxy } = await fresh();
      await addShaping(proxy, random.below);
      const { client, server } = await bench.join(proxy, upstream);
      const sent = [randomBytes(60_000 + random.below(60_000)), randomBytes(90_000)] as const;
      await Promise.all([
        chunked(client, sent[0], random.below),
        chunked(server, sent[1], random.below),
      ]);
      await Promise.all([server.untilSize(sent[0].length), client.untilSize(sent[1].length)]);
      expect(sha256(server.received)).toBe(sha256(sent[0]));
      expect(sha256(client.received)).toBe(sha256(sent[1]));
      client.socket.end();
      await server.untilEnded();
      expect(server.size).toBe(sent[0].length);
    }
  });

  const addShaping = async (proxy: ShownProxy, below: (n: number) => number): Promise<void> => {
    const shaping: [string, Record<string, number>][] = [
      ['latency', { latency: below(30), jitter: below(10) }],
      ['slicer', { average_size: 200 + below(900), size_variation: 100, delay: below(20) }],
      ['bandwidth', { rate: 500 + below(5000) }],
      ['noop', {}],
      ['slow_close', { delay: below(50) }],
    ];
    for (const stream of ['upstream', 'downstream'] as const) {
      for (const [type, attributes] of shaping) {
        if (below(3) > 0) await bench.toxic(proxy, type, stream, attributes);
      }
    }
  };

  const chunked = async (
    peer: Peer,
    bytes: Uint8Array,
    below: (n: number) => number,
  ): Promise<void> => {
    for (let at = 0; at < bytes.length; ) {
      const size = 1 + below(8000);
      peer.write(bytes.subarray(at, at + size));
      at += size;
      if (below(3) === 0) await pause(below(3));
    }
  };

  it('differs from the original only where it says so', () => {
    const here = DEVIATIONS.map(({ id }) => id).filter((id) => /^TX-(17|19|2[0-578]|3)/.test(id));
    expect([...bench.met].sort()).toEqual(here.sort());
  });
});
