/**
 * What follows from alarms: a command to the device, a change of its twin, a campaign that is held,
 * a word to somebody outside. Whatever follows is decided once for each alarm, in the transaction
 * that raises or clears it, and the decision stays: done, or held and why, with the rule, its
 * version and the values that made it so. Guards keep a loop that works against itself, or a rule
 * that has run wild, from doing harm; the operator may stop all of it.
 */
import { ACT_VALUES_MAX } from '#kernel';
import { longPage } from '../long-lists.ts';
import {
  type Asked,
  type DeviceRecord,
  defineService,
  type Notice,
  type Service,
  type ServicePorts,
  type TakenRow,
} from '../service.ts';
import { Outbox, outboxSchema } from '../store/outbox.ts';
import { type Act, actOf, isSame, NAME, readAsks } from './acts/act.ts';
import { Courier, type CourierSeams } from './acts/courier.ts';
import type { Cause } from './acts/doings/doing.ts';
import { type GuardSeams, heldBy } from './acts/guards.ts';
import { Routes } from './acts/routes.ts';
import type { DecisionRow } from './acts/rows.ts';
import { ACTS_SCHEMA, type ActTables, actTables } from './acts/tables.ts';

export interface ActSeams extends GuardSeams, CourierSeams {
  /** The platform starts: true does once more what was done last for its subject. */
  doAgainAtStart?(act: string, subject: string): boolean;
  /** The values with which a decision says that it was so. */
  causeOf?(act: string, subject: string, values: Values): Values;
  /** Something is decided: the key by which all know it, others under the same one too. */
  keyOf?(act: string, subject: string, key: string): string;
  /** No guard holds it: true says all the same that whoever should do it refused. */
  refuses?(act: string, subject: string): boolean;
  /** An alarm is raised or cleared: so many milliseconds later it is decided what follows. */
  decidesAfter?(act: string, subject: string): number;
  /** Somebody outside did not take what he was told, so often: true tells him no more. */
  callGivesUp?(key: string, tries: number): boolean;
  /** He is told again: the key that it bears. */
  callKeyAgain?(key: string, tries: number): string;
  /** The platform starts: true never tells what a former life still owed. */
  callForgets?(key: string): boolean;
}

type Values = DecisionRow['values'];

const RULES = 'rules';
const STREAM = 'acted';
/** What devices say again and again. */
const READINGS = 'telemetry';
const SWITCH = 'switch';
const OUTBOX = 'act_outbox';

export default defineService<ActSeams>({
  kind: 'acts',
  summary: 'does what is to follow from alarms, unless a guard holds it, and keeps why',
  schema: `${ACTS_SCHEMA} ${outboxSchema(OUTBOX)}`,
  seams: [
    ...(['heedStop', 'heedGuard', 'keyAgain', 'sends', 'puts'] as const),
    ...(['doAgainAtStart', 'causeOf', 'reroute', 'keyBy', 'keyOf'] as const),
    ...(['refuses', 'decidesAfter', 'againAfter'] as const),
    ...(['callGivesUp', 'callKeyAgain', 'callForgets'] as const),
  ],
  truth: 'acts',
  start: (ports) => new Acts(ports),
});

class Acts implements Service {
  readonly #ports: ServicePorts<ActSeams>;
  readonly #tables: ActTables;
  readonly #routes: Routes;
  readonly #courier: Courier;
  readonly #outbox: Outbox;
  readonly #acts = new Map<string, Act>();
  readonly #counts = { actsDone: 0, actsHeld: 0, actAnswers: 0, actRefusals: 0 };
  readonly routes = {
    acts: (asked: Asked) => this.#page(asked),
    'acts/*': (asked: Asked) => this.#asked(asked),
  };
  readonly acts = {
    'acts/*': (asked: Asked, body: unknown) => this.#begin(asked, body),
    'acts/*/*': (asked: Asked) => this.#turn(asked),
  };

