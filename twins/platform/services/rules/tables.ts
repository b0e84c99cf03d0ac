/**
 * The tables of rules: what was asked, version by version, which readings may still matter, how far
 * each rule is with each device or place, and the alarms. What a reading changes lies side by side,
 * by its device before its rule: a commit writes whole pages.
 */
import type { Sql } from '../../store/store.ts';
import type { AlarmRow, Course, Heard, Reading, VersionRow } from './rows.ts';

export const RULES_SCHEMA = `
  CREATE TABLE IF NOT EXISTS rules(
    name TEXT NOT NULL, version INTEGER NOT NULL, began REAL NOT NULL, asked TEXT NOT NULL,
    PRIMARY KEY(name, version)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS rule_clock(
    place INTEGER PRIMARY KEY, shift REAL NOT NULL);
  CREATE TABLE IF NOT EXISTS rule_heard(
    device TEXT PRIMARY KEY, last REAL NOT NULL, n INTEGER NOT NULL, received REAL NOT NULL,
    late INTEGER NOT NULL, ahead INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS rule_aside(
    device TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY(device, n)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS rule_memory(
    place INTEGER PRIMARY KEY, device TEXT NOT NULL, n INTEGER NOT NULL, at REAL NOT NULL,
    received REAL NOT NULL, late INTEGER NOT NULL, said TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS rule_memory_of ON rule_memory(device, place);
  CREATE TABLE IF NOT EXISTS rule_courses(
    rule TEXT NOT NULL, subject TEXT NOT NULL, device TEXT NOT NULL, since REAL, over REAL,
    alarm INTEGER, version INTEGER NOT NULL, next REAL, missed INTEGER NOT NULL,
    PRIMARY KEY(subject, rule)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS rule_missed_of ON rule_courses(device, rule) WHERE missed>0;
  CREATE TABLE IF NOT EXISTS rule_alarms(
    place INTEGER PRIMARY KEY, rule TEXT NOT NULL, subject TEXT NOT NULL, device TEXT NOT NULL,
    since REAL NOT NULL, at REAL NOT NULL, raised REAL NOT NULL, cleared REAL);
  CREATE INDEX IF NOT EXISTS rule_alarms_of ON rule_alarms(device);
`;

export type RuleTables = ReturnType<typeof ruleTables>;

export function ruleTables(sql: Sql) {
  const versions = sql.prepare<VersionRow>('SELECT * FROM rules ORDER BY name, version');
  const add = sql.prepare('INSERT INTO rules VALUES(?,?,?,?)');
  const shift = sql.prepare<{ shift: number }>('SELECT shift FROM rule_clock');
  const setShift = sql.prepare('INSERT OR REPLACE INTO rule_clock VALUES(1,?)');
  const memory = memoryTables(sql);
  const heard = sql.prepare<Heard>('SELECT * FROM rule_heard');
  const hear = sql.prepare('INSERT OR REPLACE INTO rule_heard VALUES(?,?,?,?,?,?)');
  const aside = sql.prepare('INSERT INTO rule_aside VALUES(?,?)');
  const isAside = sql.prepare('SELECT 1 FROM rule_aside WHERE device=? AND n=?');
  const courses = sql.prepare<Course>('SELECT * FROM rule_courses');
  const put = sql.prepare('INSERT OR REPLACE INTO rule_courses VALUES(?,?,?,?,?,?,?,?,?)');
  const raise = sql.prepare(
    'INSERT INTO rule_alarms(rule, subject, device, since, at, raised) VALUES(?,?,?,?,?,?)',
  );
  const clear = sql.prepare('UPDATE rule_alarms SET cleared=? WHERE place=?');
  const alarm = sql.prepare<AlarmRow>('SELECT * FROM rule_alarms WHERE place=?');
  const alarms = sql.prepare<Omit<AlarmRow, 'device'>>(
    `SELECT rule, subject, since, at, raised, cleared FROM rule_alarms WHERE device=?
     ORDER BY place`,
  );
  const newest = sql.prepare<{ at: number }>(
    'SELECT at FROM rule_alarms WHERE device=? AND rule=? ORDER BY place DESC LIMIT 1',
  );
  const missed = sql.prepare<Pick<Course, 'rule' | 'subject' | 'missed'>>(
    'SELECT rule, subject, missed FROM rule_courses WHERE device=? AND missed>0 ORDER BY rule',
  );
  return {
    versions: (): VersionRow[] => versions.all(),
    add: ({ name, version, began, asked }: VersionRow): void =>
      void add.run(name, version, began, asked),
    shift: (): number | null => shift.all()[0]?.shift ?? null,
    setShift: (ms: number): void => void setShift.run(ms),
    heard: (): Heard[] => heard.all(),
    hear: ({ device, last, n, received, late, ahead }: Heard): void =>
      void hear.run(device, last, n, received, late, ahead),
    setAside: (device: string, n: number): void => void aside.run(device, n),
    isAside: (device: string, n: number): boolean => isAside.all(device, n).length > 0,
    ...memory,
    courses: (): Course[] => courses.all().map((one) => ({ ...one })),
    put: (course: Course): void => {
      const { rule, subject, device, since, over, alarm: own, version, next } = course;
      put.run(rule, subject, device, since, over, own, version, next, course.missed);
    },
    raise: ({ rule, subject, device, since, at, raised }: Omit<AlarmRow, 'cleared'>): number =>
      Number(raise.run(rule, subject, device, since, at, raised).lastInsertRowid),
    clear: (place: number, at: number): void => void clear.run(at, place),
    alarm: (place: number): AlarmRow | undefined => alarm.all(place)[0],
    /** By which moment the newest alarm of the rule over a device was due; null for none. */
    newestAt: (rule: string, device: string): number | null =>
      newest.all(device, rule)[0]?.at ?? null,
    alarmsOf: (device: string) => alarms.all(device),
    missedOf: (device: string) => missed.all(device),
  };
}

interface MemoryRow extends Omit<Reading, 'isLate' | 'values'> {
  late: number;
  said: string;
}

function memoryTables(sql: Sql) {
  const memory = sql.prepare<MemoryRow>('SELECT * FROM rule_memory ORDER BY place');
  const keep = sql.prepare(
    'INSERT INTO rule_memory(device, n, at, received, late, said) VALUES(?,?,?,?,?,?)',
  );
  const forget = sql.prepare('DELETE FROM rule_memory WHERE device=? AND place<?');
  return {
    memory: (): Reading[] =>
      memory.all().map(({ late, said, ...row }) => ({
        ...row,
        isLate: late === 1,
        values: JSON.parse(said) as Reading['values'],
      })),
    /** Its place. */
    keep: ({ device, n, at, received, isLate, values }: Omit<Reading, 'place'>): number =>
      Number(
        keep.run(device, n, at, received, isLate ? 1 : 0, JSON.stringify(values)).lastInsertRowid,
      ),
    /** What is before that place. */
    forget: (device: string, place: number): void => void forget.run(device, place),
  };
}
