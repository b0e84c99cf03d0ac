/**
 * Device twins: what each device should be set to (desired), what it says it is set to (reported),
 * and which version of the wish it has. A change of what is desired is committed under the next
 * version, with its history, before it is answered, and goes down to the device in the same
 * transaction. A device that connects says what it has and asks for the rest.
 *
 * What goes down holds every key that the device cannot have yet: changed since the version that it
 * has said it has, or reported otherwise. So one message is enough for a device of that version,
 * whatever was lost before.
 */
import {
  type Asked,
  defineService,
  type Service,
  type ServicePorts,
  type TakenRow,
} from '../service.ts';
import { DOCUMENT_MAX_BYTES, type Document, isSame, patched, patchFlaw } from './twin/document.ts';
import { type TwinRow, type TwinTables, twinTables } from './twin/tables.ts';

export interface TwinSeams {
  /** A patch is applied to what is desired; what it makes of it. */
  patchTwin?(device: string, desired: Document, patch: Document, honest: Document): Document;
  /** A change is accepted: the version it gets. */
  versionTwin?(device: string, next: number): number;
  /** A change names the version that it was made from: whether it may go on top of this one. */
  lockTwin?(device: string, from: number, version: number): boolean;
  /** Something is to go down: false keeps it back. */
  pushTwin?(device: string, delta: Delta): boolean;
  /** What goes down instead. */
  deltaOfTwin?(device: string, delta: Delta): Delta;
  /** A report has come: false leaves what was reported before. */
  takeReport?(device: string, before: TwinRow, epoch: number): boolean;
}

/** What goes down to a device. */
export interface Delta {
  version: number;
  /** Whoever has this version, or a later one, has all of `version` with what is in here. */
  since: number;
  desired: Document;
  /** Because the device asked, or because of a change. */
  isAsked: boolean;
}

export default defineService<TwinSeams>({
  kind: 'twin',
  summary: 'keeps what each device should be set to, and what it says it is',
  schema: `
    CREATE TABLE IF NOT EXISTS twins(
      device TEXT PRIMARY KEY, version INTEGER NOT NULL, desired TEXT NOT NULL,
      changed TEXT NOT NULL, reported TEXT NOT NULL, refused TEXT NOT NULL, known INTEGER NOT NULL,
      epoch INTEGER NOT NULL, reports INTEGER NOT NULL, pushes INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS twin_changes(
      device TEXT NOT NULL, version INTEGER NOT NULL, at REAL NOT NULL, who TEXT NOT NULL,
      why TEXT NOT NULL, token TEXT NOT NULL, patch TEXT NOT NULL,
      PRIMARY KEY(device, version)) WITHOUT ROWID;
  `,
  seams: ['patchTwin', 'versionTwin', 'lockTwin', 'pushTwin', 'deltaOfTwin', 'takeReport'],
  truth: 'twin',
  start: (ports) => new Twins(ports),
});

class Twins implements Service {
  readonly #ports: ServicePorts<TwinSeams>;
  readonly #tables: TwinTables;
  readonly #counts = { twinChanges: 0, twinRefusals: 0, twinPushes: 0, twinReports: 0 };
  readonly routes = {
    twin: (asked: Asked) => this.#page(asked),
    'twin/*': (asked: Asked) => this.#asked(asked),
    'twin/*/history': (asked: Asked) => this.#tables.history(this.#asked(asked).device),
  };
  readonly acts = { 'twin/*': (asked: Asked, body: unknown) => this.#change(asked, body) };

  constructor(ports: ServicePorts<TwinSeams>) {
    this.#ports = ports;
    this.#tables = twinTables(ports.sql);
  }

  takes(stream: string): boolean {
    return stream === 'twin-report';
  }

  take(row: TakenRow): void {
    const report = readReport(row.payload);
    if (report === null) return;
    const twin = this.#tables.of(row.device);
    this.#counts.twinReports++;
    // One that is sent again, or that lay in a device while newer ones went, says nothing new.
    if (row.n > twin.reports) {
      const { version, settings, refused } = report;
      const isTaken = this.#ports.seams?.takeReport?.(row.device, twin, row.epoch) !== false;
      if (isTaken) Object.assign(twin, { reported: settings, epoch: row.epoch });
      Object.assign(twin, { refused, known: version, reports: row.n });
    }
    if (report.ask) this.#push(twin, true);
    this.#tables.put(twin);
  }

  counts(): Readonly<Record<string, number>> {
    return this.#counts;
  }

  /** Every device has one, be it empty. */
  #page(asked: Asked) {
    const { limit, items, next } = this.#ports.registry.page(asked);
    return { twin: items.map(({ id }) => this.#tables.of(id)), limit, next };
  }

  #asked(asked: Asked): TwinRow {
    return this.#tables.of(this.#ports.registry.asked(asked, asked.path[1] ?? '').id);
  }

  /** What an operator does. Whatever is wrong with it is refused before anything is written. */
  #change(asked: Asked, body: unknown): { version: number; desired: Document } {
    const twin = this.#asked(asked);
    const { patch, from, who, why, token } = this.#readChange(asked, body);
    if (from !== null && !this.#mayFollow(twin, from)) {
      this.#refuse(asked, 409, `the twin has the version ${twin.version}, not ${from}`);
    }
    const seams = this.#ports.seams;
    const honest = patched(twin.desired, patch);
    const desired = seams?.patchTwin?.(twin.device, twin.desired, patch, honest) ?? honest;
    if (Buffer.byteLength(JSON.stringify(desired)) > DOCUMENT_MAX_BYTES) {
      this.#refuse(asked, 413, `a document has at most ${DOCUMENT_MAX_BYTES} bytes`);
    }
    const next = twin.version + 1;
    twin.version = seams?.versionTwin?.(twin.device, next) ?? next;
    twin.desired = desired;
    twin.changed = changedIn(twin, patch);
    this.#tables.addChange(twin, { at: this.#ports.clock.now(), who, why, token, patch });
    this.#counts.twinChanges++;
    this.#push(twin, false);
    this.#tables.put(twin);
    return { version: twin.version, desired };
  }

