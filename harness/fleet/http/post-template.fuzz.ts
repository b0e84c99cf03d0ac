/** Intakes as somebody may write them, and names and secrets that stand in what they make. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { defineFuzz, type FuzzSource } from '../../../kernel/testing/fuzz.ts';
import { intakeFlaws, type PostValues, requestOf, templateOf } from './post-template.ts';

const piece = fc.constantFrom(
  '{device}',
  '{topic}',
  '{user}',
  '{basic}',
  '{run}',
  '/',
  '?',
  '{',
  '}',
);
const text = fc.array(fc.oneof(piece, fc.string({ maxLength: 8 })), { maxLength: 8 });
const joined = text.map((parts) => parts.join(''));
const post = fc.oneof(
  joined,
  joined.map((path) => `http://h:1/${path}`),
  joined.map((rest) => `http://h:1${rest}`),
  fc.tuple(joined, joined).map(([host, rest]) => `http:${host}/${rest}`),
);
const field = fc.constantFrom('Host', 'content-length', 'X-Key', 'x-key', 'Content-Type');
const header = fc.oneof(field, fc.string({ maxLength: 12 }));
const headers = fc.dictionary(header, joined, { maxKeys: 3 });
const key = fc.oneof(fc.constant('Idempotency-Key'), field, joined);
/** Of any alphabet, and halves of pairs too. */
const half = fc.constantFrom('\ud83e', '\uddca');
const unit = fc.oneof(half, fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }));
const name = fc.oneof(fc.string(), fc.string({ unit }));
const values = fc.record({
  ...{ run: name, lane: name, device: name, stream: name },
  ...{ topic: name, user: name, password: name },
});

interface Said {
  post: string;
  key: string;
  /** Bytes of it. */
  body: number;
}

/** One request to the host of the address, and nothing behind it. */
function isOneRequest(bytes: Uint8Array, { post, key, body }: Said): void {
  const whole = Buffer.from(bytes).toString('latin1');
  const [head = ''] = whole.split('\r\n\r\n');
  const lines = head.split('\r\n');
  assert.match(lines[0] ?? '', /^POST \/[^\s#]* HTTP\/1\.1$/);
  const { host } = new URL(post.replaceAll(/\{[a-z]+\}/g, '1'));
  assert.equal(lines[1], `host: ${host}`);
  for (const line of lines.slice(1)) assert.match(line, /^[!-9;-~]+: [\x20-\x7e]*$/);
  const names = lines.slice(1).map((line) => line.split(':')[0]?.toLowerCase());
  for (const name of ['host', 'content-length', key.toLowerCase()]) {
    assert.equal(names.filter((one) => one === name).length, 1, name);
  }
  assert.equal(whole.length, head.length + 4 + body);
}

const source: FuzzSource = () => [
  defineFuzz({
    parser: 'http-intake',
    about: 'addresses and headers of no meaning, and values that would be more than one line',
    input: fc.tuple(post, headers, key, values),
    survives: ([address, fields, named, filled]) => {
      const intake = { post: address, headers: fields, key: named };
      const flaws = intakeFlaws(intake);
      for (const { at, message } of flaws) assert.ok(at !== '' && message !== '');
      if (flaws.length > 0) return;
      const request = requestOf(templateOf(intake), filled as PostValues, 'k', new Uint8Array(7));
      isOneRequest(request, { post: address, key: named, body: 7 });
    },
  }),
];

export default source;
