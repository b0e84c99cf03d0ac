/** A server that has less than was signed is given up at once: nothing could come of the rest. */
import { expect, it } from 'vitest';
import { RangeReader } from './range-client.ts';

function told(head: string): string[] {
  const seen: string[] = [];
  const events = {
    bytes: (at: number, bytes: Uint8Array) => seen.push(`${bytes.length} at ${at}`),
    done: () => seen.push('done'),
    failed: (why: string, forGood: boolean) => seen.push(`${why}${forGood ? ', for good' : ''}`),
  };
  const reader = new RangeReader(800, 1000, events as never, 1000);
  reader.take(new TextEncoder().encode(`HTTP/1.1 206 Partial Content\r\n${head}\r\n\r\n`));
  reader.take(new Uint8Array(100));
  return seen;
}

it('takes a stretch that is shorter than it asked for', () => {
  expect(told('content-length: 100\r\ncontent-range: bytes 800-899/1000')).toEqual([
    '100 at 800',
    'done',
  ]);
});

it('gives up an image of another size, and tries another stretch again', () => {
  expect(told('content-length: 100\r\ncontent-range: bytes 800-899/900')).toEqual([
    'of another size, for good',
  ]);
  expect(told('content-length: 100\r\ncontent-range: bytes 700-799/1000')).toEqual([
    'another range',
  ]);
});

it('comes again when it is told to, and tells what there is in all', () => {
  const seen: unknown[] = [];
  const events = {
    whole: (size: number) => seen.push(size),
    later: (ms: number) => seen.push(`later ${ms}`),
    failed: (why: string) => seen.push(why),
    bytes: () => {},
    done: () => {},
  };
  const say = (head: string): void =>
    new RangeReader(800, 1000, events).take(
      new TextEncoder().encode(`HTTP/1.1 ${head}\r\ncontent-length: 100\r\n\r\n`),
    );
  say('206 Partial Content\r\ncontent-range: bytes 800-899/5000');
  say('503 Service Unavailable\r\nretry-after: 2');
  say('503 Service Unavailable\r\nretry-after: 0');
  say('503 Service Unavailable');
  expect(seen).toEqual([5000, 'later 2000', 'status 503', 'status 503']);
});
