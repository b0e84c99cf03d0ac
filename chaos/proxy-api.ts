/**
 * Toxiproxy's HTTP API as a function: method, path and body in, status and body out. Status codes,
 * messages and shapes are those of the original, so that any of its clients can drive this engine;
 * where the original would crash or hang, this one answers 400. Calls are answered one after
 * another, so that two of them never see half a change.
 */
import {
  attributesOf,
  badBody,
  flagOf,
  Refusal,
  recordOf,
  refusalOf,
  textOf,
  toxicityOf,
  type WantedProxy,
  wantedProxy,
} from './api-body.ts';
import { parseJson } from './api-json.ts';
import type { Toxic } from './proxy-core.ts';
import { guardAttributes, type ProxyMode } from './proxy-modes.ts';
import type { Attributes } from './toxic.ts';
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
  update(name: string, attributes: Attributes, toxicity: number): void;
  remove(name: string): void;
  /** Rejects when the address cannot be bound. */
  start(): Promise<void>;
  stop(): void;
  move(listen: string, upstream: string): void;
}

export interface ProxyApiPorts {
  version: string;
  mode: ProxyMode;
  /** Its counters, where they are served. */
  metrics?(): string;
  make(name: string, listen: string, upstream: string): ServedProxy;
}

export interface ApiReply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export interface ProxyApi {
  /** Never rejects. */
  handle(method: string, path: string, body: string, userAgent: string): Promise<ApiReply>;
  proxies(): ServedProxy[];
}

export function proxyApi(ports: ProxyApiPorts): ProxyApi {
  const house: House = { ...ports, proxies: new Map() };
  let last: Promise<unknown> = Promise.resolve();
  return {
    handle: (method, path, body, userAgent) => {
      const reply = last.then(() => answer(house, { method, path, body, userAgent }));
      last = reply;
      return reply;
    },
    proxies: () => [...house.proxies.values()],
  };
}

interface House extends ProxyApiPorts {
  proxies: Map<string, ServedProxy>;
}

interface Call {
  method: string;
  path: string;
  body: string;
  userAgent: string;
}

const PROXIES_MAX = 10_000;
const NOT_FOUND: ApiReply = {
  status: 404,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: '404 page not found\n',
};

async function answer(house: House, call: Call): Promise<ApiReply> {
  const names = namesIn(call.path);
  const route = ROUTES.find(
    ({ path }) =>
      path.length === names.length && path.every((part, i) => part === '*' || part === names[i]),
  );
  const isThere = route !== undefined && (route.isThere?.(house) ?? true);
  if (!isThere) return NOT_FOUND;
  const action = Object.hasOwn(route.methods, call.method) ? route.methods[call.method] : undefined;
  if (action === undefined) return { status: 405, headers: {}, body: '' };
  try {
    if (call.userAgent.startsWith('Mozilla/')) throw new Refusal(403, 'User agent not allowed');
    return await action(house, call.body, names[1] ?? '', names[3] ?? '');
  } catch (error) {
    return failure(refusalOf(error));
  }
}

/** The decoded parts of a path; an empty part matches no route. */
function namesIn(path: string): string[] {
  const [whole = ''] = path.split('?');
  const parts = whole.split('/').slice(1).map(decoded);
  return parts.includes('') ? [] : parts;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

type Action = (
  house: House,
  body: string,
  proxy: string,
  toxic: string,
) => Promise<ApiReply> | ApiReply;

interface Route {
  path: string[];
  methods: Readonly<Record<string, Action>>;
  isThere?(house: House): boolean;
}

const ROUTES: readonly Route[] = [
  { path: ['version'], methods: { GET: (house) => json(200, { version: house.version }) } },
  { path: ['proxies'], methods: { GET: listProxies, POST: createProxy } },
  { path: ['populate'], methods: { POST: populate } },
  { path: ['reset'], methods: { POST: reset } },
  {
    path: ['metrics'],
    methods: { GET: showMetrics },
    isThere: ({ metrics }) => metrics !== undefined,
  },
  {
    path: ['proxies', '*'],
    methods: { GET: showProxy, PATCH: changeProxy, POST: changeProxy, DELETE: dropProxy },
  },
  { path: ['proxies', '*', 'toxics'], methods: { GET: listToxics, POST: createToxic } },
  {
    path: ['proxies', '*', 'toxics', '*'],
    methods: { GET: showToxic, PATCH: changeToxic, POST: changeToxic, DELETE: dropToxic },
  },
];

function showMetrics(house: House): ApiReply {
  const headers = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };
  return { status: 200, headers, body: house.metrics?.() ?? '' };
}