  constructor(ports: ServicePorts<ActSeams>) {
    this.#ports = ports;
    this.#tables = actTables(ports.sql);
    this.#routes = new Routes(ports.enrolled);
    this.#courier = new Courier(ports, this.#tables, this.#routes);
    this.#outbox = new Outbox(ports, OUTBOX, {
      giveUp: (...asked) => ports.seams?.callGivesUp?.(...asked) === true,
      keyAgain: (key, tries) => ports.seams?.callKeyAgain?.(key, tries) ?? key,
      forgetAtStart: (key) => ports.seams?.callForgets?.(key) === true,
    });
    // A fellow may tell of alarms before this one is ready.
    for (const { name, began, asked } of this.#tables.acts()) {
      this.#acts.set(name, actOf(name, began, asked));
    }
  }

  ready(): void {
    this.#courier.arm();
    this.#outbox.ready();
    if (this.#ports.seams?.doAgainAtStart !== undefined) this.#doAgain();
  }

  takes(stream: string): boolean {
    return stream === STREAM || (stream === READINGS && this.#routes.areSeveral);
  }

  take({ by, device, stream, n, payload, receivedAt }: TakenRow): void {
    if (stream === READINGS) return this.#routes.heard(device, by, n);
    if (this.#courier.answered(device, payload, Math.round(receivedAt))) this.#counts.actAnswers++;
  }

  noticed(notice: Notice): void {
    if (notice.of !== RULES || this.#acts.size === 0) return;
    const own = [...this.#acts.values()].filter(
      ({ rule, on }) => rule === notice.rule && on === notice.what,
    );
    // In one order in each life, since the first may keep what the next would set.
    for (const act of own.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const { seams, clock, commits } = this.#ports;
      const decide = (): void => this.#decide(act, notice);
      const later = seams?.decidesAfter?.(act.name, String(notice.subject)) ?? 0;
      if (later === 0) decide();
      else clock.after(later, () => commits.add(decide, () => {}));
    }
  }

  counts(): Readonly<Record<string, number>> {
    return { ...this.#counts, actCommands: this.#courier.sent, actCalls: this.#outbox.taken };
  }

  #decide(act: Act, { rule, version, subject, device, at, values }: Notice): void {
    const told = { rule: String(rule), version: Number(version), subject: String(subject) };
    const cause: Cause = {
      ...{ act: act.name, ...told, device: String(device), at: Number(at) },
      key: [act.name, told.version, told.subject, Number(at)].join('/'),
      decided: Math.round(this.#ports.clock.now()),
    };
    // Whatever tells of it twice, one thing follows.
    if (!this.#tables.has(cause.key)) this.#settle(act, cause, saidIn(values));
  }

  #settle(act: Act, cause: Cause, values: Values): void {
    const { seams } = this.#ports;
    const held = heldBy(act, cause, this.#acts, this.#tables, seams);
    const tools = {
      ...{ ports: this.#ports as ServicePorts, courier: this.#courier, outbox: this.#outbox },
    };
    const said = seams?.causeOf?.(act.name, cause.subject, values) ?? values;
    const because = { ...cause, values: said };
    const key = this.#keyOf(because);
    const isRefused = held === null && seams?.refuses?.(act.name, cause.subject) === true;
    const kept = isRefused ? 'refused' : (held?.why ?? null);
    const why = kept ?? act.deed.perform({ ...because, key }, tools);
    const outcome = { done: why === null, why: why ?? '', by: held?.by ?? '' };
    this.#tables.add({ ...because, ...outcome });
    if (why === null) this.#counts.actsDone++;
    else this.#counts.actsHeld++;
  }

  #keyOf({ act, subject, key }: Pick<Cause, 'act' | 'subject' | 'key'>): string {
    return this.#ports.seams?.keyOf?.(act, subject, key) ?? key;
  }

  /** What a bug does with what a former life has done. */
  #doAgain(): void {
    const last = new Map(
      this.#tables.allDone().map((row) => [`${row.act} ${row.subject}`, row] as const),
    );
    for (const { act: name, key, ...row } of last.values()) {
      const act = this.#acts.get(name);
      const isAgain = this.#ports.seams?.doAgainAtStart?.(name, row.subject) === true;
      if (act === undefined || !isAgain) continue;
      const decided = Math.round(this.#ports.clock.now());
      const cause: Cause = { ...row, act: name, key: `${key}/${decided}`, decided };
      this.#settle(act, cause, row.values);
    }
  }

  // --- what an operator asks --------------------------------------------------------------------

  #begin(asked: Asked, body: unknown) {
    const name = asked.path[1] ?? '';
    if (!NAME.test(name)) {
      this.#refuse(asked, 400, 'an act is called by 1 to 64 of a-z, 0-9, . and -');
    }
    const asks = readAsks(body);
    if (typeof asks === 'string') return this.#refuse(asked, 400, asks);
    const known = this.#acts.get(name);
    // Whoever was not answered asks again.
    if (known !== undefined && isSame(known.asked, asks)) return { at: known.from };
    if (known !== undefined) return this.#refuse(asked, 409, `there is another act ${name}`);
    const began = Math.round(this.#ports.clock.now());
    this.#tables.addAct({ name, began, asked: asks });
    this.#acts.set(name, actOf(name, began, asks));
    return { at: began };
  }

  /** Stops all of it, or lets it go on; the same once more changes nothing. */
  #turn(asked: Asked) {
    const [, what, word] = asked.path;
    if (what !== SWITCH || (word !== 'on' && word !== 'off')) {
      return this.#refuse(asked, 404, `one can turn acts/${SWITCH}/on and acts/${SWITCH}/off`);
    }
    const isOn = word === 'on';
    const before = this.#tables.switch();
    if (before.isOn === isOn) return { at: before.at };
    const at = Math.round(this.#ports.clock.now());
    this.#tables.turn(isOn, at);
    return { at };
  }

  #refuse(asked: Asked, status: 400 | 404 | 409, why: string): never {
    this.#counts.actRefusals++;
    return asked.refuse(status, why);
  }

  #asked(asked: Asked) {
    const name = asked.path[1] ?? '';
    if (name === SWITCH) return this.#tables.switch();
    const act = this.#acts.get(name);
    return act === undefined
      ? asked.refuse(404, 'there is no such act')
      : { name, from: act.from, ...act.asked };
  }

  #page(asked: Asked) {
    const { rows, ...page } = longPage(asked, this.#ports.registry, {
      form: BEHIND,
      cut: (record, rest, room) => this.#part(record, rest, room),
    });
    return { acts: rows, ...page };
  }

  /** Of one device, behind what was listed of it: decisions first, answers last. */
  #part({ id: device }: DeviceRecord, rest: string, room: number) {
    const [, place = -1, n = -1, at = -1, key = ''] = BEHIND.exec(rest) ?? [];
    const decided = this.#tables
      .decisionsOf(device, Number(place), room)
      .map((row) => ({ ...row, key: this.#keyOf(row) }));
    const sent = this.#tables.sentTo(device, Number(n), room - decided.length);
    const left = room - decided.length - sent.length;
    const answers = this.#tables.answersOf(device, Number(at), key, left);
    const size = decided.length + sent.length + answers.length;
    const [last, lastSent] = [decided.at(-1)?.place ?? place, sent.at(-1)?.n ?? n];
    const { answered, key: own } = answers.at(-1) ?? { answered: at, key };
    const end = size < room ? null : `${last},${lastSent},${answered},${own}`;
    return { row: { device, decided, sent, answers }, size, rest: end };
  }
}

/** A decision, a message and an answer, the last of each that was listed. */
const BEHIND = /^(-1|\d{1,15}),(-1|\d{1,15}),(-1|\d{1,15}(?:\.\d{1,20})?),(.*)$/s;

/** What of a reading rules can speak of, as far as there is room. */
function saidIn(values: unknown): Values {
  // What stands of another's alarm is yes or no.
  const own = Object.entries(Object(values) as Record<string, unknown>).filter(
    (one): one is [string, number | boolean] => ['number', 'boolean'].includes(typeof one[1]),
  );
  const sizeOf = (): number => Buffer.byteLength(JSON.stringify(Object.fromEntries(own)));
  while (sizeOf() > ACT_VALUES_MAX) own.pop();
  return Object.fromEntries(own);
}
