/** The tables of alarms: the instances, their history, and the stretches with too many of them. */
import type { AlarmBounds } from '#kernel';
import type { Sql } from '../../store/store.ts';
import type { BoundsRow, EventRow, Instance, Stretch } from './rows.ts';

export const ALARMS_SCHEMA = `
  CREATE TABLE IF NOT EXISTS alarm_instances(
    id INTEGER PRIMARY KEY, rule TEXT NOT NULL, subject TEXT NOT NULL, device TEXT NOT NULL,
    state TEXT NOT NULL, number INTEGER NOT NULL, until REAL, UNIQUE(subject, rule));
  CREATE INDEX IF NOT EXISTS alarm_instances_of ON alarm_instances(device);
  CREATE INDEX IF NOT EXISTS alarm_shelf ON alarm_instances(until) WHERE until IS NOT NULL;
  CREATE TABLE IF NOT EXISTS alarm_events(
    place INTEGER PRIMARY KEY, instance INTEGER NOT NULL, event TEXT NOT NULL,
    number INTEGER NOT NULL, at REAL NOT NULL, by TEXT NOT NULL, token TEXT NOT NULL,
    what TEXT NOT NULL, why TEXT NOT NULL, about INTEGER NOT NULL, until REAL NOT NULL,
    since REAL NOT NULL, moment REAL NOT NULL);
  CREATE INDEX IF NOT EXISTS alarm_events_of ON alarm_events(instance, place);
  CREATE UNIQUE INDEX IF NOT EXISTS alarm_tokens ON alarm_events(instance, token)
    WHERE token <> '';
  CREATE INDEX IF NOT EXISTS alarm_told ON alarm_events(place) WHERE event = 'annunciated';
  CREATE TABLE IF NOT EXISTS alarm_stretches(
    place INTEGER PRIMARY KEY, kind TEXT NOT NULL, instance INTEGER NOT NULL,
    version INTEGER NOT NULL, began REAL NOT NULL, ends REAL NOT NULL, told INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS alarm_stretches_of ON alarm_stretches(kind, instance, place);
  CREATE TABLE IF NOT EXISTS alarm_bounds(
    version INTEGER PRIMARY KEY, place INTEGER NOT NULL, floodMore INTEGER NOT NULL,
    floodMs REAL NOT NULL, chatterTimes INTEGER NOT NULL, chatterMs REAL NOT NULL,
    shelveMostMs REAL NOT NULL);
`;

export type AlarmTables = ReturnType<typeof alarmTables>;

/** What an event does not say. */
const UNSAID = {
  ...{ by: '', token: '', what: '', why: '', about: 0, until: 0, since: 0, moment: 0 },
} as const;

export type Said = Pick<EventRow, 'event' | 'at'> & Partial<EventRow>;

export function alarmTables(sql: Sql) {
  return { ...instanceTables(sql), ...eventTables(sql), ...stretchTables(sql) };
}

function instanceTables(sql: Sql) {
  const of = 'SELECT * FROM alarm_instances WHERE';
  const byId = sql.prepare<Instance>(`${of} id=?`);
  const bySource = sql.prepare<Instance>(`${of} rule=? AND subject=?`);
  const byDevice = sql.prepare<Instance>(`${of} device=? ORDER BY id`);
  const over = sql.prepare<Instance>(`${of} until<=? ORDER BY until, id`);
  const all = sql.prepare<Instance>('SELECT * FROM alarm_instances ORDER BY id');
  const next = sql.prepare<{ due: number | null }>(
    'SELECT MIN(until) AS due FROM alarm_instances WHERE until IS NOT NULL',
  );
  const add = sql.prepare(
    `INSERT INTO alarm_instances(rule, subject, device, state, number) VALUES(?,?,?,'normal',0)`,
  );
  const put = sql.prepare('UPDATE alarm_instances SET state=?, number=?, until=? WHERE id=?');
  const own = (rows: Instance[]): Instance[] => rows.map((row) => ({ ...row }));
  return {
    instance: (id: number): Instance | undefined => own(byId.all(id))[0],
    /** Made where it is new. */
    instanceOf: (rule: string, subject: string, device: string): Instance => {
      const known = own(bySource.all(rule, subject))[0];
      if (known !== undefined) return known;
      const id = Number(add.run(rule, subject, device).lastInsertRowid);
      return { ...{ id, rule, subject, device }, state: 'normal', number: 0, until: null };
    },
    instances: (): Instance[] => own(all.all()),
    instancesUnder: (device: string): Instance[] => own(byDevice.all(device)),
    /** Shelved until then at the latest, in order. */
    over: (now: number): Instance[] => own(over.all(now)),
    nextDue: (): number | null => next.all()[0]?.due ?? null,
    put: ({ id, state, number, until }: Instance): void => void put.run(state, number, until, id),
  };
}

