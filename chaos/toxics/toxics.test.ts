/**
 * What each toxic does, to the millisecond: known answers on a clock that is moved by hand. The
 * same files serve TCP in the real gear, where toxiproxy-data.test.ts looks at them from outside.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LinkRig } from '../testing/rig.ts';
import { TOXIC_KINDS } from '../toxic-kinds.ts';

const NON_LOSSY = ['latency', 'bandwidth', 'slicer', 'slow_close', 'noop'];

describe('every toxic', () => {
  it('lies in a file that is named after it', async () => {
    const files = readdirSync(new URL('.', import.meta.url))
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .sort();
    expect(files).toEqual([...TOXIC_KINDS.keys()].map((kind) => `${kind}.ts`).sort());
    for (const file of files) {
      const module = (await import(new URL(file, import.meta.url).href)) as { default: unknown };
      expect(module.default).toBe(TOXIC_KINDS.get(file.slice(0, -3)));
    }
  });

  it('has defaults within their ranges, all whole', () => {
    for (const { attributes } of TOXIC_KINDS.values()) {
      for (const { default: value, max, min } of Object.values(attributes)) {
        expect([value, min, max].every(Number.isSafeInteger)).toBe(true);
        expect(value >= min && value <= max).toBe(true);
      }
    }
  });

  it.each([...TOXIC_KINDS.keys()])('%s leaves no timer when the connection is over', (type) => {
    const rig = new LinkRig();
    rig.add(type, { latency: 50, rate: 1, delay: 3000, average_size: 1, timeout: 50, bytes: 9 });
    rig.write('some data to work on');
    rig.link.end();
    rig.link.stop();
    expect(rig.clock.pending).toBe(0);
    const before = rig.arrivals.length;
    rig.clock.advance(1_000_000);
    expect([rig.arrivals.length, rig.endedAt, rig.destroyed]).toEqual([before, rig.endedAt, null]);
  });

  it.each(NON_LOSSY)('%s leaves no timer and nothing behind when it is removed', (type) => {
    const rig = new LinkRig();
    const name = rig.add(type, { latency: 50, delay: 3000, average_size: 2 });
    rig.write('some data');
    rig.link.end();
    rig.link.remove(name);
    expect([rig.text, rig.endedAt, rig.clock.pending]).toEqual(['some data', 0, 0]);
  });

  it.each([...TOXIC_KINDS.keys()])('%s does nothing on a connection it spares', (type) => {
    const rig = new LinkRig();
    rig.add(type, { latency: 50, timeout: 50, delay: 50, rate: 0, bytes: 1 }, false);
    rig.write('through');
    expect(rig.log).toEqual([[0, 'through']]);
    rig.clock.advance(100);
    rig.link.end();
    expect([rig.endedAt, rig.destroyed]).toEqual([100, null]);
  });
});

describe('latency', () => {
  it('delays each chunk from when it came, pipelined', () => {
    const rig = new LinkRig();
    rig.add('latency', { latency: 100 });
    rig.write('a');
    rig.clock.advance(30);
    rig.write('b');
    rig.clock.advance(1000);
    expect(rig.log).toEqual([
      [100, 'a'],
      [130, 'b'],
    ]);
  });

  it('adds up along the chain', () => {
    const rig = new LinkRig();
    rig.add('latency', { latency: 100 });
    rig.add('latency', { latency: 50 });
    rig.write('a');
    rig.clock.advance(1000);
    expect(rig.log).toEqual([[150, 'a']]);
  });

  it('never lets a chunk overtake another, and stays within the jitter', () => {
    const rig = new LinkRig();
    rig.add('latency', { latency: 100, jitter: 50 });
    for (let n = 0; n < 500; n++) {
      rig.write(String.fromCharCode(n));
      rig.clock.advance(200);
    }
    expect(rig.text).toBe(Array.from({ length: 500 }, (_, n) => String.fromCharCode(n)).join(''));
    const delays = rig.arrivals.map(({ at }, n) => at - n * 200);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(50);
    expect(Math.max(...delays)).toBeLessThanOrEqual(151);
    // Uniform over 100 ms: all ten tenths are met, and the middle is where it should be.
    expect(new Set(delays.map((delay) => Math.floor((delay - 50) / 10))).size).toBeGreaterThan(9);
    const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
    expect(Math.abs(mean - 100)).toBeLessThan(6);
  });

  it('never delays below zero', () => {
    const rig = new LinkRig();
    rig.add('latency', { latency: 10, jitter: 1000 });
    for (let n = 0; n < 50; n++) rig.write('x');
    rig.clock.advance(2000);
    expect(rig.arrivals).toHaveLength(50);
  });

  it('lets a close wait behind what is pending, and an idle one pass', () => {
    const idle = new LinkRig();
    idle.add('latency', { latency: 100 });
    idle.link.end();
    expect(idle.endedAt).toBe(0);
    const busy = new LinkRig();
    busy.add('latency', { latency: 100 });
    busy.write('a');
    busy.clock.advance(10);
    busy.link.end();
    busy.clock.advance(1000);
    expect([busy.log, busy.endedAt]).toEqual([[[100, 'a']], 100]);
  });

  it('keeps the order when it is shortened on the way', () => {
    const rig = new LinkRig();
    const name = rig.add('latency', { latency: 1000 });
    rig.write('slow');
    rig.update(name, { latency: 10 });
    rig.write('quick');
    rig.clock.advance(1000);
    expect(rig.text).toBe('slowquick');
  });

  it('lets go at once and in order when it is removed', () => {
    const rig = new LinkRig();
    const name = rig.add('latency', { latency: 600_000 });
    rig.write('a');
    rig.write('b');
    rig.clock.advance(5);
    rig.link.remove(name);
    expect([rig.log.map(([at]) => at), rig.text]).toEqual([[5, 5], 'ab']);
  });
});

describe('bandwidth', () => {
  it('moves rate bytes in a millisecond', () => {
    const rig = new LinkRig();
    rig.add('bandwidth', { rate: 10 });
    rig.write(new Uint8Array(10_000));
    rig.clock.advance(999);
    expect(rig.bytes.length).toBeLessThan(10_000);
    rig.clock.advance(1);
    expect(rig.bytes.length).toBe(10_000);
    for (const { at, bytes } of rig.arrivals) {
      expect(bytes.length).toBeLessThanOrEqual(1000);
      expect(at % 100).toBe(0);
    }
  });

  it('keeps to the rate with small chunks too, and saves nothing up while idle', () => {
    const rig = new LinkRig();
    rig.add('bandwidth', { rate: 1 });
    rig.clock.advance(10_000);
    for (let n = 0; n < 100; n++) rig.write(new Uint8Array(7));
    rig.clock.advance(699);
    expect(rig.bytes.length).toBeLessThan(700);
    rig.clock.advance(1);
    expect(rig.bytes.length).toBe(700);
  });

  it('takes a new rate at once', () => {
    const rig = new LinkRig();
    const name = rig.add('bandwidth', { rate: 1 });
    rig.write(new Uint8Array(10_000));
    rig.clock.advance(1000);
    expect(rig.bytes.length).toBe(1000);
    rig.update(name, { rate: 9 });
    rig.clock.advance(1000);
    expect(rig.bytes.length).toBe(10_000);
  });

  it('holds data and close at rate 0, and lets go of both in order', () => {
    const rig = new LinkRig();
    const name = rig.add('bandwidth', { rate: 0 });
    for (const text of ['a', 'b', 'c']) rig.write(text);
    rig.link.end();
    rig.clock.advance(3_600_000);
    expect([rig.text, rig.endedAt, rig.clock.pending]).toEqual(['', null, 0]);
    rig.link.remove(name);
    expect([rig.text, rig.endedAt]).toEqual(['abc', 3_600_000]);
  });

  it('flows again when rate 0 becomes a rate', () => {
    const rig = new LinkRig();
    const name = rig.add('bandwidth', { rate: 0 });
    rig.write('abcdef');
    rig.clock.advance(500);
    rig.update(name, { rate: 1 });
    rig.clock.advance(6);
    expect(rig.text).toBe('abcdef');
  });
});

describe('timeout', () => {
  it('swallows, and closes after a silence that every chunk starts anew', () => {
    const rig = new LinkRig();
    rig.add('timeout', { timeout: 100 });
    for (let n = 0; n < 5; n++) {
      rig.clock.advance(90);
      rig.write('x');
    }
    rig.clock.advance(99);
    expect(rig.endedAt).toBe(null);
    rig.clock.advance(1);
    expect([rig.endedAt, rig.text]).toEqual([550, '']);
  });

  it('never closes at 0, until it is removed', () => {
    const rig = new LinkRig();
    const name = rig.add('timeout', { timeout: 0 });
    rig.write('x');
    rig.clock.advance(86_400_000);
    expect(rig.endedAt).toBe(null);
    rig.link.remove(name);
    expect([rig.endedAt, rig.text]).toEqual([86_400_000, '']);
    rig.write('too late');
    expect(rig.text).toBe('');
  });

  it('closes in its place in the chain: behind what is on its way, before what is not', () => {
    const rig = new LinkRig();
    rig.add('latency', { latency: 500 });
    rig.write('on its way');
    const name = rig.add('timeout', { timeout: 0 }, false);
    rig.add('latency', { latency: 200 });
    rig.clock.advance(500);
    rig.write('not yet there');
    rig.link.remove(name);
    expect([rig.text, rig.endedAt]).toEqual(['', null]);
    rig.clock.advance(10_000);
    expect([rig.log, rig.endedAt]).toEqual([[[700, 'on its way']], 700]);
  });

  it('closes a connection that it spared, when it is removed', () => {
    const rig = new LinkRig();
    const name = rig.add('timeout', { timeout: 0 }, false);
    rig.write('through');
    rig.link.remove(name);
    expect([rig.text, rig.endedAt]).toEqual(['through', 0]);
  });
});

describe('reset_peer', () => {
  it('resets at the first data, after its timeout', () => {
    const rig = new LinkRig();
    rig.add('reset_peer', { timeout: 200 });
    rig.clock.advance(1000);
    expect(rig.destroyed).toBe(null);
    rig.write('a');
    rig.clock.advance(100);
    rig.write('b');
    rig.clock.advance(99);
    expect(rig.destroyed).toBe(null);
    rig.clock.advance(1);
    expect([rig.destroyed, rig.text]).toEqual([{ at: 1200, ending: 'rst' }, '']);
  });

  it('resets at a close as well', () => {
    const rig = new LinkRig();
    rig.add('reset_peer', { timeout: 0 });
    rig.link.end();
    rig.clock.advance(1);
    expect([rig.destroyed?.ending, rig.endedAt]).toEqual(['rst', null]);
  });

  it('resets at once when it is removed while it waits, and not when it is idle', () => {
    const waiting = new LinkRig();
    const name = waiting.add('reset_peer', { timeout: 5000 });
    waiting.write('a');
    waiting.clock.advance(10);
    waiting.link.remove(name);
    expect(waiting.destroyed).toEqual({ at: 10, ending: 'rst' });
    const idle = new LinkRig();
    idle.link.remove(idle.add('reset_peer', { timeout: 5000 }));
    idle.write('alive');
    expect([idle.destroyed, idle.text]).toEqual([null, 'alive']);
  });
});

describe('slow_close', () => {
  it('delays a close and nothing else', () => {
    const rig = new LinkRig();
    rig.add('slow_close', { delay: 300 });
    rig.write('a');
    rig.clock.advance(10);
    rig.link.end();
    rig.clock.advance(299);
    expect([rig.log, rig.endedAt]).toEqual([[[0, 'a']], null]);
    rig.clock.advance(1);
    expect(rig.endedAt).toBe(310);
  });
});

describe('slicer', () => {
  it('cuts into pieces of average ± variation, and loses nothing', () => {
    const rig = new LinkRig();
    rig.add('slicer', { average_size: 50, size_variation: 20 });
    const sent = Uint8Array.from({ length: 20_000 }, (_, n) => n % 251);
    rig.write(sent);
    const sizes = rig.arrivals.map(({ bytes }) => bytes.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(70);
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThanOrEqual(30);
    expect(Math.abs(20_000 / sizes.length - 50)).toBeLessThan(3);
    expect(new Set(sizes).size).toBeGreaterThan(20);
    expect(Buffer.compare(rig.bytes, sent)).toBe(0);
  });

  it('pauses after each piece, in microseconds', () => {
    const slow = new LinkRig();
    slow.add('slicer', { average_size: 1, delay: 20_000 });
    slow.write('abc');
    slow.clock.advance(1000);
    expect(slow.log).toEqual([
      [0, 'a'],
      [20, 'b'],
      [40, 'c'],
    ]);
    const quick = new LinkRig();
    quick.add('slicer', { average_size: 1, delay: 10 });
    quick.write(new Uint8Array(1000));
    quick.clock.advance(9);
    expect(quick.bytes.length).toBeLessThan(1000);
    quick.clock.advance(1);
    expect(quick.bytes.length).toBe(1000);
  });

  it.each([
    [{}, [7]],
    [{ average_size: 3 }, [3, 3, 1]],
    [{ average_size: 1, size_variation: 1_000_000 }, [1, 1, 1, 1, 1, 1, 1]],
    [{ size_variation: 1000 }, [7]],
  ])('survives %o', (attributes, sizes) => {
    const rig = new LinkRig();
    rig.add('slicer', attributes);
    rig.write('seven b');
    expect(rig.arrivals.map(({ bytes }) => bytes.length)).toEqual(sizes);
  });
});

describe('limit_data', () => {
  it('lets exactly so many bytes through, then closes', () => {
    const rig = new LinkRig();
    rig.add('limit_data', { bytes: 5 });
    rig.write('abc');
    expect(rig.endedAt).toBe(null);
    rig.write('defg');
    rig.write('h');
    rig.link.end();
    expect([rig.text, rig.endedAt, rig.destroyed]).toEqual(['abcde', 0, null]);
  });

  it('closes in its place in the chain, behind what is on its way', () => {
    const rig = new LinkRig();
    rig.add('limit_data', { bytes: 2 });
    rig.add('latency', { latency: 100 });
    rig.write('abc');
    expect([rig.text, rig.endedAt]).toEqual(['', null]);
    rig.clock.advance(100);
    expect([rig.text, rig.endedAt]).toEqual(['ab', 100]);
  });

  it('keeps its count through an update', () => {
    const rig = new LinkRig();
    const name = rig.add('limit_data', { bytes: 5 });
    rig.write('abc');
    rig.update(name, { bytes: 4 });
    rig.write('def');
    expect([rig.text, rig.endedAt]).toEqual(['abcd', 0]);
  });

  it('closes at the first data with a limit of 0, and not before', () => {
    const rig = new LinkRig();
    rig.add('limit_data', { bytes: 0 });
    rig.clock.advance(1000);
    expect(rig.endedAt).toBe(null);
    rig.write('a');
    expect([rig.text, rig.endedAt]).toEqual(['', 1000]);
  });
});
