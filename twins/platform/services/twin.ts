/**
 * Device twins: what each device should be set to (desired), what it says it is set to (reported),
 * and which version of the wish it has. A change of what is desired is committed under the next
 * version, with its history, before it is answered, and goes down to the device in the same
 * transaction. A device that connects says what it has and asks for the rest.
 *
 * Beneath the wishes of a device lie those of templates, which are of many devices. A change of one
 * is the next version of each device that it is of, whether or not it has it, in one transaction.
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
import { readChange, readTemplate, refusing } from './twin/change.ts';
import { DOCUMENT_MAX_BYTES, type Document, isSame, patched } from './twin/document.ts';
import { type Change, type TwinRow, type TwinTables, twinTables } from './twin/tables.ts';
import {
  effective,
  hasTemplate,
  isOf,
  TEMPLATE_SCHEMA,
  type Template,
  type TemplateTable,
  templateTable,
} from './twin/templates.ts';
import { type Delta, deltaOf, readReport } from './twin/wire.ts';

export interface TwinSeams {
  /** A patch is applied to what is desired of a device alone; what it makes of it. */
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
  /** Whether a device has a template at this share. */
  giveTemplate?(device: string, template: Template, honest: boolean): boolean;
  /** What is desired of a device that has these, and wishes of its own. */
  mergeTemplates?(device: string, templates: readonly Template[], own: Document): Document | null;
  /** A template has changed: false leaves a device of it out. */
  stepTwin?(device: string, template: Template): boolean;
}

export default defineService<TwinSeams>({
  kind: 'twin',
  summary: 'keeps what each device should be set to, and what it says it is',
  schema: `
    CREATE TABLE IF NOT EXISTS twins(
      device TEXT PRIMARY KEY, version INTEGER NOT NULL, desired TEXT NOT NULL,
      own TEXT NOT NULL, changed TEXT NOT NULL, reported TEXT NOT NULL, refused TEXT NOT NULL,
      known INTEGER NOT NULL,
      epoch INTEGER NOT NULL, reports INTEGER NOT NULL, pushes INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS twin_changes(
      device TEXT NOT NULL, version INTEGER NOT NULL, at REAL NOT NULL, who TEXT NOT NULL,
      why TEXT NOT NULL, token TEXT NOT NULL, patch TEXT NOT NULL, template TEXT NOT NULL,
      stage INTEGER NOT NULL, has INTEGER NOT NULL,
      PRIMARY KEY(device, version)) WITHOUT ROWID;
    ${TEMPLATE_SCHEMA}
  `,
  seams: [
    'patchTwin',
    'versionTwin',
    'lockTwin',
    'pushTwin',
    'deltaOfTwin',
    'takeReport',
    'giveTemplate',
    'mergeTemplates',
    'stepTwin',
  ],
  truth: 'twin',
  start: (ports) => new Twins(ports),
});

class Twins implements Service {
  readonly #ports: ServicePorts<TwinSeams>;
  readonly #tables: TwinTables;
  readonly #templates: TemplateTable;
  readonly #counts = { twinChanges: 0, twinRefusals: 0, twinPushes: 0, twinReports: 0 };
  readonly routes = {
    twin: (asked: Asked) => this.#page(asked),
    'twin/*': (asked: Asked) => this.#asked(asked),
    'twin/*/history': (asked: Asked) => this.#tables.history(this.#asked(asked).device),
    template: (asked: Asked) => this.#givenPage(asked),
    'template/*': (asked: Asked) => this.#template(asked),
  };
  readonly acts = {
    'twin/*': (asked: Asked, body: unknown) => this.#change(asked, body),
    'template/*': (asked: Asked, body: unknown) => this.#changeTemplate(asked, body),
  };

  constructor(ports: ServicePorts<TwinSeams>) {
    this.#ports = ports;
    this.#tables = twinTables(ports.sql);
    this.#templates = templateTable(ports.sql);
  }

  takes(stream: string): boolean {
    return stream === 'twin-report';
  }

  take(row: TakenRow): void {
    const report = readReport(row.payload);
    if (report === null) return;
    const twin = this.#tables.find(row.device) ?? this.#enrolled(row.device);
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

  /** What is desired of each device with templates beneath, and which versions came with one. */
  #givenPage(asked: Asked) {
    const { limit, items, next } = this.#ports.registry.page(asked);
    const template = items.map(({ id }) => {
      const { device, version, desired } = this.#tables.of(id);
      return { device, version, desired, steps: this.#tables.steps(id) };
    });
    return { template, limit, next };
  }

  #template(asked: Asked): Template {
    const found = this.#templates.all().find(({ name }) => name === asked.path[1]);
    return found ?? asked.refuse(404, 'there is no such template');
  }

  /** What an operator does. Whatever is wrong with it is refused before anything is written. */
  #change(asked: Asked, body: unknown): { version: number; desired: Document } {
    const twin = this.#asked(asked);
    const refuse = refusing(asked, () => this.#counts.twinRefusals++);
    const { patch, from, ...said } = readChange(body, refuse);
    // A message may come twice, and what it asks for is made once.
    const made = said.token === '' ? null : this.#tables.madeBy(twin.device, said.who, said.token);
    if (made !== null) return { version: made, desired: twin.desired };
    if (from !== null && !this.#mayFollow(twin, from)) {
      refuse(409, `the twin has the version ${twin.version}, not ${from}`);
    }
    const honest = patched(twin.own, patch);
    const own = this.#ports.seams?.patchTwin?.(twin.device, twin.own, patch, honest) ?? honest;
    const desired = this.#desiredOf(twin.device, own, this.#templates.all());
    if (isTooLarge(desired)) refuse(413, TOO_LARGE);
    this.#make(twin, { own, desired }, Object.keys(patch), { ...said, patch });
    this.#counts.twinChanges++;
    return { version: twin.version, desired };
  }

