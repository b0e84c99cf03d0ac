/** The tables of rules: what was asked, how far each is with each device, and its alarms. */
import type { Sql } from '../../store/store.ts';

export const RULES_SCHEMA = `
  CREATE TABLE IF NOT EXISTS rules(
    name TEXT PRIMARY KEY, prefix TEXT NOT NULL, cond TEXT NOT NULL, clears TEXT NOT NULL,
    for_ms REAL NOT NULL, began REAL NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS rule_states(
    rule TEXT NOT NULL, device TEXT NOT NULL, last REAL NOT NULL, since REAL, alarm INTEGER,
    late INTEGER NOT NULL, PRIMARY KEY(device, rule)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS rule_alarms(
    place INTEGER PRIMARY KEY, rule TEXT NOT NULL, device TEXT NOT NULL, since REAL NOT NULL,
    at REAL NOT NULL, raised REAL NOT NULL, cleared REAL);
  CREATE INDEX IF NOT EXISTS rule_alarms_of ON rule_alarms(device);
`;

export interface RuleRow {
  name: string;
  prefix: string;
  cond: string;
  clears: string;
  forMs: number;
  /** When it was asked for, on the platform's clock: what came before is none of its business. */
  began: number;
}

/** How far a rule is with a device; times of readings are the device's. */
export interface RuleState {
  rule: string;
  device: string;
  /** Of the latest reading; -1 before the first. */
  last: number;
  /** Since when it has been so; null while it is not. */
  since: number | null;
  /** The alarm that stands; null for none. */
  alarm: number | null;
  /** Readings that came after a later one. */
  late: number;
}

export interface AlarmRow {
  rule: string;
  since: number;
  at: number;
  raised: number;
  cleared: number | null;
}

export type RuleTables = ReturnType<typeof ruleTables>;

export function ruleTables(sql: Sql) {
  const rules = sql.prepare<RuleRow>(
    'SELECT name, prefix, cond, clears, for_ms AS forMs, began FROM rules ORDER BY name',
  );
  const add = sql.prepare('INSERT INTO rules VALUES(?,?,?,?,?,?)');
  const state = sql.prepare<RuleState>('SELECT * FROM rule_states WHERE device=? AND rule=?');
  const put = sql.prepare('INSERT OR REPLACE INTO rule_states VALUES(?,?,?,?,?,?)');
  const raise = sql.prepare(
    'INSERT INTO rule_alarms(rule, device, since, at, raised) VALUES(?,?,?,?,?)',
  );
  const clear = sql.prepare('UPDATE rule_alarms SET cleared=? WHERE place=?');
  const alarms = sql.prepare<AlarmRow>(
    'SELECT rule, since, at, raised, cleared FROM rule_alarms WHERE device=? ORDER BY place',
  );
  return {
    rules: (): RuleRow[] => rules.all(),
    add: ({ name, prefix, cond, clears, forMs, began }: RuleRow): void =>
      void add.run(name, prefix, cond, clears, forMs, began),
    state: (device: string, rule: string): RuleState =>
      state.all(device, rule)[0] ?? { rule, device, last: -1, since: null, alarm: null, late: 0 },
    put: ({ rule, device, last, since, alarm, late }: RuleState): void =>
      void put.run(rule, device, last, since, alarm, late),
    raise: (device: string, { rule, since, at, raised }: Omit<AlarmRow, 'cleared'>): number =>
      Number(raise.run(rule, device, since, at, raised).lastInsertRowid),
    clear: (place: number, at: number): void => void clear.run(at, place),
    alarms: (device: string): AlarmRow[] => alarms.all(device),
  };
}
