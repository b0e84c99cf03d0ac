/**
 * Rules over what devices measure, by the time of the device: where a condition has been so for
 * long enough, one alarm is raised, and it stands until the readings say that it is over. A rule
 * goes on where it was after a kill, since how far it is lies in the same transaction as the
 * reading; what comes too late for it, or says that it is of a time to come, is counted.
 */
import { READING_AHEAD_MS, STAMP } from '#kernel';
import {
  type Asked,
  defineService,
  type Service,
  type ServicePorts,
  type TakenRow,
} from '../service.ts';
import { RuleBook, type RuleBookSeams } from './rules/book.ts';
import type { Values } from './rules/condition.ts';
import type { Heard } from './rules/rows.ts';
import { isSame, type Rule, readAsks } from './rules/rule.ts';
import { RULES_SCHEMA, type RuleTables, ruleTables } from './rules/tables.ts';
import { RuleTime } from './rules/time.ts';

export interface RuleSeams extends RuleBookSeams {
  /** From when a reading is. */
  timeOf?(device: string, at: number, received: number): number;
  /** Alarms are listed by device: false leaves this one off. */
  lists?(device: string): boolean;
}

const STREAM = 'telemetry';
const NAME = /^[a-z0-9][a-z0-9.-]{0,63}$/;
const UNHEARD = { last: -1, n: -1, received: 0, late: 0, ahead: 0 };

export default defineService<RuleSeams>({
  kind: 'rules',
  summary: 'raises alarms where what devices measure has been so for long enough',
  schema: RULES_SCHEMA,
  seams: [
    ...(['keepDelay', 'clearEarly', 'raiseAgain', 'takeLate', 'shiftWindow'] as const),
    ...(['trustClocks', 'lookAtLate', 'timeOf', 'raiseAtStart', 'dueLateMs'] as const),
    ...(['goOnByOver', 'takeFormer', 'inTold', 'lists'] as const),
  ],
  truth: 'rules',
  start: (ports) => new Rules(ports),
});

class Rules implements Service {
  readonly #ports: ServicePorts<RuleSeams>;
  readonly #tables: RuleTables;
  readonly #time: RuleTime;
  readonly #book: RuleBook;
  readonly #heard = new Map<string, Heard>();
  readonly #counts = { ruleLate: 0, ruleAhead: 0, ruleRefusals: 0 };
  readonly routes = {
    rules: (asked: Asked) => this.#page(asked),
    'rules/*': (asked: Asked) => this.#asked(asked),
  };
  readonly acts = { 'rules/*': (asked: Asked, body: unknown) => this.#begin(asked, body) };

  constructor(ports: ServicePorts<RuleSeams>) {
    this.#ports = ports;
    this.#tables = ruleTables(ports.sql);
    this.#time = new RuleTime(ports.clock, this.#tables);
    this.#book = new RuleBook(ports, this.#tables, this.#time);
  }

  ready(): void {
    this.#time.load();
    for (const heard of this.#tables.heard()) this.#heard.set(heard.device, { ...heard });
    this.#book.load(this.#heard);
  }

  takes(stream: string): boolean {
    return stream === STREAM;
  }

  /**
   * What the store has already is no news, whoever heard of it: it may have come before any rule
   * was asked for.
   */
  take(row: TakenRow, isNew: boolean): void {
    const { device } = row;
    if (!isNew || !this.#book.isAbout(device)) return;
    const values = valuesIn(row.payload);
    if (values === null) return;
    const received = Math.round(row.receivedAt + this.#time.shift);
    const stamp = values[STAMP];
    const told = Math.round(typeof stamp === 'number' ? stamp : row.intended);
    const at = this.#ports.seams?.timeOf?.(device, told, received) ?? told;
    // What was due before it came is done before it counts.
    this.#book.tick(received);
    this.#hear({ device, n: row.n, at, received, values });
    this.#book.arm();
  }

  counts(): Readonly<Record<string, number>> {
    return { ...this.#counts, ruleAlarms: this.#book.alarms };
  }

  #hear(reading: { device: string; n: number; at: number; received: number; values: Values }) {
    const { device, n, at, received } = reading;
    const heard = this.#heard.get(device) ?? { device, ...UNHEARD };
    this.#heard.set(device, heard);
    // One that was set aside stays so, even if it comes again when its time has come.
    if (heard.ahead > 0 && this.#tables.isAside(device, n)) return;
    const isTrusted = this.#ports.seams?.trustClocks?.(device) === true;
    if (at > received + READING_AHEAD_MS && !isTrusted) {
      this.#tables.setAside(device, n);
      heard.ahead++;
      this.#counts.ruleAhead++;
      this.#tables.hear(heard);
      return;
    }
    // The same once more is nothing new.
    if (at === heard.last && n === heard.n) return;
    const isLate = at <= heard.last;
    if (isLate) {
      heard.late++;
      this.#counts.ruleLate++;
    } else Object.assign(heard, { last: at, n, received });
    this.#tables.hear(heard);
    this.#book.heard({ ...reading, isLate });
  }

  // --- what an operator asks --------------------------------------------------------------------

  #begin(asked: Asked, body: unknown) {
    const name = asked.path[1] ?? '';
    if (!NAME.test(name))
      this.#refuse(asked, 400, 'a rule is called by 1 to 64 of a-z, 0-9, . and -');
    const asks = readAsks(body);
    if (typeof asks === 'string') return this.#refuse(asked, 400, asks);
    const rule = this.#book.get(name);
    const known = rule?.versions.find(({ version }) => version === asks.version);
    // Whoever was not answered asks again.
    if (known !== undefined && isSame(known.asked, asks)) return { at: known.from };
    if (known !== undefined) this.#refuse(asked, 409, `there is another rule ${name}`);
    const next = (rule?.versions.length ?? 0) + 1;
    if (asks.version !== next) this.#refuse(asked, 409, `the next version is ${next}`);
    this.#time.set((body as { now?: unknown }).now);
    const amiss = this.#book.ask(name, asks, this.#heard);
    if (amiss !== null) this.#refuse(asked, 409, amiss);
    return { at: this.#book.get(name)?.versions.at(-1)?.from };
  }

  #refuse(asked: Asked, status: 400 | 409, why: string): never {
    this.#counts.ruleRefusals++;
    return asked.refuse(status, why);
  }

  #asked(asked: Asked) {
    const rule: Rule | undefined = this.#book.get(asked.path[1] ?? '');
    if (rule === undefined) return asked.refuse(404, 'there is no such rule');
    const versions = rule.versions.map(({ from, asked: asks }) => ({ ...asks, from }));
    return { name: rule.name, shift: this.#time.shift, versions };
  }

  #page(asked: Asked) {
    const { limit, items, next } = this.#ports.registry.page(asked);
    const listed = items.filter(({ id }) => this.#ports.seams?.lists?.(id) !== false);
    const rules = listed.map(({ id: device }) => {
      const { late, ahead } = this.#heard.get(device) ?? UNHEARD;
      const missed = this.#tables.missedOf(device);
      return { device, late, ahead, missed, alarms: this.#tables.alarmsOf(device) };
    });
    return { rules, limit, next };
  }
}

function valuesIn(payload: Uint8Array): Values | null {
  try {
    const { v } = JSON.parse(Buffer.from(payload).toString()) as { v: unknown };
    return typeof v === 'object' && v !== null ? (v as Values) : null;
  } catch {
    return null;
  }
}
