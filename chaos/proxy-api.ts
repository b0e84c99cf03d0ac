/**
 * Toxiproxy's HTTP API as a function: method, path and body in, status and body out. Status codes, messages and
 * shapes are those of the original, so that any of its clients can drive this engine; where the original would crash
 * or hang, this one answers 400.
 */
import type { Toxic } from './proxy-core.ts';
import { TOXIC_KINDS } from './toxic-kinds.ts';

/** A proxy with its sockets, as the server keeps it. */
export interface ServedProxy {
  name: string;
  listen: string;
  upstream: string;
  enabled: boolean;
  toxics: readonly Toxic[];
  toxic(name: string): Toxic | undefined;
  add(toxic: Toxic): void;
  update(name: string, attributes: Readonly<Record<string, number>>, toxicity?: number): void;
  remove(name: string): void;
  /** Rejects when the address cannot be bound. */
  start(): Promise<void>;
  stop(): void;
  move(listen: string, upstream: string): void;
}

export interface ProxyHouse {
  proxies: Map<string, ServedProxy>;
  make(name: string, listen: string, upstream: string): ServedProxy;
  version: string;
}

export interface ApiReply {
  status: number;
  contentType: string;
  body: string;
}

export interface ApiCall {
  method: string;
  path: string;
  body: string;
  userAgent: string;
}

/** What is wrong with a call, in the original's words. */
class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const BROWSER = /^Mozilla\//;
const NAMES_MAX = 10_000;

export async function answer(house: ProxyHouse, call: ApiCall): Promise<ApiReply> {
  const segments = call.path.split('?')[0]?.split('/').filter((part) => part !== '').map(decoded) ?? [];
  const route = routeOf(segments);
  if (route === null) return { status: 404, contentType: 'text/plain; charset=utf-8', body: '404 page not found\n' };
  if (BROWSER.test(call.userAgent)) return failure(new Refusal(403, 'User agent not allowed'));
  const action = route.methods[call.method];
  if (action === undefined) return { status: 405, contentType: 'text/plain', body: '' };
  try {
    return await action(house, segments, call.body);
  } catch (error) {
    if (error instanceof Refusal) return failure(error);
    return failure(new Refusal(500, (error as Error).message));
  }
}

type Action = (house: ProxyHouse, segments: readonly string[], body: string) => Promise<ApiReply> | ApiReply;

interface Route {
  fits(segments: readonly string[]): boolean;
  methods: Readonly<Record<string, Action>>;
}

const named = (...pattern: (string | null)[]): Route['fits'] => (segments) =>
  segments.length === pattern.length && pattern.every((part, i) => part === null || part === segments[i]);

const ROUTES: readonly Route[] = [
  { fits: named('version'), methods: { GET: (house) => json(200, { version: house.version }) } },
  { fits: named('proxies'), methods: { GET: list, POST: create } },
  { fits: named('populate'), methods: { POST: populate } },
  { fits: named('reset'), methods: { POST: reset } },
  {
    fits: named('proxies', null),
    methods: { GET: (house, [, name]) => json(200, shown(proxyOf(house, name))), PATCH: change, POST: change, DELETE: drop },
  },
  {
    fits: named('proxies', null, 'toxics'),
    methods: { GET: (house, [, name]) => json(200, proxyOf(house, name).toxics), POST: addToxic },
  },
  {
    fits: named('proxies', null, 'toxics', null),
    methods: { GET: (house, [, p, , t]) => json(200, toxicOf(proxyOf(house, p), t)), PATCH: changeToxic, POST: changeToxic, DELETE: dropToxic },
  },
];

const routeOf = (segments: readonly string[]): Route | null => ROUTES.find((route) => route.fits(segments)) ?? null;

function list(house: ProxyHouse): ApiReply {
  return json(200, Object.fromEntries([...house.proxies.values()].map((proxy) => [proxy.name, shown(proxy)])));
}

interface ProxyBody {
  name: string;
  listen: string;
  upstream: string;
  enabled: boolean;
}

