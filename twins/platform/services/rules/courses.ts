/** The courses of one rule, by device or place: each is in the store whenever it has changed. */
import { type AlarmChange, advance, type CourseSeams, type Moment } from './course.ts';
import type { Course } from './rows.ts';
import { type Rule, versionAt } from './rule.ts';
import type { RuleTables } from './tables.ts';

/** What a rule goes on with. */
export interface Workshop {
  tables: RuleTables;
  seams: (CourseSeams & WindowSeams) | null;
  now(): number;
  told(change: AlarmChange): void;
}

export interface WindowSeams {
  /** A reading comes when the next window has begun by the clock: false leaves it out. */
  takeLate?(rule: string, device: string): boolean;
  /** By how many of its steps a window is moved. */
  shiftWindow?(rule: string, subject: string): number;
  /** True takes any time that a reading tells, and ends windows by it. */
  trustClocks?(device: string): boolean;
}

export class Courses {
  readonly rule: Rule;
  readonly #workshop: Workshop;
  readonly #bySubject = new Map<string, Course>();

  constructor(rule: Rule, workshop: Workshop, loaded: readonly Course[]) {
    this.rule = rule;
    this.#workshop = workshop;
    for (const course of loaded) {
      if (course.rule === rule.name) this.#bySubject.set(course.subject, course);
    }
  }

  [Symbol.iterator](): IterableIterator<Course> {
    return this.#bySubject.values();
  }

  get(subject: string): Course | undefined {
    return this.#bySubject.get(subject);
  }

  /** `device`: under which it is listed, where it is new. */
  of(subject: string, device: string): Course {
    const known = this.#bySubject.get(subject);
    if (known !== undefined) return known;
    const blank = { since: null, over: null, alarm: null, version: 0, next: null, missed: 0 };
    const course: Course = { rule: this.rule.name, subject, device, ...blank };
    this.#bySubject.set(subject, course);
    return course;
  }

  save(course: Course): void {
    this.#workshop.tables.put(course);
  }

  /** `time`: when it came to it, by the platform; what was asked for before that holds. */
  advance(course: Course, moment: (version: VersionOf) => Moment, time: number): void {
    const version = versionAt(this.rule, time);
    if (version === null) return;
    const { since, over, alarm } = course;
    advance(course, version, moment(version), this.#workshop);
    // Most moments change nothing that is not known by the next.
    if (course.since !== since || course.over !== over || course.alarm !== alarm) {
      this.save(course);
    }
  }
}

type VersionOf = Rule['versions'][number];

/** A moment about which conditions are asked only when they matter. */
export const momentOf = (
  { when, clear }: VersionOf,
  at: number,
  values: Parameters<VersionOf['when']>[0],
  since?: number,
): Moment => ({
  at,
  ...(since === undefined ? {} : { since }),
  values,
  says: (which) => (which === 'when' ? when(values) : clear(values)),
});
