/**
 * The HTTP API as plain functions, so that the sim gear can ask without a socket: a table of
 * routes, each of which reads and none of which writes. Lists come in pages; a page names the
 * cursor of the next, or null.
 */
import { type Guarantees, hashBytes } from '#kernel';
import type { ApiAnswer, PlatformStats } from './platform.ts';
import type { Presence } from './presence.ts';
import type { DeviceRecord, Registry } from './registry.ts';
import type { RetainedRow, Store, TelemetryPlace, TelemetryRow } from './store.ts';

export interface ApiParts {
  store: Store;
  registry: Registry;
  presence: Presence;
  guarantees: Guarantees;
  retained(): Iterable<RetainedRow>;
  stats(): PlatformStats;
  now(): number;
  /**
   * What is still on its way into the file, so that an answer never lags behind an acknowledgement.
   */
  flush(): void;
  /** Which bug is planted, and what it did. */
  mutant(): { kind: string; fired: number; examples: readonly string[] } | null;
}

export type Api = (method: string, path: string, query: URLSearchParams) => ApiAnswer;

const PAGE = 1000;
const PAGE_MAX = 50_000;

type Route = (segments: readonly string[], query: URLSearchParams) => unknown;

export function makeApi(parts: ApiParts): Api {
  const routes = routesOf(parts);
  return (method, path, query) => {
    try {
      const segments = segmentsOf(path);
      const route = routes.find(([pattern]) => fits(pattern, segments));
      if (route === undefined) throw new Refusal(404, `no such page: ${path.slice(0, 200)}`);
      if (method !== 'GET') throw new Refusal(405, `only GET: ${method.slice(0, 20)}`);
      parts.flush();
      return { status: 200, body: route[1](segments, query) };
    } catch (error) {
      if (error instanceof Refusal) return { status: error.status, body: { error: error.message } };
      throw error;
    }
  };
}

/** What the asker did wrong. */
class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

function routesOf(parts: ApiParts): readonly (readonly [pattern: string, route: Route])[] {
  return [
    ['health', () => ({ status: 'ok', now: parts.now() })],
    ['stats', () => ({ ...parts.stats(), devices: parts.registry.size, mutant: parts.mutant() })],
    ['guarantees', () => parts.guarantees],
    ['devices', (_, query) => devices(parts, query)],
    ['devices/*', ([, id]) => device(parts, id ?? '')],
    ['devices/*/telemetry', ([, id], query) => deviceTelemetry(parts, id ?? '', query)],
    ['telemetry', (_, query) => telemetry(parts, query)],
    ['presence', (_, query) => presence(parts, query)],
    ['retained', (_, query) => retained(parts, query)],
  ];
}

function devices(parts: ApiParts, query: URLSearchParams) {
  const { limit, items, next } = devicePage(parts, query);
  return { devices: items.map((record) => summaryOf(parts, record)), limit, next };
}

function presence(parts: ApiParts, query: URLSearchParams) {
  const { limit, items, next } = devicePage(parts, query);
  return { presence: items.map((record) => parts.presence.of(record.id)), limit, next };
}

function devicePage(parts: ApiParts, query: URLSearchParams) {
  const limit = limitOf(query);
  const items = parts.registry.page(wholeOf(query, 'cursor', 0), limit);
  const last = items.at(-1);
  return { limit, items, next: items.length === limit && last ? String(last.key) : null };
}

function device(parts: ApiParts, id: string) {
  const record = recordOf(parts, id);
  return { ...summaryOf(parts, record), streams: parts.store.streamsOf(record.key) };
}

function summaryOf(parts: ApiParts, record: DeviceRecord) {
  const { device: _, ...state } = parts.presence.of(record.id);
  return { id: record.id, lane: record.lane, receivedAt: record.receivedAt, ...state };
}

