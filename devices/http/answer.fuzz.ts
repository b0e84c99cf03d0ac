/** Answers of a server as they may come: damaged, cut, without an end, or of no meaning at all. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { damaged, defineFuzz, type FuzzSource } from '../../kernel/testing/fuzz.ts';
import { readAnswer, UNFINISHED } from './answer.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const LINK = '{"href":"http://h:1/DEFAULT/controller/v1/r:1/deploymentBase/7?c=1"}';
const body = fc.constantFrom(
  '',
  '{}',
  `{"config":{"polling":{"sleep":"00:00:05"}},"_links":{"deploymentBase":${LINK}}}`,
  '{"id":"7","cancelAction":{"stopId":"7"}}',
  '{"id":"7","deployment":{"chunks":[{"name":"a","metadata":[{"key":"manifest","value":"{}"}]}]}}',
);

const said = fc
  .tuple(fc.constantFrom(200, 200, 204, 404, 410, 500), body, fc.boolean())
  .map(([status, text, isChunked]) => {
    const first = `HTTP/1.1 ${status} x\r\n`;
    if (!isChunked) return bytesOf(`${first}Content-Length: ${text.length}\r\n\r\n${text}`);
    const chunk = text === '' ? '' : `${text.length.toString(16)}\r\n${text}\r\n`;
    return bytesOf(`${first}Transfer-Encoding: chunked\r\n\r\n${chunk}0\r\n\r\n`);
  });

const source: FuzzSource = () => [
  defineFuzz({
    parser: 'http-answer',
    about: 'answers to a request that something happened to, byte by byte',
    input: damaged(said),
    survives: (bytes) => {
      let isOver = false;
      for (let end = 0; end <= bytes.length; end += 7) {
        const read = readAnswer(bytes.subarray(0, end));
        // Once it is over, or wrong, more bytes do not make it unfinished again.
        if (isOver) assert.notEqual(read, UNFINISHED);
        isOver = read !== UNFINISHED;
      }
    },
  }),
  defineFuzz({
    parser: 'http-answer',
    about: 'heads and bodies without an end',
    input: fc.tuple(
      fc.constantFrom('', 'HTTP/1.1 200 OK\r\n', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked'),
      fc.constantFrom('x: y\r\n', '\r\n\r\n', 'ffff;', '1\r\nx\r\n', 'A'),
    ),
    survives: ([head, again]) => {
      const endless = bytesOf(`${head}${again.repeat(Math.ceil(200_000 / again.length))}`);
      assert.notEqual(readAnswer(endless), UNFINISHED);
    },
  }),
];

export default source;
