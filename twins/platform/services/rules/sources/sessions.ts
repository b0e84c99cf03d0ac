/**
 * Stretches of the devices' time that a pause ends. Each is a moment once the pause has lasted long
 * enough and nothing more can come for it, by the platform's own clock.
 */
import { type Courses, momentOf } from '../courses.ts';
import type { Memory } from '../memory.ts';
import type { Course, Reading } from '../rows.ts';
import type { WindowAsked } from '../rule.ts';
import { summary } from '../terms.ts';
import { inTurn, Members } from './members.ts';
import type { Source } from './source.ts';

export class Sessions implements Source {
  nextDue = Number.POSITIVE_INFINITY;
  readonly #courses: Courses;
  readonly #window: WindowAsked;
  readonly #members: Members;
  readonly #from: number;
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

  heard({ device, at, received }: Reading): void {
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

  /** The first stretch that is not over. */
  #stretch({ subject, next }: Course): Reading[] {
    const { gapMs, mostMs, lateMs } = this.#window;
    const open = this.#members
      .readingsOf(subject)
      .filter(({ at, received }) => at >= (next ?? 0) && received > this.#from)
      // Others came too late, and are kept for other rules.
      .filter(({ at, received }) => received < at + gapMs + lateMs)
      .sort(inTurn);
    const [first] = open;
    if (first === undefined) return [];
    let length = 1;
    for (; length < open.length; length++) {
      const [one, before] = [open[length] as Reading, open[length - 1] as Reading];
      if (one.at - before.at > gapMs || one.at >= first.at + mostMs) break;
    }
    return open.slice(0, length);
  }

  #look(course: Course): void {
    if (course.next === null) return;
    const stretch = this.#stretch(course);
    const [first, last] = [stretch[0], stretch.at(-1)];
    if (first === undefined || last === undefined) this.#dues.delete(course.subject);
    else this.#dues.set(course.subject, this.#endOf(first, last) + this.#window.lateMs);
  }

  #endOf(first: Reading, last: Reading): number {
    return Math.min(last.at + this.#window.gapMs, first.at + this.#window.mostMs);
  }

  #close(course: Course): void {
    const stretch = this.#stretch(course);
    const [first, last] = [stretch[0], stretch.at(-1)];
    if (first === undefined || last === undefined) return;
    const end = this.#endOf(first, last);
    const { rule } = this.#courses;
    const values = summary(rule.terms, stretch);
    const isCut = end === first.at + this.#window.mostMs;
    course.next = isCut ? end : last.at + 1;
    const due = end + this.#window.lateMs;
    this.#courses.advance(course, (version) => momentOf(version, last.at, values, first.at), due);
    this.#courses.save(course);
    this.#look(course);
  }

  #rearm(): void {
    this.nextDue = Number.POSITIVE_INFINITY;
    for (const due of this.#dues.values()) this.nextDue = Math.min(this.nextDue, due);
  }
}