  /** The next stage of a template, for each device that it is of or was of. */
  #changeTemplate(asked: Asked, body: unknown): { version: number; devices: number } {
    const name = asked.path[1] ?? '';
    const refuse = refusing(asked, () => this.#counts.twinRefusals++);
    const { patch, from, of, share, ...said } = readTemplate(name, body, refuse);
    const others = this.#templates.all();
    const before = others.find((one) => one.name === name) ?? { ...NO_TEMPLATE, name };
    if (from !== null && from !== before.version) {
      refuse(409, `the template has the version ${before.version}, not ${from}`);
    }
    const template: Template = {
      name,
      version: before.version + 1,
      of: of ?? before.of,
      share: share ?? before.share,
      desired: patched(before.desired, patch),
    };
    const all = [...others.filter((one) => one !== before), template].sort(byName);
    const had = (id: string): boolean => before.version > 0 && isOf(before, id);
    const devices = this.#ports.registry.all().filter((id) => had(id) || isOf(template, id));
    if (devices.length === 0) refuse(404, `no device is of ${template.of}`);
    const twins = devices.map((id) => this.#tables.of(id));
    const desired = twins.map(({ device, own }) => this.#desiredOf(device, own, all));
    const isAmiss = isTooLarge(template.desired) || desired.some(isTooLarge);
    if (isAmiss) refuse(413, TOO_LARGE);
    this.#templates.put(template);
    twins.forEach((twin, at) => {
      this.#step(twin, template, desired[at] ?? {}, { ...said, patch });
    });
    this.#counts.twinChanges++;
    return { version: template.version, devices: devices.length };
  }

  /** A device of which nothing was known comes under the templates that there are. */
  #enrolled(device: string): TwinRow {
    const twin = this.#tables.of(device);
    const all = this.#templates.all().filter((template) => isOf(template, device));
    all.forEach((template, at) => {
      const desired = this.#desiredOf(device, twin.own, all.slice(0, at + 1));
      const said = { who: '', why: 'it is new', token: '', patch: template.desired };
      this.#step(twin, template, desired, said);
    });
    return twin;
  }

  #step(twin: TwinRow, template: Template, desired: Document, said: Omit<Change, 'at'>): void {
    if (this.#ports.seams?.stepTwin?.(twin.device, template) === false) return;
    const names = Object.keys({ ...twin.desired, ...desired });
    const moved = names.filter((name) => !isSame(twin.desired[name], desired[name]));
    const { name, version: stage } = template;
    const step = { template: name, stage, has: this.#has(twin.device, template) };
    // Nobody's change of a device bears it, so that nobody takes it for his own.
    const token = `template/${name}/${stage}`;
    this.#make(twin, { own: twin.own, desired }, moved, { ...said, token, step });
  }

  #make(
    twin: TwinRow,
    wish: Pick<TwinRow, 'own' | 'desired'>,
    moved: readonly string[],
    said: Omit<Change, 'at'>,
  ): void {
    const next = twin.version + 1;
    twin.version = this.#ports.seams?.versionTwin?.(twin.device, next) ?? next;
    Object.assign(twin, wish);
    twin.changed = changedIn(twin, moved);
    this.#tables.addChange(twin, { at: this.#ports.clock.now(), ...said });
    this.#push(twin, false);
    this.#tables.put(twin);
  }

  #has(device: string, template: Template): boolean {
    const honest = hasTemplate(template, device);
    return this.#ports.seams?.giveTemplate?.(device, template, honest) ?? honest;
  }

  #desiredOf(device: string, own: Document, all: readonly Template[]): Document {
    const given = all.filter((template) => this.#has(device, template));
    const merged = this.#ports.seams?.mergeTemplates?.(device, given, own);
    return merged ?? effective(given, own);
  }

  #mayFollow(twin: TwinRow, from: number): boolean {
    const seam = this.#ports.seams?.lockTwin;
    return seam?.(twin.device, from, twin.version) ?? from === twin.version;
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

const TOO_LARGE = `a document has at most ${DOCUMENT_MAX_BYTES} bytes`;

const isTooLarge = (document: Document): boolean =>
  Buffer.byteLength(JSON.stringify(document)) > DOCUMENT_MAX_BYTES;

/** As it is before its first stage. */
const NO_TEMPLATE = { version: 0, of: '', share: 1, desired: {} };

const byName = (a: Template, b: Template): number => (a.name < b.name ? -1 : 1);

/** Which version last touched each key that is desired. */
function changedIn(
  { desired, changed, version }: TwinRow,
  moved: readonly string[],
): TwinRow['changed'] {
  const keys = Object.keys(desired);
  return Object.fromEntries(
    keys.map((key) => [key, moved.includes(key) ? version : (changed[key] ?? version)]),
  );
}
