/**
 * What acts on links in sim: what a whole cohort lives through when its link is spoiled, and that
 * data survives any cutting. How single ends behave is in memory-link.test.ts.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ToxicSpec } from '#kernel';
import { MemoryBench, settled, Tape } from '../testing/tape.ts';

const SEED = 20_260_113;

const hold = (stream: ToxicSpec['stream']): ToxicSpec => ({
  type: 'bandwidth',
  stream,
  attributes: { rate: 0 },
});

const shaping: fc.Arbitrary<ToxicSpec> = fc.record({
  type: fc.constantFrom('latency', 'bandwidth', 'slicer', 'slow_close', 'noop'),
  stream: fc.constantFrom('upstream', 'downstream'),
  attributes: fc.record({
    latency: fc.nat({ max: 200 }),
    jitter: fc.nat({ max: 200 }),
    rate: fc.integer({ min: 1, max: 500 }),
    average_size: fc.nat({ max: 100 }),
    size_variation: fc.nat({ max: 200 }),
    delay: fc.nat({ max: 3000 }),
  }),
});

/** What happens between two chunks: time passes, a fault comes, or the oldest one goes. */
const chunk = fc.record({
  size: fc.nat({ max: 3000 }),
  fromClient: fc.boolean(),
  waitMs: fc.option(fc.nat({ max: 300 })),
  fault: fc.option(fc.uniqueArray(shaping, { selector: (t) => t.type + t.stream, maxLength: 3 }), {
    freq: 3,
  }),
  heals: fc.boolean(),
});