function proxyBody(value: unknown, place = ''): ProxyBody {
  const body = recordOf(value);
  const { name = '', listen = '', upstream = '', enabled = true } = body;
  for (const [key, text] of Object.entries({ name, listen, upstream })) {
    if (typeof text !== 'string') throw badBody(`${key} is not a string`);
  }
  if (typeof enabled !== 'boolean') throw badBody('enabled is not a boolean');
  if (name === '') throw new Refusal(400, `missing required field: name${place}`);
  if (upstream === '') throw new Refusal(400, `missing required field: upstream${place}`);
  return { name, listen, upstream, enabled } as ProxyBody;
}

async function create(house: ProxyHouse, _: readonly string[], body: string): Promise<ApiReply> {
  const wanted = proxyBody(parsed(body));
  if (house.proxies.has(wanted.name)) throw new Refusal(409, 'proxy already exists');
  return json(201, shown(await build(house, wanted)));
}

async function build(house: ProxyHouse, wanted: ProxyBody): Promise<ServedProxy> {
  if (house.proxies.size >= NAMES_MAX) throw new Refusal(500, `more than ${NAMES_MAX} proxies`);
  const proxy = house.make(wanted.name, wanted.listen, wanted.upstream);
  if (wanted.enabled) await proxy.start();
  house.proxies.set(proxy.name, proxy);
  return proxy;
}

/** Validated as a whole, applied in order; stops at the first failure and says how far it came. */
async function populate(house: ProxyHouse, _: readonly string[], body: string): Promise<ApiReply> {
  const value = parsed(body);
  if (!Array.isArray(value)) throw badBody('an array of proxies is expected');
  const wanted = value.map((one, index) => proxyBody(one, ` at proxy ${index + 1}`));
  const done: unknown[] = [];
  for (const one of wanted) {
    const existing = house.proxies.get(one.name);
    if (existing !== undefined && existing.listen === one.listen && existing.upstream === one.upstream) {
      done.push(shown(existing));
      continue;
    }
    try {
      existing?.stop();
      house.proxies.delete(one.name);
      done.push(shown(await build(house, one)));
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(500, (error as Error).message);
      return json(refusal.status, { error: refusal.message, status: refusal.status, proxies: done });
    }
  }
  return json(201, { proxies: done.length === 0 ? null : done });
}

async function reset(house: ProxyHouse): Promise<ApiReply> {
  for (const proxy of house.proxies.values()) {
    if (!proxy.enabled) await proxy.start();
    for (const toxic of [...proxy.toxics]) proxy.remove(toxic.name);
  }
  return nothing();
}

async function change(house: ProxyHouse, [, name]: readonly string[], body: string): Promise<ApiReply> {
  const proxy = proxyOf(house, name);
  const wanted = recordOf(parsed(body));
  const { listen = proxy.listen, upstream = proxy.upstream, enabled = proxy.enabled } = wanted;
  if (typeof listen !== 'string' || typeof upstream !== 'string') throw badBody('addresses are strings');
  if (typeof enabled !== 'boolean') throw badBody('enabled is not a boolean');
  if (listen !== proxy.listen || upstream !== proxy.upstream) {
    proxy.stop();
    proxy.move(listen, upstream);
  }
  if (enabled && !proxy.enabled) await proxy.start();
  if (!enabled) proxy.stop();
  return json(200, shown(proxy));
}

function drop(house: ProxyHouse, [, name]: readonly string[]): ApiReply {
  const proxy = proxyOf(house, name);
  proxy.stop();
  house.proxies.delete(proxy.name);
  return nothing();
}