function deviceTelemetry(parts: ApiParts, id: string, query: URLSearchParams) {
  const record = recordOf(parts, id);
  const limit = limitOf(query);
  const place = { ...placeOf(query.get('after'), 2), key: record.key };
  const from = numberOf(query, 'from', -Number.MAX_VALUE);
  const to = numberOf(query, 'to', Number.MAX_VALUE);
  const found = parts.store.telemetryOfDevice(place, from, to, limit);
  const rows = found.map(({ stream, n, epoch, intended, received, payload }) => ({
    stream,
    n,
    epoch,
    intended,
    received,
    hash: hashBytes(payload),
    payloadBase64: Buffer.from(payload).toString('base64'),
  }));
  const last = found.length === limit ? found.at(-1) : undefined;
  return { rows, limit, next: last ? `${last.n}.${last.stream}` : null };
}

/** The final read: every row of a lane (or of all) by identity and hash. */
function telemetry(parts: ApiParts, query: URLSearchParams) {
  const limit = limitOf(query);
  const lane = query.has('lane') ? wholeOf(query, 'lane', 0) : null;
  const found = parts.store.telemetryOfLane(lane, placeOf(query.get('cursor'), 3), limit);
  const rows = found.map(({ device: id, stream, n, payload }) => ({
    device: id,
    stream,
    n,
    hash: hashBytes(payload),
  }));
  const last = found.length === limit ? found.at(-1) : undefined;
  return { rows, limit, next: last ? cursorOf(last) : null };
}

function retained(parts: ApiParts, query: URLSearchParams) {
  const limit = limitOf(query);
  const after = query.get('cursor') ?? '';
  const sorted = [...parts.retained()]
    .filter((row) => row.topic > after)
    .sort((a, b) => (a.topic < b.topic ? -1 : 1));
  const page = sorted.slice(0, limit).map(({ topic, qos, payload }) => ({
    topic,
    qos,
    hash: hashBytes(payload),
    payloadBase64: Buffer.from(payload).toString('base64'),
  }));
  return { retained: page, limit, next: sorted.length > limit ? page.at(-1)?.topic : null };
}

function recordOf(parts: ApiParts, id: string): DeviceRecord {
  const record = parts.registry.get(id);
  if (record === undefined) throw new Refusal(404, `no such device: ${id.slice(0, 200)}`);
  return record;
}

const cursorOf = (row: TelemetryRow): string => `${row.key}.${row.n}.${row.stream}`;

/**
 * Cursors are `key.n.stream`, or `n.stream` within one device; the stream comes last since it may
 * hold dots.
 */
function placeOf(cursor: string | null, parts: 2 | 3): TelemetryPlace {
  if (cursor === null) return { key: 0, stream: '', n: -1 };
  const match = /^(?:(\d{1,15})\.)?(\d{1,16})\.(.{1,200})$/s.exec(cursor);
  const hasKey = match?.[1] !== undefined;
  if (match === null || hasKey !== (parts === 3)) throw new Refusal(400, 'unreadable cursor');
  return { key: Number(match[1] ?? 0), n: safe(Number(match[2])), stream: match[3] ?? '' };
}

function limitOf(query: URLSearchParams): number {
  const limit = wholeOf(query, 'limit', PAGE);
  if (limit < 1 || limit > PAGE_MAX) throw new Refusal(400, `limit is 1 to ${PAGE_MAX}`);
  return limit;
}

function wholeOf(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  if (!/^\d{1,15}$/.test(text)) throw new Refusal(400, `${name} is not a whole number`);
  return Number(text);
}

function numberOf(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) {
    throw new Refusal(400, `${name} is not a number`);
  }
  return value;
}

function safe(n: number): number {
  if (!Number.isSafeInteger(n)) throw new Refusal(400, 'unreadable cursor');
  return n;
}

function segmentsOf(path: string): string[] {
  try {
    return path
      .replace(/^\//, '')
      .replace(/\/$/, '')
      .split('/')
      .map((segment) => decodeURIComponent(segment));
  } catch {
    throw new Refusal(400, 'unreadable path');
  }
}

function fits(pattern: string, segments: readonly string[]): boolean {
  const names = pattern.split('/');
  return (
    names.length === segments.length &&
    names.every((name, index) => (name === '*' ? segments[index] !== '' : name === segments[index]))
  );
}
