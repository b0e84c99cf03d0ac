/**
 * All rules of a living platform: which of them are about a device, what each goes on with, and
 * when something is due in any of them.
 */
import type { Cancel } from '#kernel';
import type { ServicePorts } from '../../service.ts';
import type { AlarmChange, CourseSeams } from './course.ts';
import { Courses, type WindowSeams } from './courses.ts';
import { Memory, type Need, NO_NEED } from './memory.ts';
import { besideOthers, inOrder, OtherAlarms, type OtherSeams } from './others.ts';
import type { Course, Heard, Reading, VersionRow } from './rows.ts';
import { type Asks, isAnother, type Rule, ruleOf } from './rule.ts';
import { Readings } from './sources/readings.ts';
import { Sessions } from './sources/sessions.ts';
import { Silence } from './sources/silence.ts';
import type { Source } from './sources/source.ts';
import { Windows } from './sources/windows.ts';
import type { RuleTables } from './tables.ts';
import { isOf } from './terms.ts';
import type { RuleTime } from './time.ts';

export interface RuleBookSeams extends CourseSeams, WindowSeams, OtherSeams {
  /** A rule is to go on where it was before a kill: false begins it anew. */
  keepDelay?(rule: string, subject: string): boolean;
  /** A reading comes after a later one: true has a rule look at it all the same. */
  lookAtLate?(rule: string, device: string): boolean;
  /** How long after its time what is due is looked at. */
  dueLateMs?(): number;
  /** The platform starts, and an alarm stands: true raises it once more. */
  raiseAtStart?(rule: string, subject: string): boolean;
}

interface AtWork {
  rule: Rule;
  courses: Courses;
  source: Source;
}

/** What concerns one device. */
interface Concern {
  rules: readonly AtWork[];
  need: Need;
}

const AHEAD_OF_ANY = Number.POSITIVE_INFINITY;
/** No timer is set for longer. */
const LONGEST_MS = 60_000;

export class RuleBook {
  /** Raised in this life. */
  alarms = 0;
  readonly #ports: ServicePorts<RuleBookSeams>;
  readonly #tables: RuleTables;
  readonly #time: RuleTime;
  readonly #memory: Memory;
  readonly #rows = new Map<string, VersionRow[]>();
  readonly #atWork = new Map<string, AtWork>();
  readonly #concerns = new Map<string, Concern>();
  #nextDue = AHEAD_OF_ANY;
  #armedFor = AHEAD_OF_ANY;
  #timer: Cancel | null = null;

  constructor(ports: ServicePorts<RuleBookSeams>, tables: RuleTables, time: RuleTime) {
    this.#ports = ports;
    this.#tables = tables;
    this.#time = time;
    this.#memory = new Memory(tables);
  }

