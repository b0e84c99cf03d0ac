/**
 * Stretches of the devices' time that begin by the clock. Each is a moment once nothing more can
 * come for it, by the platform's own clock: no device's clock moves the window of another.
 */
import { type Courses, momentOf, type WindowSeams } from '../courses.ts';
import type { Memory } from '../memory.ts';
import type { Course, Reading } from '../rows.ts';
import type { WindowAsked } from '../rule.ts';
import { summary } from '../terms.ts';
import { inTurn, Members } from './members.ts';
import type { Source } from './source.ts';

export class Windows implements Source {
  nextDue = Number.POSITIVE_INFINITY;
  readonly #courses: Courses;
  readonly #window: WindowAsked;
  readonly #members: Members;
  readonly #from: number;
  readonly #seams: WindowSeams | null;

  constructor(courses: Courses, window: WindowAsked, memory: Memory, seams: WindowSeams | null) {
    this.#courses = courses;
    this.#window = window;
    this.#members = new Members(courses.rule, memory);
    this.#from = courses.rule.versions[0]?.from ?? 0;
    this.#seams = seams;
    this.#rearm();
  }

  heard(reading: Reading): void {
    const { everyMs, overMs, lateMs } = this.#window;
    const { device, at, received } = reading;
    if (received <= this.#from) return;
    const subject = this.#members.add(device);
    const course = this.#courses.of(subject, device);
    const latest = Math.floor(at / everyMs) * everyMs;
    let first: number | null = null;
    let isOfAny = false;
    for (let start = latest; start > at - overMs; start -= everyMs) {
      if (start < this.#from) break;
      isOfAny = true;
      if (received < start + overMs + lateMs) first = start;
    }
    if (first === null) {
      if (!isOfAny) return;
      course.missed++;
      this.#courses.save(course);
      return;
    }
    if (course.next === null || first < course.next) {
      course.next = first;
      this.#courses.save(course);
      this.nextDue = Math.min(this.nextDue, this.#dueOf(course));
    }
    if (this.#seams?.trustClocks?.(device) === true) this.#closeAll(at);
  }

  tick(now: number): void {
    if (now < this.nextDue) return;
    this.#closeAll(now);
  }

  #closeAll(now: number): void {
    for (const course of this.#courses) {
      while (course.next !== null && this.#dueOf(course) <= now) this.#close(course, course.next);
    }
    this.#rearm();
  }

  #close(course: Course, start: number): void {
    const { everyMs, overMs } = this.#window;
    const { rule } = this.#courses;
    const due = this.#dueOf(course);
    const from = start + (this.#seams?.shiftWindow?.(rule.name, course.subject) ?? 0) * everyMs;
    const end = from + overMs;
    const own = this.#members
      .readingsOf(course.subject)
      .filter(({ at, received }) => at >= from && at < end && received < due)
      .filter((one) => one.received > this.#from && !this.#isLeftOut(one));
    const values = summary(rule.terms, own.sort(inTurn));
    course.next = start + everyMs;
    this.#courses.advance(
      course,
      (version) => momentOf(version, start + overMs, values, start),
      due,
    );
    this.#courses.save(course);
  }

  /** By a bug: it came when the next window had begun. */
  #isLeftOut({ device, at, received }: Reading): boolean {
    const takesLate = this.#seams?.takeLate;
    const isLate = received >= at + this.#window.everyMs;
    return isLate && takesLate?.(this.#courses.rule.name, device) === false;
  }

  #dueOf({ next }: Course): number {
    return next === null
      ? Number.POSITIVE_INFINITY
      : next + this.#window.overMs + this.#window.lateMs;
  }

  #rearm(): void {
    this.nextDue = Number.POSITIVE_INFINITY;
    for (const course of this.#courses) {
      this.nextDue = Math.min(this.nextDue, this.#dueOf(course));
    }
  }
}
