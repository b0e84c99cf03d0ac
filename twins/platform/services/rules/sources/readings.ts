/** Each reading is a moment, as long as it comes in turn. */
import { type Courses, momentOf } from '../courses.ts';
import type { Memory } from '../memory.ts';
import type { OtherAlarms } from '../others.ts';
import type { Reading } from '../rows.ts';
import { versionAt } from '../rule.ts';
import { lookingBack } from '../terms.ts';
import type { Source } from './source.ts';

export class Readings implements Source {
  readonly nextDue = Number.POSITIVE_INFINITY;
  readonly #courses: Courses;
  readonly #memory: Memory;
  readonly #alarms: OtherAlarms;
  readonly #takesLate: ((rule: string, device: string) => boolean) | undefined;

  /** `takesLate`: a bug. */
  constructor(
    courses: Courses,
    memory: Memory,
    alarms: OtherAlarms,
    takesLate: ((rule: string, device: string) => boolean) | undefined,
  ) {
    this.#courses = courses;
    this.#memory = memory;
    this.#alarms = alarms;
    this.#takesLate = takesLate;
  }

  heard(reading: Reading): void {
    const { device, at, received, isLate } = reading;
    const { terms, others, name } = this.#courses.rule;
    if (isLate && this.#takesLate?.(name, device) !== true) return;
    const own = terms.length === 0 ? reading.values : lookingBack(terms, this.#upTo(reading));
    const values = others.length === 0 ? own : { ...own, ...this.#alarms.at(others, device, at) };
    const known = this.#courses.get(device);
    // Of most devices a rule has nothing to remember.
    if (known === undefined && versionAt(this.#courses.rule, received)?.when(values) !== true) {
      return;
    }
    const course = known ?? this.#courses.of(device, device);
    this.#courses.advance(course, (version) => momentOf(version, at, values), received);
  }

  tick(): void {}

  /** Since the rule began. */
  #upTo({ device, place }: Reading): Reading[] {
    const from = this.#courses.rule.versions[0]?.from ?? 0;
    return this.#memory
      .of(device)
      .filter((one) => !one.isLate && one.received > from && one.place <= place);
  }
}
