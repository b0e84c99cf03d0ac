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
);
const headers = fc.dictionary(fc.string({ maxLength: 12 }), joined, { maxKeys: 3 });
/** Of any alphabet, and halves of pairs too. */
const half = fc.constantFrom('\ud83e', '\uddca');
const unit = fc.oneof(half, fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }));
const name = fc.oneof(fc.string(), fc.string({ unit }));
const values = fc.record({
  ...{ run: name, lane: name, device: name, stream: name },
  ...{ topic: name, user: name, password: name },
});

/** One request, and nothing behind it. */
function isOneRequest(bytes: Uint8Array, body: number): void {
  const whole = Buffer.from(bytes).toString('latin1');
  const [head = ''] = whole.split('\r\n\r\n');
  const lines = head.split('\r\n');
  assert.match(lines[0] ?? '', /^POST \/\S* HTTP\/1\.1$/);
  for (const line of lines.slice(1)) assert.match(line, /^[!-9;-~]+: [\x20-\x7e]*$/);
  assert.equal(whole.length, head.length + 4 + body);
}

const source: FuzzSource = () => [
  defineFuzz({
    parser: 'http-intake',
    about: 'addresses and headers of no meaning, and values that would be more than one line',
    input: fc.tuple(post, headers, fc.oneof(fc.constant('Idempotency-Key'), joined), values),
    survives: ([address, fields, key, filled]) => {
      const intake = { post: address, headers: fields, key };
      const flaws = intakeFlaws(intake);
      for (const { at, message } of flaws) assert.ok(at !== '' && message !== '');
      if (flaws.length > 0) return;
      const body = new Uint8Array(7);
      isOneRequest(requestOf(templateOf(intake), filled as PostValues, 'k', body), body.length);
    },
  }),
];

export default source;