  #mayFollow(twin: TwinRow, from: number): boolean {
    const seam = this.#ports.seams?.lockTwin;
    return seam?.(twin.device, from, twin.version) ?? from === twin.version;
  }

  #readChange(asked: Asked, body: unknown): ChangeAsked {
    const {
      desired,
      version = null,
      who = '',
      why = '',
      token = '',
    } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    const flaw = patchFlaw(desired);
    if (flaw !== null) return this.#refuse(asked, 400, flaw);
    if (version !== null && !(Number.isSafeInteger(version) && Number(version) >= 0)) {
      return this.#refuse(asked, 400, 'version is a whole number from 0');
    }
    const texts = { who, why, token };
    for (const [name, text] of Object.entries(texts)) {
      if (typeof text !== 'string' || text.length > TEXT_MAX) {
        return this.#refuse(asked, 400, `${name} is text of up to ${TEXT_MAX} characters`);
      }
    }
    return {
      patch: desired as Document,
      from: version as number | null,
      ...(texts as Record<keyof typeof texts, string>),
    };
  }

  #refuse(asked: Asked, status: 400 | 409 | 413, why: string): never {
    this.#counts.twinRefusals++;
    return asked.refuse(status, why);
  }

  #push(twin: TwinRow, isAsked: boolean): void {
    const { clock, publish, seams, topicOf } = this.#ports;
    const topic = topicOf(twin.device, 'twin-delta');
    if (topic === null) return;
    const honest = deltaOf(twin, isAsked);
    if (seams?.pushTwin?.(twin.device, honest) === false) return;
    const { version, since, desired } = seams?.deltaOfTwin?.(twin.device, honest) ?? honest;
    const message = { n: twin.pushes++, e: 0, t: clock.now(), v: { version, since, desired } };
    publish({ topic, payload: Buffer.from(JSON.stringify(message)), qos: 1, retain: false });
    this.#counts.twinPushes++;
  }
}

const TEXT_MAX = 256;

interface ChangeAsked {
  patch: Document;
  from: number | null;
  who: string;
  why: string;
  token: string;
}

/** Which version last touched each key that is desired. */
function changedIn({ desired, changed, version }: TwinRow, patch: Document): TwinRow['changed'] {
  const keys = Object.keys(desired);
  return Object.fromEntries(
    keys.map((key) => [key, Object.hasOwn(patch, key) ? version : (changed[key] ?? version)]),
  );
}

/** A key that the device has refused is not offered to it again before somebody changes it. */
function deltaOf(twin: TwinRow, isAsked: boolean): Delta {
  const { version, desired, changed, reported, refused, known } = twin;
  const isMissing = (key: string): boolean => {
    if ((changed[key] ?? 0) > known) return true;
    return !Object.hasOwn(refused, key) && !isSame(reported[key], desired[key]);
  };
  const missing = Object.entries(desired).filter(([key]) => isMissing(key));
  return {
    version,
    since: Math.min(known, version),
    desired: Object.fromEntries(missing),
    isAsked,
  };
}

interface Report {
  version: number;
  settings: Document;
  refused: Document;
  ask: boolean;
}

/** Null for what cannot be read: it is kept as a message, and says nothing of a twin. */
function readReport(payload: Uint8Array): Report | null {
  try {
    const { v } = JSON.parse(Buffer.from(payload).toString()) as { v: Record<string, unknown> };
    const { version, settings, refused = {}, ask } = v;
    const isSized = payload.length <= 4 * DOCUMENT_MAX_BYTES;
    if (!isSized || !Number.isSafeInteger(version) || Number(version) < 0) return null;
    if (patchFlaw(settings) !== null || patchFlaw(refused) !== null) return null;
    return {
      version: Number(version),
      settings: settings as Document,
      refused: refused as Document,
      ask: ask === true,
    };
  } catch {
    return null;
  }
}
