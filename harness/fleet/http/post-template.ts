/**
 * From the address and the headers of a scenario to the bytes of one request. What a placeholder
 * stands for is encoded in an address, and written as it is in a header; a value that would end
 * its line is never written.
 */
import type { ParamValues } from '#kernel';

/** What a placeholder may stand for. */
export interface PostValues {
  run: string;
  lane: string;
  device: string;
  stream: string;
  /** As its dialect calls it; its slashes part the segments of a path. */
  topic: string;
  user: string;
  password: string;
}

/** `basic`: user and password, as Basic authorization has them. */
export type PostPlace = keyof PostValues | 'basic';

const NAMES: readonly PostPlace[] = [
  ...(['run', 'lane', 'device', 'stream', 'topic'] as const),
  ...(['user', 'password', 'basic'] as const),
];
export const PLACES: readonly string[] = NAMES.map((name) => `{${name}}`);

const PLACE = /\{([^{}]*)\}/g;
const HEADER = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
/** The writer says these itself. */
const OWN = ['host', 'content-length', 'transfer-encoding', 'connection'];
const TYPE = 'content-type';

/** What of `target.intake.http` cannot be. */
export function intakeFlaws({ post, headers, key }: ParamValues) {
  const fields = Object.entries((headers ?? {}) as Readonly<Record<string, string>>);
  return [
    ...strangersIn('post', String(post)),
    ...addressFlaws(String(post)),
    ...fields.flatMap(([name, text]) => headerFlaws(name, text)),
    ...keyFlaws(String(key), fields),
  ];
}

function strangersIn(at: string, text: string) {
  const known: readonly string[] = NAMES;
  const stranger = [...text.matchAll(PLACE)].find(([, name = '']) => !known.includes(name))?.[1];
  if (stranger === undefined) return [];
  return [
    { at, message: `knows no placeholder {${stranger}}`, hint: `known: ${PLACES.join(', ')}` },
  ];
}

/** Up to the path or the query. Slashes of the other kind would be read as if they were these. */
const HOST = /^https?:\/\/[^/?#\\]+(?=[/?#]|$)/i;

function addressFlaws(text: string) {
  const url = URL.parse(text.replace(PLACE, '1'));
  const hint = 'http://127.0.0.1:8080/api/{device}/{stream}';
  const isPlain = /^[\x21-\x7e]*$/.test(text);
  const [host] = HOST.exec(text) ?? [];
  if (url === null || !isPlain || host === undefined) {
    return [{ at: 'post', message: 'must be an address', hint }];
  }
  if (host.includes('{')) {
    return [{ at: 'post', message: 'must name one host for all devices', hint }];
  }
  if (text.includes('#')) {
    const hashed = 'leave it out, or write %23 where the path or the query means that character';
    return [{ at: 'post', message: 'must not end in a fragment: no server gets it', hint: hashed }];
  }
  if (url.username === '' && url.password === '') return [];
  const more = 'put them into target.credentials and write {user}, {password} or {basic}';
  return [{ at: 'post', message: 'must not carry a user or password', hint: more }];
}

function headerFlaws(name: string, text: string) {
  const at = `headers.${name}`;
  if (!HEADER.test(name)) return [{ at, message: 'is no name of a header' }];
  if (OWN.includes(name.toLowerCase())) {
    return [{ at, message: 'is written by whoever posts', hint: 'leave it out' }];
  }
  return [
    ...strangersIn(at, text),
    ...(isOneLine(text) ? [] : [{ at, message: 'must be one line of printable text' }]),
  ];
}

/** It is one line more of the head, and must not be there already. */
function keyFlaws(key: string, headers: readonly (readonly [string, string])[]) {
  if (!HEADER.test(key)) return [{ at: 'key', message: 'is no name of a header' }];
  const isKey = (name: string): boolean => name.toLowerCase() === key.toLowerCase();
  const hint = 'take a name of its own, such as Idempotency-Key';
  if ([...OWN, TYPE].some(isKey)) {
    return [{ at: 'key', message: 'is a header that says something else', hint }];
  }
  if (!headers.some(([name]) => isKey(name))) return [];
  const twice = 'leave it out of headers, or name another key';
  return [{ at: 'key', message: 'is one of the headers as well', hint: twice }];
}

const isOneLine = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

/** What of a request is the same for each message. */
export interface PostTemplate {
  /** `/path?query`, with its placeholders. */
  path: string;
  host: string;
  headers: readonly (readonly [name: string, text: string])[];
  /** Name of the header with the key. */
  key: string;
}

export function templateOf(intake: ParamValues): PostTemplate {
  const text = String(intake.post);
  const path = text.replace(HOST, '');
  const given = Object.entries((intake.headers ?? {}) as Readonly<Record<string, string>>);
  const isTyped = given.some(([name]) => name.toLowerCase() === TYPE);
  return {
    path: path.startsWith('/') ? path : `/${path}`,
    host: new URL(text.slice(0, text.length - path.length)).host,
    headers: isTyped ? given : [...given, [TYPE, 'application/json'] as const],
    key: String(intake.key ?? 'Idempotency-Key'),
  };
}

/** Where one message is posted, and what goes before it. */
export function requestOf(
  { path, host, headers, key: header }: PostTemplate,
  values: PostValues,
  key: string,
  payload: Uint8Array,
): Uint8Array {
  const fill = (text: string, of: (name: PostPlace) => string): string =>
    text.replace(PLACE, (_, name: string) => of(name as PostPlace));
  const textOf = (name: PostPlace): string => (name === 'basic' ? basicOf(values) : values[name]);
  const inPath = (name: PostPlace): string =>
    name === 'topic' ? values.topic.split('/').map(encoded).join('/') : encoded(textOf(name));
  const lines = [
    `POST ${fill(path, inPath)} HTTP/1.1`,
    `host: ${host}`,
    ...headers.map(([name, text]) => `${name}: ${plain(fill(text, textOf))}`),
    `${header}: ${plain(key)}`,
    `content-length: ${payload.length}`,
  ];
  const head = new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`);
  const bytes = new Uint8Array(head.length + payload.length);
  bytes.set(head);
  bytes.set(payload, head.length);
  return bytes;
}

/** Of UTF-8, as RFC 7617 has it for whoever says so and as most servers read it. */
const basicOf = ({ user, password }: PostValues): string =>
  Buffer.from(`${user}:${password}`).toString('base64');

/** Half of a pair stands for no character, and would throw. */
const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());

/** In one line, whatever somebody is called. */
const plain = (text: string): string => text.replace(/[^\x20-\x7e]/gu, encoded);
