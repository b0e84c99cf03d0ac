/**
 * TEST ONLY. TX-31: whatever is sent to the API of the strict engine, it answers, with a status
 * that is one of the API's, and goes on. Bodies are drawn by a seed: sound ones with one thing
 * changed, values from the edges of every attribute, and noise.
 */
import { type Random, randomStream } from '#kernel';
import { TOXIC_KINDS } from '../toxic-kinds.ts';
import type { Engine } from './engines.ts';
import { call } from './engines.ts';

export interface Fuzzed {
  /** How often each status came. */
  statuses: Map<number, number>;
  /** What was not answered as an API answers, with what had been asked. */
  flaws: string[];
}

const STATUSES = [200, 201, 204, 400, 404, 405, 409, 413, 500];
const EDGES = [
  ...['0', '-0', '-1', '1', '1.0', '1e3', '1e400', '2000000000', '2000000001', '-2000000001'],
  ...['9007199254740993', '4700000000000000000', '9223372036854775807', '9223372036854775808'],
  ...['null', 'true', '"5"', '""', '[]', '{}', '[[[]]]', '{"a":{"b":null}}', '"\\u0000"', 'NaN'],
];
const NAMES = ['p', 'q', '', 'a/b', '..', '%', '%00', '%E0%A4%A', 'ü', '__proto__', 'constructor'];
const METHODS = ['GET', 'POST', 'PATCH', 'DELETE', 'PUT', 'HEAD', 'OPTIONS'];
const TYPES = [...TOXIC_KINDS.keys(), 'down', 'packet_loss', '', '__proto__'];

export async function fuzzApi(engine: Engine, seed: number, count: number): Promise<Fuzzed> {
  const random = randomStream(seed, 'proxy-api/fuzz');
  const fuzzed: Fuzzed = { statuses: new Map(), flaws: [] };
  for (let n = 0; n < count; n++) {
    // So that there is always something that can be changed, and never too much of it.
    if (n % 50 === 0) await refill(engine);
    const method = pick(random, METHODS);
    const path = pathFrom(random);
    const body = ['GET', 'HEAD'].includes(method) ? undefined : bodyFrom(random);
    const asked = `${method} ${path} ${body ?? ''}`.slice(0, 300);
    try {
      const { status } = await call(engine, method, path, body);
      fuzzed.statuses.set(status, (fuzzed.statuses.get(status) ?? 0) + 1);
      if (!STATUSES.includes(status)) fuzzed.flaws.push(`${status} for ${asked}`);
    } catch (error) {
      fuzzed.flaws.push(`${(error as Error).message} for ${asked}`);
    }
  }
  return fuzzed;
}

async function refill(engine: Engine): Promise<void> {
  const all = await call(engine, 'GET', '/proxies');
  for (const name of Object.keys(JSON.parse(all.text) as object)) {
    await call(engine, 'DELETE', `/proxies/${encodeURIComponent(name)}`);
  }
  const upstream = '127.0.0.1:9';
  for (const name of ['p', 'q']) {
    await call(engine, 'POST', '/proxies', { name, listen: '127.0.0.1:0', upstream });
    await call(engine, 'POST', `/proxies/${name}/toxics`, { name: 't', type: 'latency' });
  }
}

function pathFrom(random: Random): string {
  const name = (): string => pick(random, random.below(3) > 0 ? ['p', 'q', 't'] : NAMES);
  const paths = [
    '/proxies',
    `/proxies/${name()}`,
    `/proxies/${name()}/toxics`,
    `/proxies/${name()}/toxics`,
    `/proxies/${name()}/toxics/${name()}`,
    '/populate',
    '/reset',
    '/version',
    `/${name()}?${name()}`,
  ];
  return pick(random, paths);
}

function bodyFrom(random: Random): string {
  const kind = random.below(10);
  if (kind === 0) return noise(random);
  if (kind === 1) return '['.repeat(1 + random.below(5000));
  const one = object(random);
  if (kind === 2) return `[${one},${object(random)}]`;
  if (kind === 3) return one.slice(0, random.below(one.length + 1));
  return one;
}

function object(random: Random): string {
  const type = pick(random, TYPES);
  const specs = Object.keys(TOXIC_KINDS.get(type)?.attributes ?? { latency: 0 });
  const attributes = specs.map((key) => `"${key}":${pick(random, EDGES)}`).join(',');
  const fields: [string, string][] = [
    ['name', JSON.stringify(pick(random, NAMES))],
    ['type', JSON.stringify(type)],
    ['stream', JSON.stringify(pick(random, ['upstream', 'downstream', 'UPSTREAM', '', 'x']))],
    ['toxicity', pick(random, ['1', '0', '0.5', '-1', '1e9'])],
    ['attributes', `{${attributes}}`],
    ['listen', JSON.stringify(pick(random, ['', ':0', '127.0.0.1:0', 'a:b:c', '[::1]:0', 'x']))],
    ['upstream', JSON.stringify(pick(random, ['127.0.0.1:9', ':', 'nobody', '[', '1:99999']))],
    ['enabled', pick(random, ['true', 'false'])],
  ];
  const given = fields.filter(() => random.below(4) > 0);
  const changed = random.below(given.length + 3);
  return `{${given
    .map(([key, value], at) => `"${key}":${at === changed ? pick(random, EDGES) : value}`)
    .join(',')}}`;
}

const noise = (random: Random): string =>
  Array.from({ length: random.below(200) }, () => String.fromCharCode(random.below(0x800))).join(
    '',
  );

const pick = <T>(random: Random, list: readonly T[]): T => list[random.below(list.length)] as T;
