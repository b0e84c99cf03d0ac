/** An answer is read as it was written, and whatever is none is told from one that goes on. */
import { expect, it } from 'vitest';
import { survived } from '../../kernel/testing/fuzz.ts';
import source from './answer.fuzz.ts';
import { readAnswer, UNFINISHED } from './answer.ts';

const read = (text: string) => readAnswer(new TextEncoder().encode(text));

it('reads a body of a said length, and one in chunks', () => {
  const answer = { status: 200, body: 'abcdef' };
  expect(read('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nabcdef')).toEqual(answer);
  const chunks = '4;x=y\r\nabcd\r\n2\r\nef\r\n0\r\n\r\n';
  const head = 'HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n';
  expect(read(`${head}${chunks}`)).toEqual(answer);
  expect(read(`${head}${chunks.slice(0, -2)}`)).toBe(UNFINISHED);
  expect(read('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 x\r\n\r\n')).toEqual({
    status: 204,
    body: '',
  });
});

it.each([
  ['no HTTP', 'SSH-2.0-x\r\n\r\n'],
  ['no length', 'HTTP/1.1 200 OK\r\n\r\n'],
  ['too long', 'HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n'],
  ['more bytes than were said', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nab'],
  ['no chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n'],
  ['no end of its head', 'a'.repeat(5000)],
])('says what is wrong: %s', (flaw, text) => {
  expect(read(text)).toEqual({ flaw });
});

it('says when to ask again, and whether over this connection', () => {
  const more = 'Retry-After: 3\r\nConnection: close\r\ncontent-length: 0\r\n\r\n';
  expect(read(`HTTP/1.1 503 Busy\r\n${more}`)).toEqual({
    status: 503,
    body: '',
    retryAfter: '3',
    closes: true,
  });
  expect(read('HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n')).toMatchObject({ closes: true });
});

it('reads a body without a length to the end of the connection, where that may be', () => {
  const text = new TextEncoder().encode('HTTP/1.0 200 OK\r\n\r\nfine');
  expect(readAnswer(text, 'may-come')).toBe(UNFINISHED);
  expect(readAnswer(text, 'came')).toEqual({ status: 200, body: 'fine', closes: true });
});

it('survives whatever comes', () => {
  for (const fuzz of source({} as never)) expect(survived(fuzz, 1, 300)).toBe(300);
});