  /** What a former life has left, and what was due while there was none. */
  load(heard: ReadonlyMap<string, Heard>): void {
    const rows = this.#tables.versions();
    if (rows.length === 0) return;
    this.#memory.load();
    const courses = this.#tables.courses();
    for (const course of courses) this.#spoil(course);
    for (const row of rows) this.#rowsOf(row.name).push(row);
    for (const [name, versions] of this.#rows) this.#begin(name, versions, courses, heard);
    // An alarm and what others make of it are in the store together, or not at all.
    this.#ports.commits.add(
      () => {
        this.tick(this.#now());
        this.arm();
      },
      () => {},
    );
  }

  get(name: string): Rule | undefined {
    return this.#atWork.get(name)?.rule;
  }

  isAbout(device: string): boolean {
    return this.#atWork.size > 0 && this.#concernOf(device).rules.length > 0;
  }

  /** Why it cannot be; null where it is. */
  ask(name: string, asks: Asks, heard: ReadonlyMap<string, Heard>): string | null {
    const rows = this.#rowsOf(name);
    const rule = this.get(name);
    const before = rule?.versions.at(-1);
    if (before !== undefined && isAnother(asks, before.asked)) {
      return 'a version changes when, clear, forMs and clearForMs alone';
    }
    const all = [...this.#atWork.values()].map((one) => one.rule);
    const amiss = besideOthers(name, asks, all);
    if (amiss !== null) return amiss;
    const began = this.#now();
    // What is due is told by what was asked for until now.
    this.tick(began);
    const row = { name, version: asks.version, began, asked: JSON.stringify(asks) };
    this.#tables.add(row);
    rows.push(row);
    if (rule === undefined) this.#begin(name, rows, [], heard);
    else rule.versions.push(...ruleOf([row]).versions);
    this.arm();
    return null;
  }

  heard(reading: Omit<Reading, 'place'>): void {
    const { rules, need } = this.#concernOf(reading.device);
    const isKept = need.holdMs > 0 || (!reading.isLate && need !== NO_NEED);
    const known = isKept ? this.#memory.add(reading, need) : { ...reading, place: -1 };
    if (known === null) return;
    for (const { source } of rules) {
      source.heard(known);
      this.#nextDue = Math.min(this.#nextDue, source.nextDue);
    }
  }

  /** Does what is due by then. */
  tick(now: number): void {
    if (now < this.#nextDue) return;
    this.#nextDue = AHEAD_OF_ANY;
    const lateMs = this.#lateMs();
    for (const { source } of this.#atWork.values()) {
      source.tick(now - lateMs);
      this.#nextDue = Math.min(this.#nextDue, source.nextDue);
    }
  }

  /** Looks again when something is due. */
  arm(): void {
    if (this.#nextDue >= this.#armedFor) return;
    const { clock, commits } = this.#ports;
    this.#timer?.();
    this.#armedFor = this.#nextDue;
    const delay = Math.min(
      LONGEST_MS,
      Math.max(0, this.#nextDue + this.#lateMs() - this.#time.now()),
    );
    this.#timer = clock.after(delay, () => {
      this.#timer = null;
      commits.add(
        () => {
          this.#armedFor = AHEAD_OF_ANY;
          this.tick(this.#time.now());
          this.arm();
        },
        () => {},
      );
    });
  }

  /** By a bug. */
  #lateMs(): number {
    return this.#ports.seams?.dueLateMs?.() ?? 0;
  }

  #now(): number {
    return Math.round(this.#time.now());
  }

  #begin(
    name: string,
    rows: readonly VersionRow[],
    loaded: readonly Course[],
    heard: ReadonlyMap<string, Heard>,
  ): void {
    const rule = ruleOf(rows);
    const { seams } = this.#ports;
    const workshop = {
      ...{ tables: this.#tables, seams, now: () => this.#time.now() },
      told: (change: AlarmChange) => this.#tell(change),
    };
    const courses = new Courses(rule, workshop, loaded);
    const source = this.#sourceOf(rule, courses, heard);
    this.#atWork.set(name, { rule: courses.rule, courses, source });
    this.#concerns.clear();
    this.#nextDue = Math.min(this.#nextDue, source.nextDue);
  }

  #tell({ what, place, course, version, since, at, values }: AlarmChange): void {
    if (what === 'raised') this.alarms++;
    const { rule, subject, device } = course;
    const whose = { rule, subject, device, version };
    this.#ports.notify({ of: 'rules', what, place, ...whose, since, at, values });
  }

  #sourceOf(rule: Rule, courses: Courses, heard: ReadonlyMap<string, Heard>): Source {
    const { seams, enrolled } = this.#ports;
    const { window, silentMs, prefix } = rule;
    if (window !== null) {
      return window.gapMs > 0
        ? new Sessions(courses, window, this.#memory)
        : new Windows(courses, window, this.#memory, seams);
    }
    if (silentMs === 0) {
      const alarms = new OtherAlarms(
        (other) => this.#atWork.get(other)?.courses,
        this.#tables,
        seams,
      );
      return new Readings(courses, this.#memory, alarms, seams?.lookAtLate);
    }
    const from = rule.versions[0]?.from ?? 0;
    const own = enrolled.filter(({ id }) => isOf(prefix, id));
    const newest = own.map(({ id }) => [id, Math.max(from, heard.get(id)?.received ?? 0)] as const);
    return new Silence(courses, silentMs, new Map(newest));
  }

  #rowsOf(name: string): VersionRow[] {
    const known = this.#rows.get(name);
    if (known !== undefined) return known;
    const rows: VersionRow[] = [];
    this.#rows.set(name, rows);
    return rows;
  }

  #concernOf(device: string): Concern {
    let concern = this.#concerns.get(device);
    if (concern === undefined) {
      const own = [...this.#atWork.values()].filter(({ rule }) => isOf(rule.prefix, device));
      const rules = inOrder(own, this.#ports.seams?.inTold?.() === true);
      concern = { rules, need: rules.map(({ rule }) => needOf(rule)).reduce(most, NO_NEED) };
      this.#concerns.set(device, concern);
    }
    return concern;
  }

  /** What a bug does to what a former life has left. */
  #spoil(course: Course): void {
    const { seams } = this.#ports;
    const { rule, subject } = course;
    if (course.since !== null && seams?.keepDelay?.(rule, subject) === false) course.since = null;
    const alarm = course.alarm === null ? undefined : this.#tables.alarm(course.alarm);
    if (alarm !== undefined && seams?.raiseAtStart?.(rule, subject) === true) {
      this.#tables.raise(alarm);
    }
  }
}

function needOf({ terms, window }: Rule): Need {
  if (window !== null) {
    const { overMs, gapMs, mostMs, lateMs } = window;
    return { overMs: 0, last: 0, holdMs: overMs + gapMs + mostMs + lateMs + 1 };
  }
  const spans = terms.map(({ overMs, last }) => ({ overMs, last, holdMs: 0 }));
  return spans.reduce(most, NO_NEED);
}

const most = (one: Need, other: Need): Need =>
  other === NO_NEED
    ? one
    : {
        overMs: Math.max(one.overMs, other.overMs),
        last: Math.max(one.last, other.last),
        holdMs: Math.max(one.holdMs, other.holdMs),
      };
