/**
 * Alarms as people look after them: rules raise and clear, an operator acknowledges and shelves,
 * and each alarm goes through the states of ISA-18.2 with its whole history in the store. What an
 * operator asks is done once, however often it is asked by the same token, and a person is told of
 * each change once, in the transaction of that change.
 */
import { ALARM_ACTS, type AlarmAct } from '#kernel';
import { longPage } from '../long-lists.ts';
import {
  type Asked,
  type DeviceRecord,
  defineService,
  type Notice,
  type Service,
  type ServicePorts,
} from '../service.ts';
import { type AlarmAsks, readAlarmAsks, readBounds } from './alarms/asks.ts';
import { AlarmBook, type AlarmBookSeams } from './alarms/book.ts';
import { turned } from './alarms/machine.ts';
import type { EventRow, Instance } from './alarms/rows.ts';
import { ALARMS_SCHEMA, type AlarmTables, alarmTables } from './alarms/tables.ts';

export interface AlarmSeams extends AlarmBookSeams {
  /** An alarm is acknowledged that cannot be: true takes that all the same. */
  ackEarly?(subject: string): boolean;
  /** Its rule raises or clears it: so many milliseconds later it comes or goes. */
  comesAfter?(subject: string): number;
}

export default defineService<AlarmSeams>({
  kind: 'alarms',
  summary: 'goes through the states of each alarm, with what an operator does to it',
  schema: ALARMS_SCHEMA,
  seams: [
    ...(['ackEarly', 'keepAck', 'resurrect', 'tellAgain', 'tellShelved'] as const),
    ...(['endShelf', 'countFlood', 'comesAfter', 'tellsAfter'] as const),
  ],
  truth: 'alarms',
  start: (ports) => new Alarms(ports),
});

/** As it is listed. */
interface AlarmTold extends Omit<Instance, 'until'> {
  shelvedUntil: number | null;
  chatter: { from: number; to: number; told: number }[];
  history: Omit<EventRow, 'instance'>[];
}

class Alarms implements Service {
  readonly #ports: ServicePorts<AlarmSeams>;
  readonly #tables: AlarmTables;
  readonly #book: AlarmBook;
  readonly routes = {
    alarms: (asked: Asked) => this.#page(asked),
    'alarms/heard': (asked: Asked) => this.#heard(asked),
    'alarms/floods': (asked: Asked) => this.#floods(asked),
    'alarms/bounds': () => ({ now: this.#book.now, bounds: this.#book.stretches.all }),
    'alarms/*': (asked: Asked) => this.#told(this.#instance(asked)),
  };
  readonly acts;

  constructor(ports: ServicePorts<AlarmSeams>) {
    this.#ports = ports;
    this.#tables = alarmTables(ports.sql);
    this.#book = new AlarmBook(ports, this.#tables);
    const act = (what: AlarmAct) => [
      `alarms/*/${what}`,
      (asked: Asked, body: unknown) => this.#act(what, asked, body),
    ];
    this.acts = {
      ...(Object.fromEntries(ALARM_ACTS.map(act)) as NonNullable<Service['acts']>),
      'alarms/bounds': (asked: Asked, body: unknown) => this.#bind(asked, body),
    };
  }

  ready(): void {
    this.#ports.commits.add(
      () => this.#book.takeUp(),
      () => {},
    );
  }

  noticed({ of, what, ...told }: Notice): void {
    if (of !== 'rules' || (what !== 'raised' && what !== 'cleared')) return;
    const [rule, subject, device] = [told.rule, told.subject, told.device].map(String);
    const whose = { rule: rule ?? '', subject: subject ?? '', device: device ?? '' };
    const change = (): void => {
      this.#book.tick();
      this.#book.change({ what, ...whose, since: Number(told.since), moment: Number(told.at) });
    };
    const { seams, clock, commits } = this.#ports;
    const later = seams?.comesAfter?.(whose.subject) ?? 0;
    if (later === 0) change();
    else clock.after(later, () => commits.add(change, () => {}));
  }

  counts(): Readonly<Record<string, number>> {
    return { ...this.#book.counts, ...this.#book.stretches.counts };
  }

  // --- what an operator asks --------------------------------------------------------------------

  #act(what: AlarmAct, asked: Asked, body: unknown) {
    const asks = readAlarmAsks(body);
    if (typeof asks === 'string') return asked.refuse(400, asks);
    const { shelveMostMs } = this.#book.stretches.bounds;
    if (what === 'shelve' && (asks.forMs < 1 || asks.forMs > shelveMostMs)) {
      return asked.refuse(400, `nothing is shelved for more than ${shelveMostMs} ms`);
    }
    this.#book.tick();
    const instance = this.#instance(asked);
    const { by, token } = asks;
    const known = this.#tables.asked(instance.id, token);
    // Whoever was not answered asks again.
    if (known !== undefined) return this.#again(known, what, asked);
    const why = this.#amiss(what, instance, asks);
    if (why !== null) {
      this.#book.refuse(instance, { what, why, by, token });
      return asked.refuse(409, why);
    }
    if (what === 'ack') this.#book.ack(instance, { by, token });
    else if (what === 'unshelve') this.#book.unshelve(instance, { by, token });
    else this.#book.shelve(instance, asks.forMs, { by, token });
    return answerTo(this.#tables.asked(instance.id, token));
  }

  /** Why it cannot be done; null where it can. */
  #amiss(what: AlarmAct, { subject, ...instance }: Instance, { number }: AlarmAsks): string | null {
    const { state, until } = instance;
    if (what === 'shelve') return until === null ? null : 'it is shelved already';
    if (what === 'unshelve') return until === null ? 'it is not shelved' : null;
    const isOther = number !== null && number !== instance.number;
    if (!isOther && turned(state, 'acked') !== null) return null;
    if (this.#ports.seams?.ackEarly?.(subject) === true) return null;
    if (isOther) return `it was raised ${instance.number} times, and ${number} is meant`;
    return `there is nothing to acknowledge: it is ${state}`;
  }

  #again(known: EventRow, what: AlarmAct, asked: Asked) {
    const did = known.event === 'refused' ? known.what : DONE[known.event];
    if (did !== what) return asked.refuse(409, 'the token is of something else');
    return known.event === 'refused' ? asked.refuse(409, known.why) : answerTo(known);
  }

  #bind(asked: Asked, body: unknown) {
    const bounds = readBounds(body);
    if (typeof bounds === 'string') return asked.refuse(400, bounds);
    const { version, place, ...own } = this.#book.stretches.bounds;
    // The same again is nothing new, and counting does not begin anew.
    const isSame = Object.entries(own).every(([name, is]) => Object(bounds)[name] === is);
    if (!isSame) this.#book.stretches.bind(bounds);
    return { version: this.#book.stretches.bounds.version };
  }

  // --- what is read -----------------------------------------------------------------------------

  #instance(asked: Asked): Instance {
    const text = asked.path[1] ?? '';
    const known = /^\d{1,15}$/.test(text) ? this.#tables.instance(Number(text)) : undefined;
    return known ?? asked.refuse(404, 'there is no such alarm');
  }