function addToxic(house: ProxyHouse, [, name]: readonly string[], body: string): ApiReply {
  const proxy = proxyOf(house, name);
  const wanted = recordOf(parsed(body));
  const stream = wanted['stream'] ?? 'downstream';
  if (typeof stream !== 'string') throw badBody('stream is not a string');
  const direction = stream.toLowerCase();
  if (direction !== 'upstream' && direction !== 'downstream') {
    throw new Refusal(400, 'stream was invalid, can be either upstream or downstream');
  }
  const { type } = wanted;
  const kind = typeof type === 'string' ? TOXIC_KINDS.get(type) : undefined;
  if (kind === undefined) throw new Refusal(400, 'invalid toxic type');
  const toxicName = wanted['name'] ?? `${kind.kind}_${direction}`;
  if (typeof toxicName !== 'string' || toxicName === '') throw badBody('name is not a string');
  if (proxy.toxic(toxicName) !== undefined) throw new Refusal(409, 'toxic already exists');
  const defaults = Object.fromEntries(Object.entries(kind.attributes).map(([key, spec]) => [key, spec.default]));
  const toxic: Toxic = {
    name: toxicName,
    type: kind.kind as Toxic['type'],
    stream: direction,
    toxicity: toxicityOf(wanted['toxicity'], 1),
    attributes: { ...defaults, ...attributesOf(kind.kind, wanted['attributes']) },
  };
  proxy.add(toxic);
  return json(200, toxic);
}

/** Type, name and stream cannot be changed and are ignored, as in the original. */
function changeToxic(house: ProxyHouse, [, name, , toxicName]: readonly string[], body: string): ApiReply {
  const proxy = proxyOf(house, name);
  const toxic = toxicOf(proxy, toxicName);
  const wanted = recordOf(parsed(body));
  const attributes = attributesOf(toxic.type, wanted['attributes']);
  proxy.update(toxic.name, attributes, toxicityOf(wanted['toxicity'], toxic.toxicity));
  return json(200, toxicOf(proxy, toxicName));
}

function dropToxic(house: ProxyHouse, [, name, , toxicName]: readonly string[]): ApiReply {
  const proxy = proxyOf(house, name);
  proxy.remove(toxicOf(proxy, toxicName).name);
  return nothing();
}

/** Whole numbers in range; unknown keys are ignored. Values that kill the original are refused here. */
function attributesOf(type: string, given: unknown): Record<string, number> {
  if (given === undefined || given === null) return {};
  const specs = TOXIC_KINDS.get(type)?.attributes ?? {};
  const taken: Record<string, number> = {};
  for (const [key, value] of Object.entries(recordOf(given))) {
    const spec = Object.hasOwn(specs, key) ? specs[key] : undefined;
    if (spec === undefined) continue;
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw badBody(`${key} is not a whole number`);
    if (value < spec.min || value > spec.max) throw badBody(`${key} must be between ${spec.min} and ${spec.max}`);
    taken[key] = value;
  }
  return taken;
}

function toxicityOf(given: unknown, otherwise: number): number {
  if (given === undefined || given === null) return otherwise;
  if (typeof given !== 'number') throw badBody('toxicity is not a number');
  return Math.min(1, Math.max(0, given));
}

function proxyOf(house: ProxyHouse, name: string | undefined): ServedProxy {
  const proxy = house.proxies.get(name ?? '');
  if (proxy === undefined) throw new Refusal(404, 'proxy not found');
  return proxy;
}

function toxicOf(proxy: ServedProxy, name: string | undefined): Toxic {
  const toxic = proxy.toxic(name ?? '');
  if (toxic === undefined) throw new Refusal(404, 'toxic not found');
  return toxic;
}

function shown(proxy: ServedProxy): unknown {
  const { name, listen, upstream, enabled, toxics } = proxy;
  return { name, listen, upstream, enabled, toxics };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw badBody((error as Error).message);
  }
}

function recordOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badBody('an object is expected');
  return value as Record<string, unknown>;
}

const badBody = (why: string): Refusal => new Refusal(400, `bad request body: ${why}`);

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

const json = (status: number, value: unknown): ApiReply => ({
  status, contentType: 'application/json', body: `${JSON.stringify(value)}\n`,
});

const nothing = (): ApiReply => ({ status: 204, contentType: 'application/json', body: '' });

const failure = (refusal: Refusal): ApiReply => ({
  status: refusal.status,
  contentType: 'text/plain; charset=utf-8',
  body: `${JSON.stringify({ error: refusal.message, status: refusal.status })}\n`,
});
