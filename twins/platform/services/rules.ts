/**
 * Rules over what devices measure, by the time of the device: where a condition has been so of each
 * reading for long enough, one alarm is raised, and it stands until the readings say that it is
 * over. A rule goes on where it was after a kill, since how far it is lies in the same transaction
 * as the reading; a reading that comes after a later one changes nothing and is counted.
 */
import {
  type Asked,
  defineService,
  type Service,
  type ServicePorts,
  type TakenRow,
} from '../service.ts';
import { type Condition, readCondition, type Values } from './rules/condition.ts';
import {
  RULES_SCHEMA,
  type RuleRow,
  type RuleState,
  type RuleTables,
  ruleTables,
} from './rules/tables.ts';

export interface RuleSeams {
  /** A rule is to go on where it was before a kill: false begins it anew. */
  keepDelay?(rule: string, device: string): boolean;
  /** An alarm stands, and what made it true is not so any more: true lets it go by that alone. */
  clearEarly?(rule: string, device: string): boolean;
  /** An alarm is raised: true raises it once more. */
  raiseAgain?(rule: string, device: string): boolean;
}

const STREAM = 'telemetry';
const NAME = /^[a-z0-9][a-z0-9.-]{0,63}$/;
const TEXT_MAX = 256;
const DAY_MS = 86_400_000;

export default defineService<RuleSeams>({
  kind: 'rules',
  summary: 'raises alarms where what devices measure has been so for long enough',
  schema: RULES_SCHEMA,
  seams: ['keepDelay', 'clearEarly', 'raiseAgain'],
  truth: 'rules',
  start: (ports) => new Rules(ports),
});

interface Rule extends RuleRow {
  when: Condition;
  isOver: Condition;
}

class Rules implements Service {
  readonly #ports: ServicePorts<RuleSeams>;
  readonly #tables: RuleTables;
  readonly #rules = new Map<string, Rule>();
  /** Pairs of rule and device that this life of the platform has gone on with. */
  readonly #known = new Set<string>();
  readonly #counts = { ruleAlarms: 0, ruleLate: 0, ruleRefusals: 0 };
  readonly routes = {
    rules: (asked: Asked) => this.#page(asked),
    'rules/*': (asked: Asked) => this.#asked(asked),
  };
  readonly acts = { 'rules/*': (asked: Asked, body: unknown) => this.#begin(asked, body) };

  constructor(ports: ServicePorts<RuleSeams>) {
    this.#ports = ports;
    this.#tables = ruleTables(ports.sql);
  }

  ready(): void {
    for (const row of this.#tables.rules()) this.#take(row);
  }

  takes(stream: string): boolean {
    return stream === STREAM;
  }

  take({ device, intended, payload, receivedAt }: TakenRow): void {
    const own = this.#rulesOf(device);
    if (own.length === 0) return;
    const values = valuesIn(payload);
    if (values === null) return;
    for (const rule of own) this.#look(rule, device, intended, receivedAt, values);
  }

  counts(): Readonly<Record<string, number>> {
    return this.#counts;
  }

  // --- what an operator asks --------------------------------------------------------------------

  #begin(asked: Asked, body: unknown) {
    const name = asked.path[1] ?? '';
    const given = (typeof body === 'object' && body !== null ? body : {}) as Record<
      string,
      unknown
    >;
    const { of = '', when, clear, forMs = 0 } = given;
    if (!NAME.test(name))
      this.#refuse(asked, 400, 'a rule is called by 1 to 64 of a-z, 0-9, . and -');
    if (typeof of !== 'string' || of.length > TEXT_MAX)
      this.#refuse(asked, 400, 'of is a short text');
    if (readCondition(when) === null) this.#refuse(asked, 400, 'when is no condition');
    if (readCondition(clear) === null) this.#refuse(asked, 400, 'clear is no condition');
    if (typeof forMs !== 'number' || !(forMs >= 0 && forMs <= DAY_MS)) {
      this.#refuse(asked, 400, `forMs is from 0 to ${DAY_MS}`);
    }
    const said = { name, prefix: String(of), cond: String(when), clears: String(clear) };
    const known = this.#rules.get(name);
    const began = known?.began ?? this.#ports.clock.now();
    const row: RuleRow = { ...said, forMs: Number(forMs), began };
    // Whoever was not answered asks again.
    const isSame =
      known === undefined ||
      Object.entries(row).every(([key, one]) => known[key as keyof RuleRow] === one);
    if (!isSame) this.#refuse(asked, 409, `there is another rule ${name}`);
    if (known === undefined) {
      this.#tables.add(row);
      this.#take(row);
    }
    return { at: began };
  }

  #refuse(asked: Asked, status: 400 | 409, why: string): never {
    this.#counts.ruleRefusals++;
    return asked.refuse(status, why);
  }