function listProxies(house: House): ApiReply {
  const all = [...house.proxies.values()].map((proxy) => [proxy.name, shown(proxy)]);
  return json(200, Object.fromEntries(all));
}

async function createProxy(house: House, body: string): Promise<ApiReply> {
  const wanted = wantedProxy(parseJson(body).value, '');
  if (house.proxies.has(wanted.name)) throw new Refusal(409, 'proxy already exists');
  return json(201, shown(await build(house, wanted)));
}

async function build(house: House, wanted: WantedProxy): Promise<ServedProxy> {
  if (house.proxies.size >= PROXIES_MAX) throw new Refusal(500, `more than ${PROXIES_MAX} proxies`);
  const proxy = house.make(wanted.name, wanted.listen, wanted.upstream);
  if (wanted.enabled) await proxy.start();
  house.proxies.set(proxy.name, proxy);
  return proxy;
}

/** Validated as a whole, applied in order; stops at the first failure and says how far it came. */
async function populate(house: House, body: string): Promise<ApiReply> {
  const done: unknown[] = [];
  const soFar = (): unknown => (done.length === 0 ? null : done);
  try {
    const { value } = parseJson(body);
    if (!Array.isArray(value)) throw badBody('an array of proxies is expected');
    const wanted = value.map((one, index) => wantedProxy(one, ` at proxy ${index + 1}`));
    for (const one of wanted) {
      const present = house.proxies.get(one.name);
      const isSame = present?.listen === one.listen && present.upstream === one.upstream;
      if (present !== undefined && !isSame) drop(house, present);
      done.push(shown(present !== undefined && isSame ? present : await build(house, one)));
    }
    return json(201, { proxies: soFar() });
  } catch (error) {
    const { status, message } = refusalOf(error);
    return json(status, { error: message, status, proxies: soFar() });
  }
}

/** Stops at the first proxy that cannot be bound. */
async function reset(house: House): Promise<ApiReply> {
  for (const proxy of house.proxies.values()) {
    await proxy.start();
    for (const toxic of [...proxy.toxics]) proxy.remove(toxic.name);
  }
  return NOTHING;
}

function showProxy(house: House, _: string, proxy: string): ApiReply {
  return json(200, shown(proxyOf(house, proxy)));
}

/**
 * A new address restarts the proxy and keeps its toxics; when it cannot be bound, it stays down
 * with it.
 */
async function changeProxy(house: House, body: string, name: string): Promise<ApiReply> {
  const proxy = proxyOf(house, name);
  const wanted = recordOf(parseJson(body).value);
  const listen = textOf(wanted, 'listen', proxy.listen);
  const upstream = textOf(wanted, 'upstream', proxy.upstream);
  const enabled = flagOf(wanted, 'enabled', proxy.enabled);
  if (listen !== proxy.listen || upstream !== proxy.upstream) {
    proxy.stop();
    proxy.move(listen, upstream);
  }
  if (enabled) await proxy.start();
  else proxy.stop();
  return json(200, shown(proxy));
}

function dropProxy(house: House, _: string, proxy: string): ApiReply {
  drop(house, proxyOf(house, proxy));
  return NOTHING;
}

