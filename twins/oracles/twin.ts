/**
 * What became of each twin: the changes that writers asked for, with the versions that the target
 * gave them; what therefore has to be desired at each version; what the device truly held, by its
 * own word, and what the target said of it at the end.
 */
import type { LedgerEntry } from '#kernel';
import { defineOracle } from './oracle.ts';
import type { TemplateOracle } from './template.ts';
import { isObject, type Json, readJson, sameJson } from './twin/document.ts';
import { type Document, lastUpTo, type Made, makeAmongReports, makeOf } from './twin/made.ts';

declare module './oracle.ts' {
  interface Oracles {
    twin: TwinOracle;
  }
}

export default defineOracle({
  kind: 'twin',
  summary: 'what was desired of each device, what it held, and what the target kept of both',
  scope: 'lane',
  ops: [
    'twin/asked',
    'twin/answered',
    'twin/seen',
    'twin/found',
    'twin/history-read',
    'twin/turned-away',
    'twin/unheard',
    'twin/holds',
    'twin/read',
  ],
  start: ({ plan, of }) => new TwinOracle(of('template'), plan.target?.countsReports === true),
});

/** Times are microseconds. */
export interface TwinChange {
  change: number;
  writer: number;
  /** The version that the writer made it from; -1 where it did not say. */
  from: number;
  patch: Json | undefined;
  askedAt: number;
  /** Infinity without a definite answer. */
  answeredAt: number;
  /** What came of it: `unknown` without a definite answer. */
  outcome: 'accepted' | 'refused' | 'unknown';
  /** Of its answer, also of one that is not definite; null without any. */
  status: number | null;
  /** Of an accepted one. */
  version: number;
  /** Of one that came with a template, and not by a writer of this device. */
  given?: Given;
}

interface Given {
  template: string;
  has: boolean;
  /** What the template says at that stage; null where that is not known. */
  document: Document | null;
}

/** The writer of what came with a template. */
export const NO_WRITER = -1;

/** A device held this from then on. */
export interface TwinHold {
  t: number;
  version: number;
  settings: Json | undefined;
  refused: Json | undefined;
  /** `taken over`, `set otherwise`, `boot` or `end`. */
  why: string;
  /** What somebody has set by other means, and no change of the twin since. */
  others: ReadonlySet<string>;
}

/** The documents as the target gave them at the end. */
export interface TwinRead {
  t: number;
  version: number;
  desired: Json | undefined;
  reported: Json | undefined;
}

/** A writer got to see this version: it read it, or its change became it. */
export interface TwinSight {
  t: number;
  writer: number;
  version: number;
  isRead: boolean;
}

/** Somebody asked, and was refused: for a change, to read, or a device with what it reports. */
export interface TwinRefusal {
  who: 'change' | 'read' | 'report';
  status: number;
  why: string;
}

export interface TwinStory {
  changes: readonly TwinChange[];
  /** In the order in which they were seen. */
  seen: readonly TwinSight[];
  holds: readonly TwinHold[];
  read: TwinRead | null;
  refusals: readonly TwinRefusal[];
  /** Whatever nobody answered has been looked up in the target's history. */
  isLookedUp: boolean;
}

const OK = 200;
/** Nobody can tell whether it was made. */
const isIndefinite = (status: number): boolean => status === 0 || status >= 500;

interface Telling extends TwinStory {
  changes: TwinChange[];
  byNumber: Map<number, TwinChange>;
  seen: TwinSight[];
  holds: TwinHold[];
  refusals: TwinRefusal[];
  /** What has been made of the changes so far; null once another entry has come. */
  made: Made<TwinChange> | null;
  /** The same, as others are shown it. */
  shown: TwinStory | null;
}

export class TwinOracle {
  readonly #stories = new Map<number, Telling>();
  readonly #templates: TemplateOracle | null;
  /** What a device reports is a version, too: between two changes there may be many. */
  readonly countsReports: boolean;

  constructor(templates: TemplateOracle | null = null, countsReports = false) {
    this.#templates = templates;
    this.countsReports = countsReports;
  }

