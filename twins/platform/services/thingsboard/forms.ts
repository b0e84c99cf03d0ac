/**
 * The forms of payloads in the ThingsBoard API, read and written. Among its values a message may
 * name itself: a key of its stream says run, device, stream, number, epoch and time, and
 * ThingsBoard keeps it like any other. Who does not name itself is numbered by whoever takes it.
 */

/** Under this, with its stream behind, a message says among its values which one it is. */
const TAG = 'tw-';
const TAGGED =
  /^\S{1,100} \S{1,200} ([a-z0-9-]{1,40}) (\d{1,15}) (\d{1,15}) (-?\d{1,15}(?:\.\d{1,25})?)$/;

type Values = Readonly<Record<string, unknown>>;

export interface Tag {
  stream: string;
  n: number;
  e: number;
  t: number;
}

/** Values of one moment, of a device itself (null) or of one that it carries. */
export interface Reading {
  child: string | null;
  tag: Tag | null;
  /** Milliseconds of wall time, where it says so. */
  ts: number | null;
  values: Values;
}

export type Heard =
  | { what: 'telemetry'; readings: Reading[] }
  | { what: 'attributes'; readings: Reading[] }
  | { what: 'answer'; id: number; reading: Reading }
  | { what: 'call'; id: number; method: string }
  | { what: 'wanted'; id: number; child: string | null; client: string[]; shared: string[] }
  | { what: 'connect' | 'disconnect'; child: string };

/** Null for what is no topic of the API, or cannot be read. */
export function heard(topic: string, payload: Uint8Array): Heard | null {
  const said = parsed(payload);
  if (topic.startsWith(ME)) return ofItself(topic.slice(ME.length), said);
  if (topic.startsWith(GATEWAY)) return ofChildren(topic.slice(GATEWAY.length), said);
  return null;
}

export const ME = 'v1/devices/me/';
export const GATEWAY = 'v1/gateway/';

function ofItself(what: string, said: unknown): Heard | null {
  const [, kind, id] =
    /^(rpc\/response|rpc\/request|attributes\/request)\/(\d{1,10})$/.exec(what) ?? [];
  if (what === 'telemetry') return some('telemetry', readingsIn(null, said));
  if (what === 'attributes') return some('attributes', isRecord(said) ? [plain(null, said)] : null);
  if (kind === 'rpc/response') {
    return {
      what: 'answer',
      id: Number(id),
      reading: plain(null, isRecord(said) ? said : { said }),
    };
  }
  if (!isRecord(said)) return null;
  if (kind === 'rpc/request') {
    return { what: 'call', id: Number(id), method: String(said.method ?? '') };
  }
  if (kind !== 'attributes/request') return null;
  const [client, shared] = [keysIn(said.clientKeys), keysIn(said.sharedKeys)];
  return { what: 'wanted', id: Number(id), child: null, client, shared };
}

function ofChildren(what: string, said: unknown): Heard | null {
  if (!isRecord(said)) return null;
  if (what === 'telemetry') {
    const lists = Object.entries(said).map(([child, list]) => readingsIn(child, list));
    const isWhole = lists.every((list) => list !== null);
    return some('telemetry', isWhole ? lists.flatMap((list) => list ?? []) : null);
  }
  if (what === 'attributes') {
    const all = Object.entries(said);
    const isWhole = all.every(([, values]) => isRecord(values));
    const readings = all.map(([child, values]) => plain(child, isRecord(values) ? values : {}));
    return some('attributes', isWhole ? readings : null);
  }
  const { device: child, id, data } = said;
  if (typeof child !== 'string' || child === '') return null;
  if (what === 'connect' || what === 'disconnect') return { what, child };
  if (!isCount(id)) return null;
  if (what === 'rpc') {
    return { what: 'answer', id, reading: plain(child, isRecord(data) ? data : { data }) };
  }
  if (what !== 'attributes/request') return null;
  const keys = typeof said.key === 'string' ? [said.key] : said.keys;
  if (!isTexts(keys)) return null;
  const [client, shared] = said.client === true ? [keys, []] : [[], keys];
  return { what: 'wanted', id, child, client, shared };
}

/** Those for whom something is said or asked, and who have no connection of their own. */
export function childrenIn(said: Heard): string[] {
  const all =
    'readings' in said
      ? said.readings.map(({ child }) => child)
      : ['reading' in said ? said.reading.child : 'child' in said ? said.child : null];
  return [...new Set(all.filter((child) => child !== null))];
}

const some = (what: 'telemetry' | 'attributes', readings: Reading[] | null): Heard | null =>
  readings === null || readings.length === 0 ? null : { what, readings };

