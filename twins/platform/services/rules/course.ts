/**
 * How far a rule is with one device or place: since when it has been so, the alarm that stands, and
 * since when that has been over. It goes from moment to moment, in the order of their times.
 */
import type { Values } from './condition.ts';
import type { Course } from './rows.ts';
import type { Version } from './rule.ts';
import type { RuleTables } from './tables.ts';

/** What a rule looks at: a reading with what it looks back to, a window, or a silence. */
export interface Moment {
  at: number;
  /** Since when it has been so, where that is another time. */
  since?: number;
  /** What it says of, by name; nothing for a silence. */
  values: Values;
  says(which: 'when' | 'clear'): boolean;
}

export interface CourseSeams {
  /** An alarm stands, and what made it true is not so any more: true lets it go by that alone. */
  clearEarly?(rule: string, subject: string): boolean;
  /** An alarm is raised: true raises it once more. */
  raiseAgain?(rule: string, subject: string): boolean;
}

/** What a moment does to it. */
export interface Around {
  tables: RuleTables;
  seams: CourseSeams | null;
  now(): number;
  told(change: AlarmChange): void;
}

/** An alarm is raised or cleared, with the values that made it so. */
export interface AlarmChange {
  what: 'raised' | 'cleared';
  /** The number of the alarm. */
  place: number;
  course: Readonly<Course>;
  version: number;
  since: number;
  at: number;
  values: Values;
}

export function advance(course: Course, version: Version, moment: Moment, around: Around): void {
  if (course.version !== version.version) {
    // What was so by another condition says nothing about this one.
    Object.assign(course, { version: version.version, since: null, over: null });
  }
  if (course.alarm === null) waiting(course, version, moment, around);
  else standing(course, version, moment, around);
}

function standing(course: Course, { clearForMs }: Version, moment: Moment, around: Around): void {
  const { rule, subject } = course;
  const early = around.seams?.clearEarly;
  const isOver =
    moment.says('clear') || (early !== undefined && !moment.says('when') && early(rule, subject));
  if (!isOver) {
    course.over = null;
    return;
  }
  course.over ??= moment.at;
  if (moment.at - course.over < clearForMs || course.alarm === null) return;
  around.tables.clear(course.alarm, moment.at);
  around.told(changeOf('cleared', course, course.alarm, moment));
  Object.assign(course, { alarm: null, since: null, over: null });
}

function waiting(course: Course, { forMs }: Version, moment: Moment, around: Around): void {
  const { rule, subject, device } = course;
  const { at } = moment;
  if (!moment.says('when')) {
    course.since = null;
    return;
  }
  course.since ??= moment.since ?? at;
  if (at - course.since < forMs) return;
  const { tables, seams } = around;
  const raised = Math.round(around.now());
  const alarm = { rule, subject, device, since: course.since, at, raised };
  course.alarm = tables.raise(alarm);
  around.told(changeOf('raised', course, course.alarm, moment));
  if (seams?.raiseAgain?.(rule, subject) === true) tables.raise(alarm);
}

const changeOf = (
  what: AlarmChange['what'],
  course: Course,
  place: number,
  { at, values }: Moment,
): AlarmChange => ({
  ...{ what, place, course: { ...course }, version: course.version },
  ...{ since: course.since ?? at, at, values },
});