function drop(house: House, proxy: ServedProxy): void {
  proxy.stop();
  house.proxies.delete(proxy.name);
}

function listToxics(house: House, _: string, proxy: string): ApiReply {
  return json(200, proxyOf(house, proxy).toxics.map(shownToxic));
}

function createToxic(house: House, body: string, name: string): ApiReply {
  const proxy = proxyOf(house, name);
  const { value, isWhole } = parseJson(body);
  const wanted = recordOf(value);
  const spelling = textOf(wanted, 'stream', 'downstream');
  const givenName = textOf(wanted, 'name', '');
  const givenType = textOf(wanted, 'type', '');
  const toxicity = toxicityOf(wanted, 1);
  const stream = spelling.toLowerCase();
  if (stream !== 'upstream' && stream !== 'downstream') {
    throw new Refusal(400, 'stream was invalid, can be either upstream or downstream');
  }
  const kind = TOXIC_KINDS.get(givenType);
  if (kind === undefined) throw new Refusal(400, 'invalid toxic type');
  const toxicName = givenName === '' ? `${kind.kind}_${spelling}` : givenName;
  if (proxy.toxic(toxicName) !== undefined) throw new Refusal(409, 'toxic already exists');
  const defaults = Object.entries(kind.attributes).map(([key, spec]) => [key, spec.default]);
  const toxic: Toxic = {
    name: toxicName,
    type: kind.kind as Toxic['type'],
    stream,
    spelling,
    toxicity,
    attributes: {
      ...Object.fromEntries(defaults),
      ...attributesOf(kind.kind, wanted.attributes, isWhole),
    },
  };
  guardAttributes(house.mode, toxic.type, toxic.attributes);
  proxy.add(toxic);
  return json(200, shownToxic(toxic));
}

function showToxic(house: House, _: string, proxy: string, toxic: string): ApiReply {
  return json(200, shownToxic(toxicOf(proxyOf(house, proxy), toxic)));
}

/** Type, name and stream cannot be changed and are ignored, as in the original. */
function changeToxic(house: House, body: string, proxyName: string, name: string): ApiReply {
  const proxy = proxyOf(house, proxyName);
  const toxic = toxicOf(proxy, name);
  const { value, isWhole } = parseJson(body);
  const wanted = recordOf(value);
  const attributes = attributesOf(toxic.type, wanted.attributes, isWhole);
  guardAttributes(house.mode, toxic.type, { ...toxic.attributes, ...attributes });
  proxy.update(toxic.name, attributes, toxicityOf(wanted, toxic.toxicity));
  return json(200, shownToxic(toxicOf(proxy, name)));
}

function dropToxic(house: House, _: string, proxyName: string, name: string): ApiReply {
  const proxy = proxyOf(house, proxyName);
  proxy.remove(toxicOf(proxy, name).name);
  return NOTHING;
}

function proxyOf(house: House, name: string): ServedProxy {
  const proxy = house.proxies.get(name);
  if (proxy === undefined) throw new Refusal(404, 'proxy not found');
  return proxy;
}

function toxicOf(proxy: ServedProxy, name: string): Toxic {
  const toxic = proxy.toxic(name);
  if (toxic === undefined) throw new Refusal(404, 'toxic not found');
  return toxic;
}

function shown({ enabled, listen, name, toxics, upstream }: ServedProxy): unknown {
  return { name, listen, upstream, enabled, toxics: toxics.map(shownToxic) };
}

/** The stream as it was spelled by whoever made it. */
function shownToxic({ attributes, name, spelling, stream, toxicity, type }: Toxic): unknown {
  return { attributes, name, type, stream: spelling ?? stream, toxicity };
}

const json = (status: number, value: unknown): ApiReply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: `${JSON.stringify(value)}\n`,
});

const NOTHING: ApiReply = { status: 204, headers: {}, body: '' };

const failure = ({ message, status }: Refusal): ApiReply => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: `${JSON.stringify({ error: message, status })}\n`,
});
