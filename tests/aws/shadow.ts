/**
 * TEST ONLY. Device shadows as AWS IoT documents them, from its guide alone: one document with what
 * is desired and reported, a version that each accepted update raises by one, deltas, null that
 * deletes, arrays that are whole, and the codes of its refusals. It shares no line with the
 * platform twin.
 */

import { isUtf8 } from 'node:buffer';

type Value = unknown;
type Section = Record<string, Value>;

export type Bug = 'keeps-deleted' | 'ignores-version' | 'drops-delta' | 'repeats-version';

export interface Told {
  /** Below `$aws/things/<thing>/shadow/`. */
  topic: string;
  document: object;
}

const BYTES_MAX = 8 * 1024;
const DEPTH_MAX = 8;
const TOKEN_MAX = 64;
/** Updates of one thing within a second. */
const PER_SECOND = 20;

export class Refused extends Error {
  readonly code: 400 | 401 | 403 | 404 | 409 | 413 | 415 | 429;

  constructor(code: Refused['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** Who may not ask: without a certificate that is known, or against its policy. */
export type Denial = 401 | 403;
const DENIED = { 401: 'Unauthorized', 403: 'Forbidden' };

interface Request {
  state?: { desired?: Section | null; reported?: Section | null } | null;
  version?: number;
  clientToken?: string;
}

export class Shadow {
  desired: Section = {};
  reported: Section = {};
  version = 0;
  #deltas = 0;
  #recent: number[] = [];
  readonly #bug: Bug | null;

  constructor(bug: Bug | null) {
    this.#bug = bug;
  }

  get exists(): boolean {
    return this.version > 0;
  }

  update(bytes: Uint8Array, nowMs: number): Told[] {
    let token: string | undefined;
    try {
      if (bytes.length > BYTES_MAX) throw new Refused(413, 'the document is too large');
      const request = parse(bytes);
      token = tokenIn(request);
      this.#throttle(nowMs);
      return this.#apply(request, token, Math.floor(nowMs / 1000));
    } catch (error) {
      return rejected('update', error, token, nowMs);
    }
  }

  get(bytes: Uint8Array, nowMs: number): Told[] {
    let token: string | undefined;
    try {
      token = tokenIn(bytes.length === 0 ? {} : parse(bytes));
      if (!this.exists) throw new Refused(404, 'no shadow exists with that name');
      const { desired, reported, version } = this;
      const delta = difference(desired, reported);
      const state = { desired, reported, ...(delta === null ? {} : { delta }) };
      const timestamp = Math.floor(nowMs / 1000);
      const document = { state, metadata: {}, version, timestamp, ...named(token) };
      return [{ topic: 'get/accepted', document }];
    } catch (error) {
      return rejected('get', error, token, nowMs);
    }
  }

  /** Somebody asked who may not. */
  deny(what: string, bytes: Uint8Array, code: Denial, nowMs: number): Told[] {
    let token: string | undefined;
    try {
      token = bytes.length === 0 ? undefined : tokenIn(parse(bytes));
      throw new Refused(code, DENIED[code]);
    } catch (error) {
      return rejected(what, error, token, nowMs);
    }
  }

  #throttle(nowMs: number): void {
    this.#recent = this.#recent.filter((at) => at > nowMs - 1000);
    if (this.#recent.length >= PER_SECOND) throw new Refused(429, 'too many requests');
    this.#recent.push(nowMs);
  }

  #apply(request: Request, token: string | undefined, timestamp: number): Told[] {
    const { state, version } = request;
    if (!isSection(state)) throw new Refused(400, 'missing required node: state');
    for (const part of Object.keys(state)) {
      if (part !== 'desired' && part !== 'reported')
        throw new Refused(400, `unknown node: ${part}`);
    }
    if (depthOf(state) > DEPTH_MAX) throw new Refused(400, 'the document is nested too deep');
    if (version !== undefined && !Number.isInteger(version)) {
      throw new Refused(400, 'the version is no number');
    }
    const isStale = version !== undefined && version !== this.version;
    if (isStale && this.#bug !== 'ignores-version') throw new Refused(409, 'version conflict');
    const desired = this.#merged(this.desired, state.desired);
    const reported = this.#merged(this.reported, state.reported);
    const all = { desired, reported };
    if (JSON.stringify(all).length > BYTES_MAX) throw new Refused(413, 'the shadow is too large');
    Object.assign(this, all);
    const repeats = this.#bug === 'repeats-version' && 'desired' in state && this.version % 3 === 2;
    if (!repeats) this.version++;
    const echo = { state, metadata: {}, version: this.version, timestamp, ...named(token) };
    const told: Told[] = [{ topic: 'update/accepted', document: echo }];
    const delta = difference(this.desired, this.reported);
    if (delta !== null && !this.#dropsDelta('desired' in state)) {
      const document = { version: this.version, timestamp, state: delta, metadata: {} };
      told.push({ topic: 'update/delta', document });
    }
    return told;
  }

  #dropsDelta(isWish: boolean): boolean {
    return this.#bug === 'drops-delta' && isWish && ++this.#deltas % 3 === 0;
  }

  #merged(section: Section, patch: Section | null | undefined): Section {
    if (patch === undefined) return section;
    if (patch === null) return {};
    const result: Section = { ...section };
    for (const [key, value] of Object.entries(patch)) {
      if (value === null) {
        if (this.#bug !== 'keeps-deleted') delete result[key];
      } else if (isSection(value)) {
        const before = result[key];
        result[key] = this.#merged(isSection(before) ? before : {}, value);
      } else result[key] = value;
    }
    return result;
  }
}

/** Each desired key that is reported otherwise, or not at all; null when there is none. */
export function difference(desired: Section, reported: Section): Section | null {
  const result: Section = {};
  for (const [key, wish] of Object.entries(desired)) {
    const is = reported[key];
    if (isSection(wish) && isSection(is)) {
      const inner = difference(wish, is);
      if (inner !== null) result[key] = inner;
    } else if (JSON.stringify(wish) !== JSON.stringify(is)) result[key] = wish;
  }
  return Object.keys(result).length === 0 ? null : result;
}

function rejected(what: string, error: unknown, token: string | undefined, nowMs: number): Told[] {
  if (!(error instanceof Refused)) throw error;
  const { code, message } = error;
  const timestamp = Math.floor(nowMs / 1000);
  return [{ topic: `${what}/rejected`, document: { code, message, timestamp, ...named(token) } }];
}

const named = (clientToken: string | undefined) =>
  clientToken === undefined ? {} : { clientToken };

function parse(bytes: Uint8Array): Request {
  if (!isUtf8(bytes)) throw new Refused(415, 'the encoding is not UTF-8');
  try {
    const request = JSON.parse(Buffer.from(bytes).toString()) as unknown;
    if (isSection(request)) return request as Request;
  } catch {
    // Told below, as for what is JSON and no object.
  }
  throw new Refused(400, 'invalid JSON');
}

function tokenIn({ clientToken }: Request): string | undefined {
  if (clientToken === undefined) return undefined;
  if (typeof clientToken === 'string' && Buffer.byteLength(clientToken) <= TOKEN_MAX) {
    return clientToken;
  }
  throw new Refused(400, 'invalid clientToken');
}

function depthOf(value: Value): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value) && value.includes(null)) {
    throw new Refused(400, 'arrays may not hold null');
  }
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

const isSection = (value: Value): value is Section =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