  step(entry: LedgerEntry): void {
    const { op, t } = entry;
    if (!op.startsWith('twin/')) return;
    const fields = entry as unknown as Readonly<Record<string, number | string>>;
    const story = this.#story(Number(fields.device));
    story.made = story.shown = null;
    const number = (name: string): number => Number(fields[name]);
    const json = (name: string): Json | undefined => readJson(String(fields[name]));
    if (op === 'twin/asked') {
      const asked = {
        change: number('change'),
        writer: number('writer'),
        from: number('from'),
        patch: json('patch'),
        askedAt: t,
        answeredAt: Number.POSITIVE_INFINITY,
        outcome: 'unknown' as const,
        status: null,
        version: 0,
      };
      if (story.byNumber.has(asked.change)) return;
      story.byNumber.set(asked.change, asked);
      story.changes.push(asked);
    } else if (op === 'twin/answered') {
      const change = story.byNumber.get(number('change'));
      answered(change, t, number('status'), number('version'));
      if (change?.outcome !== 'accepted') return;
      const { writer, version } = change;
      story.seen.push({ t, writer, version, isRead: false });
    } else if (op === 'twin/found') {
      const change = story.byNumber.get(number('change'));
      if (change?.outcome !== 'unknown') return;
      Object.assign(change, { outcome: 'accepted', version: number('version') });
    } else if (op === 'twin/history-read') story.isLookedUp = true;
    else if (op === 'twin/unheard' || op === 'twin/turned-away') {
      const asked = number('change') < 0 ? 'read' : 'change';
      const who = op === 'twin/unheard' ? 'report' : asked;
      story.refusals.push({ who, status: number('status'), why: String(fields.why) });
    } else if (op === 'twin/seen') {
      const [writer, version] = [number('writer'), number('version')];
      story.seen.push({ t, writer, version, isRead: true });
    } else if (op === 'twin/holds') {
      const [settings, refused, why] = [json('settings'), json('refused'), String(fields.why)];
      const others = othersIn(story.holds.at(-1), settings, why);
      story.holds.push({ t, version: number('version'), settings, refused, why, others });
    } else if (op === 'twin/read') {
      const [desired, reported] = [json('desired'), json('reported')];
      story.read ??= { t, version: number('version'), desired, reported };
    }
  }

  of(device: number): TwinStory {
    const story = this.#story(device);
    if (!this.countsReports) return story;
    // A device that has a report's version has what the last change before that asked for.
    if (story.shown === null) {
      const { accepted } = this.#made(device);
      const had = (version: number): number => lastUpTo(accepted, version)?.version ?? 0;
      const holds = story.holds.map((hold) => ({ ...hold, version: had(hold.version) }));
      story.shown = { ...story, holds };
    }
    return story.shown;
  }

  /** By version; two of one version stand side by side. */
  accepted(device: number): readonly TwinChange[] {
    return this.#made(device).accepted;
  }

  /** What has to be desired at a version; null where not all changes up to it are known. */
  desiredAt(device: number, version: number): Document | null {
    const { documents, until } = this.#made(device);
    return version > until ? null : (lastUpTo(documents, version)?.document ?? null);
  }

  /**
   * In what a hold is not as desired at its version; null where that is unknown. With the one
   * before it only in what it took over: where reports count, nobody is told again what he has said
   * that he has, though he may have been set otherwise since.
   */
  amiss(device: number, hold: TwinHold, before?: TwinHold): TwinDifference[] | null {
    const { version, settings, refused, others } = hold;
    const desired = this.desiredAt(device, version);
    if (desired === null || !isObject(settings)) return null;
    const excused = isObject(refused) ? refused : {};
    const had = this.countsReports && isObject(before?.settings) ? before.settings : null;
    const isTold = (name: string): boolean => had === null || !sameJson(had[name], settings[name]);
    const names = Object.keys(desired).filter((name) => !others.has(name) && isTold(name));
    const owed = names.filter((name) => !Object.hasOwn(excused, name));
    // Nobody refuses what he has done.
    const done = names.filter(
      (name) => Object.hasOwn(excused, name) && sameJson(settings[name], desired[name]),
    );
    return [
      ...differences(owed, desired, settings),
      ...done.map((name) => ({ name, should: JSON.stringify(desired[name]), is: 'refused' })),
    ];
  }