  #asked(asked: Asked) {
    const rule = this.#rules.get(asked.path[1] ?? '');
    if (rule === undefined) return asked.refuse(404, 'there is no such rule');
    const { name, prefix, cond, clears, forMs, began } = rule;
    return { name, of: prefix, when: cond, clear: clears, forMs, began };
  }

  #page(asked: Asked) {
    const { limit, items, next } = this.#ports.registry.page(asked);
    const rules = items.map(({ id }) => {
      const states = this.#rulesOf(id).map(({ name, began }) => {
        const { late } = this.#tables.state(id, name);
        return { rule: name, from: began, late };
      });
      return { device: id, rules: states, alarms: this.#tables.alarms(id) };
    });
    return { rules, limit, next };
  }

  #take(row: RuleRow): void {
    const [when, isOver] = [readCondition(row.cond), readCondition(row.clears)];
    if (when !== null && isOver !== null) this.#rules.set(row.name, { ...row, when, isOver });
  }

  /** Of a device that no rule is over nothing is looked at. */
  #rulesOf(device: string): Rule[] {
    if (this.#rules.size === 0) return [];
    return [...this.#rules.values()].filter(({ prefix }) => isOf(prefix, device));
  }

  // --- one device -------------------------------------------------------------------------------

  #look(rule: Rule, device: string, at: number, now: number, values: Values): void {
    const { name } = rule;
    const { seams } = this.#ports;
    const state = this.#tables.state(device, name);
    const isNew = !this.#known.has(`${name} ${device}`);
    this.#known.add(`${name} ${device}`);
    if (isNew && state.since !== null && seams?.keepDelay?.(name, device) === false) {
      state.since = null;
    }
    if (at <= state.last) {
      // The same once more is nothing new.
      if (at < state.last) {
        this.#counts.ruleLate++;
        this.#tables.put({ ...state, late: state.late + 1 });
      }
      return;
    }
    state.last = at;
    if (state.alarm !== null) this.#standing(rule, state, at, values);
    else this.#waiting(rule, state, at, now, values);
    this.#tables.put(state);
  }

  #standing(rule: Rule, state: RuleState, at: number, values: Values): void {
    const seam = this.#ports.seams?.clearEarly;
    const isOver =
      rule.isOver(values) || (!rule.when(values) && seam?.(rule.name, state.device) === true);
    if (!isOver || state.alarm === null) return;
    this.#tables.clear(state.alarm, at);
    Object.assign(state, { alarm: null, since: null });
  }

  #waiting(rule: Rule, state: RuleState, at: number, now: number, values: Values): void {
    if (!rule.when(values)) {
      state.since = null;
      return;
    }
    state.since ??= at;
    if (at - state.since < rule.forMs) return;
    const alarm = {
      rule: rule.name,
      since: state.since,
      at,
      raised: Math.max(now, this.#ports.clock.now()),
    };
    state.alarm = this.#tables.raise(state.device, alarm);
    this.#counts.ruleAlarms++;
    if (this.#ports.seams?.raiseAgain?.(rule.name, state.device) === true) {
      this.#tables.raise(state.device, alarm);
    }
  }
}

const isOf = (prefix: string, device: string): boolean =>
  prefix === '' || `${device}/`.startsWith(`${prefix}/`);

function valuesIn(payload: Uint8Array): Values | null {
  try {
    const { v } = JSON.parse(Buffer.from(payload).toString()) as { v: unknown };
    return typeof v === 'object' && v !== null ? (v as Values) : null;
  } catch {
    return null;
  }
}