  #page(asked: Asked) {
    const { rows, ...page } = longPage(asked, this.#ports.registry, {
      form: BEHIND,
      cut: (record, rest, room) => this.#part(record, rest, room),
    });
    return { alarms: rows, ...page };
  }

  /** Of the alarms of a device; one whose history is long comes once more on the next page. */
  #part({ id: device }: DeviceRecord, rest: string, room: number) {
    const [id = 0, event = 0, stretch = 0] = rest.split('.').map(Number);
    const alarms: AlarmTold[] = [];
    let left = room;
    const part = (end: string | null) => ({
      row: { device, alarms },
      size: room - left,
      rest: end,
    });
    for (const instance of this.#tables.instancesUnder(device)) {
      if (instance.id < id) continue;
      const isSame = instance.id === id;
      if (left <= 0) return part(`${instance.id}.0.0`);
      const behind = isSame ? { event, stretch } : BEGINNING;
      const told = this.#told(instance, behind, left);
      alarms.push(told);
      left -= told.history.length + told.chatter.length;
      if (left > 0) continue;
      const last = told.history.at(-1)?.place ?? behind.event;
      return part(`${instance.id}.${last}.${behind.stretch + told.chatter.length}`);
    }
    return part(null);
  }

  /** As it is, and what has become of it behind a place and so many stretches. */
  #told(
    { until, ...instance }: Instance,
    behind = BEGINNING,
    most = Number.MAX_SAFE_INTEGER,
  ): AlarmTold {
    const rows = this.#tables.eventsOf(instance.id, behind.event, most);
    const history = rows.map(({ instance: _, ...event }) => event);
    const stretches = this.#tables.stretches('chatter', instance.id).slice(behind.stretch);
    const chatter = stretches.slice(0, most - history.length).map(stretchTold);
    return { ...instance, shelvedUntil: until, chatter, history };
  }

  /** What people were told behind a place, oldest first: a feed that goes on from `last`. */
  #heard(asked: Asked) {
    const after = asked.whole('after', 0);
    const rows = this.#tables.told(after, asked.limit());
    const heard = rows.map(({ place, instance: id, number, at, about }) => {
      const { rule, subject, device, state } = this.#tables.instance(id) as Instance;
      const event = this.#tables.event(about)?.event;
      return { place, id, rule, subject, device, state, number, at, event };
    });
    return { heard, last: heard.at(-1)?.place ?? after };
  }

  #floods(asked: Asked) {
    const limit = asked.limit();
    const rows = this.#tables.stretches('flood', 0, asked.whole('cursor', 0), limit);
    const next = rows.length === limit ? String(rows.at(-1)?.place) : null;
    return { floods: rows.map(stretchTold), next };
  }
}

/** An alarm, the last place of its history that was listed, and how many of its stretches. */
const BEHIND = /^\d{1,15}\.\d{1,15}\.\d{1,15}$/;
const BEGINNING = { event: 0, stretch: 0 };

const DONE: Readonly<Record<string, AlarmAct>> = {
  ...{ acked: 'ack', shelved: 'shelve', unshelved: 'unshelve' },
};

const answerTo = (event: EventRow | undefined) => ({
  ...{ at: event?.at, number: event?.number },
  ...(event?.event === 'shelved' ? { until: event.until } : {}),
});

const stretchTold = ({
  began: from,
  ends: to,
  told,
}: {
  began: number;
  ends: number;
  told: number;
}) => ({
  ...{ from, to, told },
});