/** One object, a list of them, and each bare or with its time. */
function readingsIn(child: string | null, said: unknown): Reading[] | null {
  const list = Array.isArray(said) ? said : [said];
  const readings = list.map((one: unknown): Reading | null => {
    if (!isRecord(one)) return null;
    const { ts, values } = one;
    if (typeof ts !== 'number' || !isRecord(values)) return plain(child, one);
    return { ...plain(child, values), ts };
  });
  return readings.every((reading) => reading !== null) ? readings : null;
}

function plain(child: string | null, said: Values): Reading {
  const key = Object.keys(said).find((one) => one.startsWith(TAG)) ?? '';
  const { [key]: text, ...values } = said;
  const tag = tagIn(key, text);
  return { child, tag, ts: null, values: tag === null ? said : values };
}

function tagIn(key: string, text: unknown): Tag | null {
  const found = typeof text === 'string' ? TAGGED.exec(text) : null;
  if (found === null) return null;
  const [, stream = '', n, e, t] = found;
  return key === `${TAG}${stream}` ? { stream, n: Number(n), e: Number(e), t: Number(t) } : null;
}

const keysIn = (said: unknown): string[] =>
  String(said ?? '')
    .split(',')
    .filter((key) => key !== '');

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

// --- in our own dialect, and back ----------------------------------------------------------------

const REPORT = 'twin-report';
const DELTA = 'twin-delta';

/** What a report says beside the settings, as attributes of their own. */
export function valuesFrom(stream: string, values: Values): Values {
  if (stream !== REPORT) return values;
  const { twVersion: version, twRefused: refused, twAsk: ask, ...settings } = values;
  return { version, settings, refused, ask };
}

export interface Down {
  tag: Tag;
  values: Values;
}

/** An envelope of our own; null for what is none. */
export function downIn(stream: string, payload: Uint8Array): Down | null {
  const said = parsed(payload);
  if (!isRecord(said)) return null;
  const { n, e, t, v } = said;
  if (!isCount(n) || !isCount(e) || typeof t !== 'number' || !isRecord(v)) return null;
  return { tag: { stream, n, e, t }, values: v };
}

const tagOf = (whose: string, { stream, n, e, t }: Tag): Values => ({
  [`${TAG}${stream}`]: [whose, stream, n, e, t].join(' '),
});

export interface Written {
  topic: string;
  payload: Buffer;
}

/** To a device of a run itself, or to its carrier for it. `id` is that of the request. */
export function written(
  { run, device }: { run: string; device: string },
  { tag, values }: Down,
  id: number,
  carried: boolean,
): Written {
  const named = tagOf(`${run} ${device}`, tag);
  if (tag.stream === DELTA) {
    const { version, since, desired } = values;
    const shared = { ...(isRecord(desired) ? desired : {}), twVersion: version, twSince: since };
    const data = { ...shared, ...named };
    return carried
      ? packet(`${GATEWAY}attributes`, { device, data })
      : packet(`${ME}attributes`, data);
  }
  const request = requestOf(tag.stream, values, named);
  return carried
    ? packet(`${GATEWAY}rpc`, { device, data: { id, ...request } })
    : packet(`${ME}rpc/request/${id}`, request);
}

/** A command that has a name is a method of that name. */
function requestOf(stream: string, values: Values, named: Values): object {
  const [first] = Object.keys(values);
  const { name, ...params } = values;
  const isNamed = first === 'name' && typeof name === 'string' && name !== stream;
  return isNamed
    ? { method: name, params: { ...params, ...named } }
    : { method: stream, params: { ...values, ...named } };
}

/**
 * What a device, or a gateway for a child, is told that it asked for. A scope in which there is
 * nothing is left out. To a gateway the only one is a value, unless it asked for several.
 */
export function told(
  { id, child, ...wanted }: Heard & { what: 'wanted' },
  client: object,
  shared: object,
): Written {
  const there = Object.entries({ client, shared }).filter(
    ([, values]) => Object.keys(values).length > 0,
  );
  if (child === null) return packet(`${ME}attributes/response/${id}`, Object.fromEntries(there));
  const isOne = wanted.client.length + wanted.shared.length <= 1;
  const said: { value?: unknown; values?: object } = {};
  for (const [, values] of there) {
    const [value, ...more] = Object.values(values);
    if (isOne && more.length === 0) said.value = value;
    else said.values = { ...said.values, ...values };
  }
  return packet(`${GATEWAY}attributes/response`, { id, device: child, ...said });
}

export const packet = (topic: string, said: unknown): Written => ({
  topic,
  payload: Buffer.from(JSON.stringify(said)),
});

function parsed(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString());
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;
