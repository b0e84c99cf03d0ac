/** What an author may write of an intake, and what of it goes onto the wire. */
import { expect, it } from 'vitest';
import { survived } from '../../../kernel/testing/fuzz.ts';
import source from './post-template.fuzz.ts';
import { intakeFlaws, type PostValues, requestOf, templateOf } from './post-template.ts';

const KEY = 'Idempotency-Key';
const VALUES: PostValues = {
  ...{ run: 'r', lane: '4', device: 'a/b/1', stream: 'telemetry' },
  ...{ topic: 'tw/r/4/a b/1/telemetry', user: 'tok en', password: 'ö' },
};
const flaws = (intake: object): string[] =>
  intakeFlaws({ headers: {}, key: KEY, ...intake } as never).map(
    ({ at, message }) => `${at} ${message}`,
  );
const lines = (intake: object, more: Partial<PostValues> = {}): string[] => {
  const template = templateOf({ key: KEY, ...intake } as never);
  const request = requestOf(template, { ...VALUES, ...more }, 'k', new Uint8Array());
  return Buffer.from(request).toString().split('\r\n');
};

it.each([
  ['http://h:1/{topic}', 'POST /tw/r/4/a%20b/1/telemetry HTTP/1.1'],
  ['https://h/in?device={device}&n=1', 'POST /in?device=a%2Fb%2F1&n=1 HTTP/1.1'],
  ['http://h:1/api/v1/{user}/telemetry', 'POST /api/v1/tok%20en/telemetry HTTP/1.1'],
  ['http://h:1', 'POST / HTTP/1.1'],
  ['http://h:1?x={run}', 'POST /?x=r HTTP/1.1'],
  ['HTTP://H:1/x?to=a/b', 'POST /x?to=a/b HTTP/1.1'],
  ['https://h:443/x', 'POST /x HTTP/1.1'],
])('%s becomes %s', (post, first) => {
  expect(flaws({ post })).toEqual([]);
  const host = post.startsWith('https') ? 'h' : 'h:1';
  expect(lines({ post }).slice(0, 2)).toEqual([first, `host: ${host}`]);
});

it('says what comes as JSON, unless the author says something else', () => {
  const post = 'http://h:1/x';
  expect(lines({ post })).toContain('content-type: application/json');
  const headers = { 'Content-Type': 'text/plain', 'X-Key': '{password}' };
  expect(lines({ post, headers })).toEqual(
    expect.arrayContaining(['Content-Type: text/plain', 'X-Key: %C3%B6', `${KEY}: k`]),
  );
  expect(lines({ post, headers }).join()).not.toContain('application/json');
});

it('writes names that are not Latin as UTF-8, wherever they stand', () => {
  const headers = { Authorization: 'Basic {basic}', 'X-User': '{user}' };
  const of = (user: string, password: string): string[] =>
    lines({ post: 'http://h:1/{user}', headers }, { user, password });
  const basic = (text: string): string =>
    `Authorization: Basic ${Buffer.from(text, 'utf8').toString('base64')}`;
  expect(of('Kühlraum', 'ü')).toContain(basic('Kühlraum:ü'));
  expect(of('Μήτρα', '密码')).toContain(basic('Μήτρα:密码'));
  expect(of('🧊', 'x')).toEqual(
    expect.arrayContaining(['POST /%F0%9F%A7%8A HTTP/1.1', 'X-User: %F0%9F%A7%8A', basic('🧊:x')]),
  );
  // Half of a pair is no character, and stands for the one that says so.
  expect(of('\ud83e', 'x')).toEqual(
    expect.arrayContaining(['POST /%EF%BF%BD HTTP/1.1', 'X-User: %EF%BF%BD', basic('\ufffd:x')]),
  );
});

it.each([
  [{ post: 'tcp://h:1/' }, /^post must be an address/],
  [{ post: 'http://{device}/x' }, /^post must name one host/],
  [{ post: 'http://h{device}?x=1' }, /^post must name one host/],
  [{ post: 'http:/h/x' }, /^post must be an address/],
  [{ post: 'http:///h/x' }, /^post must be an address/],
  [{ post: 'http://h\\x/y' }, /^post must be an address/],
  [{ post: 'http://h/x#part' }, /^post must not end in a fragment/],
  [{ post: 'http://h#/{device}' }, /^post must not end in a fragment/],
  [{ post: 'http://me:pw@h/x' }, /^post must not carry a user/],
  [{ post: 'http://h/{devise}' }, /^post knows no placeholder \{devise\}/],
  [{ post: 'http://h/', headers: { 'a b': 'x' } }, /^headers\.a b is no name/],
  [{ post: 'http://h/', headers: { Host: 'x' } }, /^headers\.Host is written by whoever posts/],
  [{ post: 'http://h/', headers: { a: 'x\ny' } }, /^headers\.a must be one line/],
  [{ post: 'http://h/', headers: { a: '{x}' } }, /^headers\.a knows no placeholder \{x\}/],
  [{ post: 'http://h/', key: 'a:b' }, /^key is no name of a header/],
  [{ post: 'http://h/', key: 'Content-Length' }, /^key is a header that says something else/],
  [{ post: 'http://h/', key: 'HOST' }, /^key is a header that says something else/],
  [{ post: 'http://h/', key: 'content-type' }, /^key is a header that says something else/],
  [{ post: 'http://h/', key: 'X-Id', headers: { 'x-id': '1' } }, /^key is one of the headers/],
])('%j is refused', (intake, why) => {
  expect(flaws(intake).join('\n')).toMatch(why);
});

it('survives whatever comes', () => {
  for (const fuzz of source({} as never)) expect(survived(fuzz, 1, 500)).toBe(500);
});
