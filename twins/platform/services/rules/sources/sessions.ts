/**
 * Stretches of the devices' time that a pause ends. Each is a moment once the pause has lasted long
 * enough and nothing more can come for it, by the platform's own clock.
 */
import { type Courses, momentOf } from '../courses.ts';
import type { Memory } from '../memory.ts';
import type { Course, Reading } from '../rows.ts';
import type { WindowAsked } from '../rule.ts';
import { summary } from '../terms.ts';
import { Members } from './members.ts';
import { OpenStretch } from './open-stretch.ts';
import type { Source } from './source.ts';

export class Sessions implements Source {
  nextDue = Number.POSITIVE_INFINITY;
  readonly #courses: Courses;
  readonly #window: WindowAsked;
  readonly #members: Members;
  readonly #from: number;
  readonly #opens = new Map<string, OpenStretch>();
  /** When the stretch that goes on is over, by subject. */
  readonly #dues = new Map<string, number>();

  constructor(courses: Courses, window: WindowAsked, memory: Memory) {
    this.#courses = courses;
    this.#window = window;
    this.#members = new Members(courses.rule, memory);
    this.#from = courses.rule.versions[0]?.from ?? 0;
    for (const course of courses) this.#look(course);
    this.#rearm();
  }

  heard(reading: Reading): void {
    const { device, at, received } = reading;
    const { gapMs, lateMs } = this.#window;
    if (received <= this.#from) return;
    const subject = this.#members.add(device);
    const course = this.#courses.of(subject, device);
    // From where on a reading is of a stretch that is not over.
    if (at < (course.next ?? 0) || received >= at + gapMs + lateMs) {
      course.missed++;
      this.#courses.save(course);
      return;
    }
    if (course.next === null) {
      course.next = 0;
      this.#courses.save(course);
    }
    // Whoever opens the stretch first finds it in the memory.
    this.#opens.get(subject)?.add(reading);
    this.#look(course);
    this.nextDue = Math.min(this.nextDue, this.#dues.get(subject) ?? this.nextDue);
  }

  tick(now: number): void {
    if (now < this.nextDue) return;
    for (const course of this.#courses) {
      while ((this.#dues.get(course.subject) ?? Number.POSITIVE_INFINITY) <= now) {
        this.#close(course);
      }
    }
    this.#rearm();
  }

  /** What a former life has left. */
  #openOf({ subject, next }: Course): OpenStretch {
    const known = this.#opens.get(subject);
    if (known !== undefined) return known;
    const { gapMs, mostMs, lateMs } = this.#window;
    const open = new OpenStretch(gapMs, mostMs);
    this.#opens.set(subject, open);
    for (const reading of this.#members.readingsOf(subject)) {
      const { at, received } = reading;
      // Others came too late, and are kept for other rules.
      const isInTime = received < at + gapMs + lateMs;
      if (isInTime && at >= (next ?? 0) && received > this.#from) open.add(reading);
    }
    return open;
  }

  #look(course: Course): void {
    if (course.next === null) return;
    const { first, last } = this.#openOf(course);
    if (first === undefined || last === undefined) this.#dues.delete(course.subject);
    else this.#dues.set(course.subject, this.#endOf(first, last) + this.#window.lateMs);
  }

  #endOf(first: Reading, last: Reading): number {
    return Math.min(last.at + this.#window.gapMs, first.at + this.#window.mostMs);
  }

  #close(course: Course): void {
    const open = this.#openOf(course);
    const { first, last } = open;
    if (first === undefined || last === undefined) return;
    const end = this.#endOf(first, last);
    const { rule } = this.#courses;
    const values = summary(rule.terms, open.readings());
    const isCut = end === first.at + this.#window.mostMs;
    course.next = isCut ? end : last.at + 1;
    const due = end + this.#window.lateMs;
    this.#courses.advance(course, (version) => momentOf(version, last.at, values, first.at), due);
    this.#courses.save(course);
    open.drop(course.next);
    this.#look(course);
  }

  #rearm(): void {
    this.nextDue = Number.POSITIVE_INFINITY;
    for (const due of this.#dues.values()) this.nextDue = Math.min(this.nextDue, due);
  }
}
