/** A device of which nothing newer has come for long enough. */
import type { Courses } from '../courses.ts';
import type { Course, Reading } from '../rows.ts';
import type { Source } from './source.ts';

export class Silence implements Source {
  nextDue = Number.POSITIVE_INFINITY;
  readonly #courses: Courses;
  readonly #silentMs: number;
  /** When its newest reading came, by device. */
  readonly #newest = new Map<string, number>();

  /** `heard`: when the newest reading of each of its devices came, or when the rule began. */
  constructor(courses: Courses, silentMs: number, heard: ReadonlyMap<string, number>) {
    this.#courses = courses;
    this.#silentMs = silentMs;
    for (const [device, received] of heard) this.#newest.set(device, received);
    this.#rearm();
  }

  heard({ device, received, isLate }: Reading): void {
    if (isLate) return;
    this.#newest.set(device, received);
    this.nextDue = Math.min(this.nextDue, received + this.#silentMs);
    const course = this.#courses.get(device);
    if (course === undefined || course.alarm === null) return;
    const over = { at: received, values: {}, says: (which: string) => which === 'clear' };
    this.#courses.advance(course, () => over, received);
  }

  tick(now: number): void {
    if (now < this.nextDue) return;
    for (const [device, since] of this.#newest) {
      const due = since + this.#silentMs;
      if (due > now) continue;
      const course = this.#courses.of(device, device);
      if (course.alarm === null) this.#raise(course, since, due);
    }
    this.#rearm();
  }

  #raise(course: Course, since: number, due: number): void {
    const silent = { at: due, since, values: {}, says: (which: string) => which === 'when' };
    this.#courses.advance(course, () => silent, due);
  }

  /** Whoever has an alarm already waits for nothing. */
  #rearm(): void {
    this.nextDue = Number.POSITIVE_INFINITY;
    for (const [device, since] of this.#newest) {
      const alarm = this.#courses.get(device)?.alarm ?? null;
      if (alarm === null) this.nextDue = Math.min(this.nextDue, since + this.#silentMs);
    }
  }
}