  /** In what the kept document is not what the changes make of it; null where that is unknown. */
  misKept(device: number): TwinDifference[] | null {
    const { read } = this.#story(device);
    return read === null ? null : this.differs(device, read);
  }

  /** The same of a document that was read at a version. */
  differs(
    device: number,
    read: { version: number; desired: Json | undefined },
  ): TwinDifference[] | null {
    const desired = this.desiredAt(device, read.version);
    if (desired === null || !isObject(read.desired)) return null;
    const names = this.countsReports
      ? this.#touched(device, read.version)
      : new Set([...Object.keys(desired), ...Object.keys(read.desired)]);
    return differences([...names], desired, read.desired);
  }

  /** In what the target's word of a device is not the device's own at the end. */
  misReported(device: number): TwinDifference[] | null {
    const { read, holds } = this.#story(device);
    const truth = holds.findLast(({ why }) => why === 'end')?.settings;
    if (!isObject(truth) || read === null) return null;
    const said = isObject(read.reported) ? read.reported : {};
    const more = this.countsReports ? [] : Object.keys(said);
    return differences([...new Set([...Object.keys(truth), ...more])], truth, said);
  }

  /** Where reports count, documents outlive the run: what it has not changed is none of its own. */
  #touched(device: number, until: number): ReadonlySet<string> {
    const upTo = this.#made(device).accepted.filter(({ version }) => version <= until);
    return new Set(upTo.flatMap(({ patch }) => (isObject(patch) ? Object.keys(patch) : [])));
  }

  #made(device: number): Made<TwinChange> {
    const story = this.#story(device);
    story.made ??= this.countsReports
      ? makeAmongReports(story.changes)
      : makeOf([...story.changes, ...this.#given(device)]);
    return story.made;
  }

  /** Each stage of a template is a change of the device, whether or not it has the template. */
  #given(device: number): TwinChange[] {
    const templates = this.#templates;
    if (templates === null) return [];
    return templates.steps(device).flatMap(({ template, stage, version, has, known }) => {
      if (known === null) return [];
      const document = templates.documentAt(template, stage);
      const { patch, askedAt, answeredAt, status } = known;
      const given = { template, has, document };
      const of = { change: -1, writer: NO_WRITER, from: -1, outcome: 'accepted' as const };
      return [{ ...of, patch, askedAt, answeredAt, status, version, given }];
    });
  }

  #story(device: number): Telling {
    let story = this.#stories.get(device);
    if (story === undefined) {
      story = {
        changes: [],
        byNumber: new Map(),
        seen: [],
        holds: [],
        read: null,
        refusals: [],
        isLookedUp: false,
        made: null,
        shown: null,
      };
      this.#stories.set(device, story);
    }
    return story;
  }
}

function othersIn(
  before: TwinHold | undefined,
  settings: Json | undefined,
  why: string,
): ReadonlySet<string> {
  if (!isObject(settings) || why === 'boot') return new Set();
  const held = isObject(before?.settings) ? before.settings : {};
  const moved = Object.keys(settings).filter((name) => !sameJson(held[name], settings[name]));
  const others = new Set(before?.others);
  for (const name of moved) {
    if (why === 'set otherwise') others.add(name);
    else others.delete(name);
  }
  return others;
}

/** Of one name: what it should be, and what it is; `nothing` where it is not there. */
export interface TwinDifference {
  name: string;
  should: string;
  is: string;
}

function differences(names: readonly string[], should: Document, is: Document): TwinDifference[] {
  const at = (document: Document, name: string): Json | undefined =>
    Object.hasOwn(document, name) ? document[name] : undefined;
  const text = (value: Json | undefined): string =>
    value === undefined ? 'nothing' : JSON.stringify(value);
  return [...names]
    .sort()
    .filter((name) => !sameJson(at(should, name), at(is, name)))
    .map((name) => ({ name, should: text(should[name]), is: text(is[name]) }));
}

function answered(
  change: TwinChange | undefined,
  t: number,
  status: number,
  version: number,
): void {
  if (change === undefined || change.status !== null) return;
  change.status = status;
  if (isIndefinite(status)) return;
  change.answeredAt = t;
  change.outcome = status === OK ? 'accepted' : 'refused';
  if (status === OK) change.version = version;
}
