/**
 * The range client of devices against the range server of the platform, in pieces of any size: the
 * whole image comes, from wherever it is asked for. And against servers that lie.
 */
import { duplexPair } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { randomStream } from '#kernel';
import { RangeReader, rangeRequest } from '../devices/firmware/range-client.ts';
import { serveHttp } from '../twins/platform/http-server.ts';
import { rangeAnswer } from '../twins/platform/services/ota/range-server.ts';

const random = randomStream(3, 'ranges');
const IMAGE = Uint8Array.from({ length: 10_000 }, () => random.below(256));

/** What a reader makes of an answer that comes in pieces of so many bytes. */
function readsIn(pieces: number, answer: Uint8Array, from: number, to: number) {
  const got: number[] = [];
  const ends: string[] = [];
  const reader = new RangeReader(from, to, {
    bytes: (at, bytes) => {
      expect(at).toBe(from + got.length);
      got.push(...bytes);
    },
    done: () => ends.push('done'),
    failed: (why, forGood) => ends.push(`${why}${forGood ? ' for good' : ''}`),
  });
  for (let at = 0; at < answer.length; at += pieces) reader.take(answer.slice(at, at + pieces));
  return { got: Uint8Array.from(got), ends };
}

/** All that the server says to these requests. */
async function answersTo(...requests: string[]): Promise<Uint8Array> {
  const [near, far] = duplexPair();
  const at = (path: string) => (path === '/ota/spring' ? IMAGE : null);
  const images = { at, from: (from: number) => from };
  serveHttp(far, (request, answer) => answer(rangeAnswer(request, images)));
  const parts: Uint8Array[] = [];
  near.on('data', (bytes: Uint8Array) => parts.push(bytes));
  for (const request of requests) {
    // In two pieces, as a network would.
    near.write(request.slice(0, 9));
    await turn();
    near.write(request.slice(9));
    await turn();
  }
  await turn();
  return Uint8Array.from(Buffer.concat(parts));
}

it('loads any range, however it is cut into pieces', async () => {
  for (const [from, to] of [
    [0, 4096],
    [4096, 8192],
    [9000, 10_000],
    [0, 10_000],
  ] as const) {
    const answer = await answersTo(rangeRequest('/ota/spring', from, to));
    for (const pieces of [1, 7, 100, 100_000]) {
      const { got, ends } = readsIn(pieces, answer, from, to);
      expect(ends).toEqual(['done']);
      expect(Buffer.compare(got, IMAGE.subarray(from, to))).toBe(0);
    }
  }
});

it('takes what is shorter than it asked for', async () => {
  const answer = await answersTo(rangeRequest('/ota/spring', 9000, 12_000));
  expect(readsIn(50, answer, 9000, 12_000).got).toHaveLength(1000);
});

it('answers one request after the other on one connection', async () => {
  const answer = await answersTo(
    rangeRequest('/ota/spring', 0, 10),
    rangeRequest('/ota/spring', 10, 20),
  );
  expect(
    Buffer.from(answer)
      .toString('latin1')
      .match(/HTTP\/1.1 206/g),
  ).toHaveLength(2);
});

it.each<[string, string, string]>([
  ['what there is not', rangeRequest('/ota/none', 0, 10), 'status 404 for good'],
  ['beyond the end', rangeRequest('/ota/spring', 20_000, 20_010), 'status 416 for good'],
  ['by another method', 'PUT /ota/spring HTTP/1.1\r\n\r\n', 'status 405 for good'],
  ['in no HTTP', 'hello\r\n\r\n', 'status 400 for good'],
])('refuses %s', async (_, request, why) => {
  const { ends } = readsIn(1000, await answersTo(request), 0, 10);
  expect(ends).toEqual([why]);
});

const text = (head: string, body = ''): Uint8Array =>
  Uint8Array.from(Buffer.from(`${head}\r\n\r\n${body}`));

it.each<[string, Uint8Array, string]>([
  ['no HTTP', text('SSH-2.0'), 'no HTTP'],
  ['no length', text('HTTP/1.1 206 OK\r\ncontent-range: bytes 5-9/20'), 'no length'],
  [
    'another range',
    text('HTTP/1.1 206 OK\r\ncontent-length: 5\r\ncontent-range: bytes 0-4/20', 'abcde'),
    'another range',
  ],
  ['all of it', text('HTTP/1.1 200 OK\r\ncontent-length: 20', 'x'.repeat(20)), 'all of it again'],
  [
    'more than it said',
    text('HTTP/1.1 206 OK\r\ncontent-length: 5\r\ncontent-range: bytes 5-9/20', 'abcdefgh'),
    'more bytes than were said',
  ],
  ['a head without end', text(`HTTP/1.1 206 OK\r\nx: ${'y'.repeat(9000)}`), 'no end of its head'],
])('does not take %s', (_, answer, why) => {
  expect(readsIn(600, answer, 5, 10).ends).toEqual([why]);
});

it('survives servers that say anything', () => {
  for (let round = 0; round < 300; round++) {
    const bytes = Uint8Array.from({ length: random.below(300) }, () => random.below(256));
    const good = text(
      'HTTP/1.1 206 OK\r\ncontent-length: 5\r\ncontent-range: bytes 5-9/20',
      'abcde',
    );
    if (round % 2 === 0) good[random.below(good.length)] = random.below(256);
    const { got } = readsIn(1 + random.below(40), round % 3 === 0 ? bytes : good, 5, 10);
    expect(got.length).toBeLessThanOrEqual(5);
  }
});

it('takes from all of it what is not there yet, and counts the rest', () => {
  const head = `HTTP/1.1 200 OK\r\ncontent-length: ${IMAGE.length}\r\n\r\n`;
  const answer = Uint8Array.from(Buffer.concat([Buffer.from(head), IMAGE]));
  for (const pieces of [1, 1000, 20_000]) {
    const got: number[] = [];
    const told = { again: 0, ends: [] as string[] };
    const reader = new RangeReader(
      4096,
      8192,
      {
        bytes: (at, bytes) => {
          expect(at).toBe(4096 + got.length);
          got.push(...bytes);
        },
        again: (bytes) => {
          told.again += bytes;
        },
        done: () => told.ends.push('done'),
        failed: (why) => told.ends.push(why),
      },
      IMAGE.length,
    );
    for (let at = 0; at < answer.length; at += pieces) reader.take(answer.slice(at, at + pieces));
    expect(told).toEqual({ again: 4096, ends: ['done'] });
    expect(Buffer.compare(Uint8Array.from(got), IMAGE.subarray(4096))).toBe(0);
    reader.take(Uint8Array.of(1));
    expect(told.ends).toEqual(['done', 'more bytes than were said']);
  }
});
