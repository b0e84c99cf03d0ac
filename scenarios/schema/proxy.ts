/**
 * What stands between devices and target in the real gear: `auto`, a kind of the catalog
 * (`embedded`, `toxiproxy`, `container`), a kind and what it takes behind a colon, or the address
 * of a Toxiproxy that is there already.
 */
import { z } from 'zod';
import { mustBe } from '#kernel';
import type { ScenarioProxy } from '../scenario.ts';

const EXPECTED = 'auto, embedded, toxiproxy, container or the http:// address of a Toxiproxy';
const EXAMPLES = ['auto', 'embedded', 'toxiproxy', 'http://127.0.0.1:8474'];
const WORD = /^([a-z][a-z0-9]*(?:-[a-z0-9]+)*)(?::(\S.*))?$/;
/** Where Toxiproxy listens when nobody says otherwise. */
const USUAL_PORT = '8474';

export const proxy = z
  .string({ error: (issue) => mustBe(EXPECTED, issue.input) })
  .meta({
    description:
      'What links run through in the real gear: auto (TOXIPROXY_URL, else toxiproxy-server on ' +
      'the PATH, else embedded), embedded, toxiproxy, container (or container:IMAGE), or the ' +
      'address of one that is there.',
    pattern: `^(https?://[^/@?#]+/?|${WORD.source.slice(1, -1)})$`,
    examples: EXAMPLES,
  })
  .transform((text, context): ScenarioProxy => {
    const read = parseProxy(text);
    if ('kind' in read) return read;
    context.issues.push({
      code: 'custom',
      input: text,
      message: read.message,
      params: { hint: read.hint },
    });
    return z.NEVER;
  });

/** One word for a proxy, as in the file and in `--proxy`. */
export function parseProxy(text: string): ScenarioProxy | { message: string; hint: string } {
  if (text.includes('://')) return parseAddress(text);
  const [, kind, of = null] = WORD.exec(text) ?? [];
  if (kind === undefined) return { message: mustBe(EXPECTED, text), hint: EXAMPLES.join(', ') };
  return { kind, of };
}

/** The kind is `url`; the address has a port and nothing that the API would not need. */
function parseAddress(text: string): ScenarioProxy | { message: string; hint: string } {
  const url = URL.parse(text);
  const hint = 'such as http://127.0.0.1:8474';
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    return { message: mustBe('an http:// address', text.replace(/\/\/[^/@]*@/, '//')), hint };
  }
  if (url.username !== '' || url.password !== '') {
    return { message: 'must not hold a user or a password: it stands in plan and report', hint };
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    return { message: "must end with its port: a Toxiproxy's API has no path before it", hint };
  }
  const isBare = url.port === '' && !/:\d+\/?$/.test(text);
  const port = isBare && url.protocol === 'http:' ? `:${USUAL_PORT}` : '';
  return { kind: 'url', of: `${url.origin}${port}` };
}
