/**
 * All alarms of a living platform: what a rule, an operator or the time does to each, and what a
 * person is told of it. Everything is in the store; memory holds a timer and no more, so that a
 * kill takes nothing along.
 */
import type { Cancel } from '#kernel';
import type { ServicePorts } from '../../service.ts';
import { isUnseen, type State, turned } from './machine.ts';
import type { Instance } from './rows.ts';
import { Stretches, type StretchSeams } from './stretches.ts';
import type { AlarmTables, Said } from './tables.ts';

export interface AlarmBookSeams extends StretchSeams {
  /** An acknowledged alarm is found at the start: false forgets that it was. */
  keepAck?(subject: string): boolean;
  /** An alarm that is over is found at the start: true raises it once more. */
  resurrect?(subject: string): boolean;
  /** A person is told of something: true tells it once more. */
  tellAgain?(subject: string): boolean;
  /** An alarm is shelved, and a person would be told of it: true tells it all the same. */
  tellShelved?(subject: string): boolean;
  /** And so many milliseconds later that person is told. */
  tellsAfter?(subject: string): number;
  /** The time on the shelf is over: false leaves it there. */
  endShelf?(subject: string): boolean;
}

/** What a rule says of an alarm of it. */
export interface Change {
  what: 'raised' | 'cleared';
  rule: string;
  subject: string;
  device: string;
  since: number;
  moment: number;
}

/** Who asks, and by what they know it again. */
export type Asker = Pick<Said, 'by' | 'token'>;

/** No timer is set for longer. */
const LONGEST_MS = 60_000;
/** The instant of something may be over between two looks at the clock. */
const KEPT_MS = 10;

export class AlarmBook {
  readonly stretches: Stretches;
  readonly counts = { alarmsRaised: 0, alarmsTold: 0, alarmAcks: 0, alarmRefusals: 0 };
  readonly #ports: ServicePorts<AlarmBookSeams>;
  readonly #tables: AlarmTables;
  #timer: Cancel | null = null;
  /** When the time of something on the shelf is over; each alarm looks whether it is. */
  #due: number | null;

  constructor(ports: ServicePorts<AlarmBookSeams>, tables: AlarmTables) {
    this.#ports = ports;
    this.#tables = tables;
    this.stretches = new Stretches(tables, ports.seams);
    this.#due = tables.nextDue();
  }

  get now(): number {
    return Math.round(this.#ports.clock.now());
  }

  /** What was over while there was no platform is taken off the shelf. */
  takeUp(): void {
    this.#spoil();
    this.tick();
    this.arm();
  }

  /** What is due is done before anything else happens. */
  tick(): void {
    const { now } = this;
    if (this.#due === null || this.#due > now) return;
    for (const instance of this.#tables.over(now)) {
      if (this.#ports.seams?.endShelf?.(instance.subject) === false) continue;
      this.unshelve(instance, {});
    }
  }

  change({ what, rule, subject, device, since, moment }: Change): void {
    const instance = this.#tables.instanceOf(rule, subject, device);
    const state = turned(instance.state, what);
    // One that stands is not raised again: there is one of a rule over a subject.
    if (state === null) return;
    if (what === 'raised') {
      instance.number++;
      this.counts.alarmsRaised++;
    }
    const at = this.now;
    const place = this.#become(instance, state, { event: what, at, since, moment });
    this.stretches.turned(instance.id, at);
    if (isUnseen(state)) this.#tell(instance, place);
  }

  ack(instance: Instance, asker: Asker): void {
    // A planted bug may come here with one that cannot be acknowledged.
    const state = turned(instance.state, 'acked') ?? instance.state;
    this.counts.alarmAcks++;
    this.#become(instance, state, { event: 'acked', at: this.now, ...asker });
  }

  shelve(instance: Instance, forMs: number, asker: Asker): void {
    const at = this.now;
    const until = at + forMs;
    instance.until = until;
    this.#become(instance, instance.state, { event: 'shelved', at, until, ...asker });
    this.#rearm();
  }

  /** By an operator, or at its time. What a person missed meanwhile is told now. */
  unshelve(instance: Instance, asker: Partial<Asker>): void {
    instance.until = null;
    const said = { event: 'unshelved', at: this.now, ...asker } as const;
    const place = this.#become(instance, instance.state, said);
    this.#rearm();
    if (isUnseen(instance.state)) this.#tell(instance, place);
  }

  refuse(instance: Instance, said: Pick<Said, 'what' | 'why'> & Asker): void {
    this.counts.alarmRefusals++;
    this.#tables.note(instance, { event: 'refused', at: this.now, ...said });
  }

  /** Looks again when the time of something on the shelf is over. */
  arm(): void {
    this.#timer?.();
    this.#timer = null;
    const due = this.#due;
    const { clock, commits } = this.#ports;
    if (due === null) return;
    // What a planted bug keeps is not looked at all the time.
    const delay = Math.max(due <= this.now ? KEPT_MS : 0, due - clock.now());
    this.#timer = clock.after(Math.min(LONGEST_MS, delay), () => {
      this.#timer = null;
      commits.add(
        () => {
          this.tick();
          this.arm();
        },
        () => {},
      );
    });
  }

  /** What lies on the shelf has changed. */
  #rearm(): void {
    this.#due = this.#tables.nextDue();
    this.arm();
  }

  #become(instance: Instance, state: State, said: Said): number {
    instance.state = state;
    this.#tables.put(instance);
    return this.#tables.note(instance, said);
  }

  #tell(instance: Instance, about: number): void {
    const { subject, until } = instance;
    const { seams } = this.#ports;
    if (until !== null && seams?.tellShelved?.(subject) !== true) return;
    const later = seams?.tellsAfter?.(subject) ?? 0;
    if (later === 0) return this.#annunciate(instance, about);
    const { clock, commits } = this.#ports;
    const tell = (): void => this.#annunciate(instance, about);
    clock.after(later, () => commits.add(tell, () => {}));
  }

  #annunciate(instance: Instance, about: number): void {
    const { subject } = instance;
    const { seams } = this.#ports;
    const at = this.now;
    const times = seams?.tellAgain?.(subject) === true ? 2 : 1;
    for (let time = 0; time < times; time++) {
      this.counts.alarmsTold++;
      this.#tables.note(instance, { event: 'annunciated', at, about });
      this.stretches.told(at);
    }
  }

  /** What a bug does to what a former life has left. */
  #spoil(): void {
    const { seams } = this.#ports;
    if (seams?.keepAck === undefined && seams?.resurrect === undefined) return;
    for (const instance of this.#tables.instances()) {
      const { state, subject, rule, device } = instance;
      const events = this.#tables.eventsOf(instance.id);
      if (state === 'acked-active' && seams.keepAck?.(subject) === false) {
        const ack = events.findLast(({ event }) => event === 'acked');
        if (ack !== undefined) this.#tables.drop(ack.place);
        this.#tables.put({ ...instance, state: 'unack-active' });
      }
      const isOver = state === 'normal' || state === 'unack-returned';
      if (isOver && seams.resurrect?.(subject) === true) {
        const { since = 0, moment = 0 } = events.findLast(({ event }) => event === 'raised') ?? {};
        this.change({ what: 'raised', rule, subject, device, since, moment });
      }
    }
  }
}