function eventTables(sql: Sql) {
  const add = sql.prepare(
    `INSERT INTO alarm_events(instance, event, number, at, by, token, what, why, about, until,
     since, moment) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)`,
  );
  const of = sql.prepare<EventRow>(
    'SELECT * FROM alarm_events WHERE instance=? AND place>? ORDER BY place LIMIT ?',
  );
  const one = sql.prepare<EventRow>('SELECT * FROM alarm_events WHERE place=?');
  const asked = sql.prepare<EventRow>('SELECT * FROM alarm_events WHERE instance=? AND token=?');
  const last = sql.prepare<{ place: number | null }>(
    'SELECT MAX(place) AS place FROM alarm_events',
  );
  const told = sql.prepare<EventRow>(
    `SELECT * FROM alarm_events WHERE event='annunciated' AND place>? ORDER BY place LIMIT ?`,
  );
  const drop = sql.prepare('DELETE FROM alarm_events WHERE place=?');
  return {
    /** Its place. */
    note: ({ id, number }: Instance, said: Said): number => {
      const row = { ...UNSAID, ...said };
      const { event, at, by, token, what, why, about, until, since, moment } = row;
      const whose = [id, event, number, at, by, token] as const;
      return Number(add.run(...whose, what, why, about, until, since, moment).lastInsertRowid);
    },
    eventsOf: (instance: number, after = 0, limit = -1): EventRow[] =>
      of.all(instance, after, limit),
    asked: (instance: number, token: string): EventRow | undefined => asked.all(instance, token)[0],
    event: (place: number): EventRow | undefined => one.all(place)[0],
    lastPlace: (): number => last.all()[0]?.place ?? 0,
    told: (after: number, limit: number): EventRow[] => told.all(after, limit),
    drop: (place: number): void => void drop.run(place),
  };
}

function stretchTables(sql: Sql) {
  const lastTold = sql.prepare<{ at: number }>(
    `SELECT at FROM alarm_events WHERE event='annunciated' AND place>?
     ORDER BY place DESC LIMIT ?`,
  );
  const lastTurns = sql.prepare<{ at: number }>(
    `SELECT at FROM alarm_events WHERE instance=? AND event IN ('raised', 'cleared') AND place>?
     ORDER BY place DESC LIMIT ?`,
  );
  const latest = sql.prepare<Stretch>(
    `SELECT * FROM alarm_stretches WHERE kind=? AND instance=? ORDER BY place DESC LIMIT 1`,
  );
  const of = sql.prepare<Stretch>(
    'SELECT * FROM alarm_stretches WHERE kind=? AND instance=? AND place>? ORDER BY place LIMIT ?',
  );
  const add = sql.prepare(
    'INSERT INTO alarm_stretches(kind, instance, version, began, ends, told) VALUES(?,?,?,?,?,?)',
  );
  const stretch = sql.prepare('UPDATE alarm_stretches SET ends=?, told=? WHERE place=?');
  const bounds = sql.prepare<BoundsRow>('SELECT * FROM alarm_bounds ORDER BY version');
  const bind = sql.prepare('INSERT INTO alarm_bounds VALUES(?,?,?,?,?,?,?)');
  return {
    /** When the latest were, in order, of those behind that place. */
    lastTold: (most: number, behind: number): number[] => inOrder(lastTold.all(behind, most)),
    lastTurns: (instance: number, most: number, behind: number): number[] =>
      inOrder(lastTurns.all(instance, behind, most)),
    latest: (kind: Stretch['kind'], instance: number): Stretch | undefined =>
      latest.all(kind, instance)[0],
    stretches: (kind: Stretch['kind'], instance: number, after = 0, limit = -1): Stretch[] =>
      of.all(kind, instance, after, limit),
    /** Its place. */
    begin: ({ kind, instance, version, began, ends, told }: Omit<Stretch, 'place'>): number =>
      Number(add.run(kind, instance, version, began, ends, told).lastInsertRowid),
    goOn: ({ place, ends, told }: Stretch): void => void stretch.run(ends, told, place),
    bounds: (): BoundsRow[] => bounds.all().map((row) => ({ ...row })),
    bind: (version: number, place: number, given: AlarmBounds): void => {
      const { floodMore, floodMs, chatterTimes, chatterMs, shelveMostMs } = given;
      bind.run(version, place, floodMore, floodMs, chatterTimes, chatterMs, shelveMostMs);
    },
  };
}

const inOrder = (latest: readonly { at: number }[]): number[] =>
  latest.map(({ at }) => at).reverse();