describe('the memory injector', () => {
  it('keeps data intact both ways, however it is cut and whatever comes and goes', async () => {
    const property = fc.asyncProperty(
      fc.array(chunk, { minLength: 5, maxLength: 25, size: 'max' }),
      fc.constantFrom(0, 2),
      async (chunks, cohort) => {
        const bench = await new MemoryBench().open();
        const { client, server } = bench.join(cohort);
        const sent = { up: [] as number[], down: [] as number[] };
        const undos: (() => Promise<void>)[] = [];
        for (const [n, { fault, fromClient, heals, size, waitMs }] of chunks.entries()) {
          const list = fromClient ? sent.up : sent.down;
          const bytes = Uint8Array.from({ length: size }, (_, i) => (list.length + i) % 251);
          list.push(...bytes);
          (fromClient ? client : server).end.write(bytes);
          if (cohort === 0 && fault !== null)
            undos.push(await bench.injector.addToxics(0, `f${n}`, fault));
          if (waitMs !== null) await bench.advance(waitMs);
          if (heals) await undos.shift()?.();
        }
        for (const undo of undos) await undo();
        client.end.end('.');
        await bench.advance(10_000_000);
        expect(Buffer.compare(client.bytes, Uint8Array.from(sent.down))).toBe(0);
        expect(Buffer.compare(server.bytes, Uint8Array.from([...sent.up, 46]))).toBe(0);
        expect([server.state, client.end.destroyed, bench.clock.pending]).toEqual(['fin', true, 0]);
      },
    );
    await fc.assert(property, { seed: SEED, numRuns: 60 });
  });

  it('spoils one cohort and leaves the others alone', async () => {
    const bench = await new MemoryBench().open();
    const undo = await bench.injector.addToxics(0, 'f', [hold('upstream'), hold('downstream')]);
    const held = bench.join(0);
    held.client.end.write('hello');
    expect([await bench.carries(1), await bench.carries(2)]).toEqual([true, true]);
    expect(held.server.text).toBe('');
    await undo();
    await undo();
    await settled();
    expect(held.server.text).toBe('hello');
  });

  it('lets several faults act on one cohort, each with an undo of its own', async () => {
    const bench = await new MemoryBench().open();
    const late = (latency: number): ToxicSpec => ({
      type: 'latency',
      stream: 'upstream',
      attributes: { latency, jitter: 0 },
    });
    const undoA = await bench.injector.addToxics(0, 'a', [late(100)]);
    const undoB = await bench.injector.addToxics(0, 'b', [late(50)]);
    const { client, server } = bench.join(0);
    client.end.write('1');
    await bench.advance(149);
    expect(server.text).toBe('');
    await bench.advance(1);
    expect(server.text).toBe('1');
    await undoA();
    client.end.write('2');
    await bench.advance(50);
    expect(server.text).toBe('12');
    await undoB();
    expect(await bench.carries(0)).toBe(true);
  });

  it('puts nothing on when it cannot put everything on', async () => {
    const bench = await new MemoryBench().open();
    const wrong = { ...hold('downstream'), type: 'plague' } as unknown as ToxicSpec;
    await expect(bench.injector.addToxics(0, 'f', [hold('upstream'), wrong])).rejects.toThrow();
    expect(await bench.carries(0)).toBe(true);
    const undo = await bench.injector.addToxics(0, 'f', [hold('upstream')]);
    const twice = bench.injector.addToxics(0, 'f', [hold('downstream'), hold('upstream')]);
    await expect(twice).rejects.toThrow(/broken invariant/);
    await undo();
    expect(await bench.carries(0)).toBe(true);
    await expect(bench.injector.addToxics(7, 'f', [hold('upstream')])).rejects.toThrow();
  });

  it('gives a cohort its standing profile, both ways and under every fault', async () => {
    const profile = { name: 'edge', delayMs: 40, jitterMs: 0, bytesPerSecond: 2000 };
    const bench = await new MemoryBench().open(profile);
    const { client, server } = bench.join(0);
    client.end.write(Buffer.alloc(1000));
    server.end.write(Buffer.alloc(1000));
    await bench.advance(39);
    expect([server.bytes.length, client.bytes.length]).toEqual([0, 0]);
    await bench.advance(501);
    expect([server.bytes.length, client.bytes.length]).toEqual([1000, 1000]);
    expect(await bench.carries(0)).toBe(false);
    expect(await bench.carries(1)).toBe(true);
  });

  it('takes a link down and back, twice without harm', async () => {
    const bench = await new MemoryBench().open();
    const { client, server } = bench.join(0);
    const undo = await bench.injector.disable(0);
    await settled();
    const refused = new Tape(bench.injector.connect(0));
    await settled();
    expect([client.state, server.state, refused.state]).toEqual(['fin', 'fin', 'ECONNREFUSED']);
    await undo();
    await undo();
    expect(await bench.carries(0)).toBe(true);
  });

  it('closes a client that its proxy accepted when the target refuses, toxics or not', async () => {
    const bench = await new MemoryBench().open();
    await bench.injector.addToxics(0, 'f', [hold('downstream')]);
    bench.accepts = false;
    const client = new Tape(bench.injector.connect(0));
    const direct = new Tape(bench.injector.connect(2));
    await settled();
    expect([client.state, direct.state]).toEqual(['fin', 'ECONNREFUSED']);
  });

  it('leaves the target half-open when a device loses power', async () => {
    const bench = await new MemoryBench().open();
    for (const cohort of [0, 2]) {
      const { client, server } = bench.join(cohort);
      client.end.write('alive');
      bench.injector.abandon(client.end);
      client.end.write('never sent');
      client.end.end();
      server.end.write('into the void');
      await bench.advance(3_600_000);
      expect(['', 'alive']).toContain(server.text);
      expect([server.state, client.text, client.state]).toEqual(['open', '', expect.any(String)]);
      server.end.destroy();
      await settled();
      expect([server.state, client.text]).toEqual(['closed', '']);
    }
    expect(() => bench.injector.abandon(new Tape(bench.join(0).client.end).end)).not.toThrow();
  });

  it('closes everything at the end', async () => {
    const bench = await new MemoryBench().open();
    const joined = [0, 0, 1].map((cohort) => bench.join(cohort));
    await bench.injector.addToxics(0, 'f', [hold('upstream')]);
    joined[0]?.client.end.write('held');
    await bench.injector.close();
    await settled();
    expect(joined.flatMap(({ client, server }) => [client.state, server.state])).toEqual(
      joined.flatMap(() => ['fin', 'fin']),
    );
  });

  it('draws the same for the same seed, and something else for another', async () => {
    const arrivals = async (seed: number): Promise<string> => {
      const bench = await new MemoryBench(seed).open();
      const attributes = { latency: 500, jitter: 400 };
      await bench.injector.addToxics(0, 'f', [{ type: 'latency', stream: 'upstream', attributes }]);
      const times: number[] = [];
      for (let n = 0; n < 5; n++) {
        const { client, server } = bench.join(0);
        server.end.on('data', () => times.push(bench.clock.now()));
        client.end.write('x');
      }
      for (let ms = 0; ms < 1000; ms += 5) await bench.advance(5);
      return times.join();
    };
    const [one, again, other] = [await arrivals(1), await arrivals(1), await arrivals(2)];
    expect(one.split(',')).toHaveLength(5);
    expect(again).toBe(one);
    expect(other).not.toBe(one);
  });
});
