/** Posts of strangers: of any path, authorization and key, and of no meaning at all. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { defineFuzz, type FuzzSource } from '../../../kernel/testing/fuzz.ts';
import { postIn } from './posts.ts';

const basic = fc.string().map((text) => `Basic ${Buffer.from(text).toString('base64')}`);
const authorization = fc.oneof(basic, fc.string(), fc.constant('Basic ='), fc.constant(''));
const path = fc.oneof(fc.string(), fc.webPath(), fc.constantFrom('/%', '/%2B/x', '/a%00b', ''));

const source: FuzzSource = () => [
  defineFuzz({
    parser: 'posts',
    about: 'heads of no meaning',
    input: fc.tuple(path, authorization, fc.string({ maxLength: 400 }), fc.uint8Array()),
    survives: ([at, who, key, body]) => {
      const said: Readonly<Record<string, string>> = {
        authorization: who,
        'idempotency-key': key,
      };
      const header = (name: string): string => said[name] ?? '';
      const post = postIn({ method: 'POST', path: at, header, body });
      if (typeof post === 'number') assert.ok([400, 401].includes(post));
      else assert.ok(post.topic !== '' && post.user !== '' && !/[+#]/.test(post.topic));
    },
  }),
];

export default source;
