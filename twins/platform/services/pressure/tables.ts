/** The tables of pressure: what was passed over, how many of what, in which mode, how full. */
import type { Sql } from '../../store/store.ts';

export const PRESSURE_SCHEMA = `
  CREATE TABLE IF NOT EXISTS pressure_limits(place INTEGER PRIMARY KEY, body TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS pressure_shed(
    place INTEGER PRIMARY KEY, device TEXT NOT NULL, stream TEXT NOT NULL, n INTEGER NOT NULL,
    at REAL NOT NULL);
  CREATE UNIQUE INDEX IF NOT EXISTS pressure_shed_once ON pressure_shed(device, stream, n);
  CREATE TABLE IF NOT EXISTS pressure_counts(
    stream TEXT PRIMARY KEY, taken INTEGER NOT NULL, shed INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS pressure_modes(
    place INTEGER PRIMARY KEY, at REAL NOT NULL, was TEXT NOT NULL, mode TEXT NOT NULL,
    why TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS pressure_depths(
    place INTEGER PRIMARY KEY, at REAL NOT NULL, depth INTEGER NOT NULL);
`;

export interface ShedRow {
  device: string;
  stream: string;
  n: number;
  /** Milliseconds of scenario time, as all times here. */
  at: number;
}

export interface ModeRow {
  at: number;
  was: string;
  mode: string;
  why: string;
}

export interface DepthRow {
  at: number;
  depth: number;
}

/** With its place in the list, by which one pages. */
export type Placed<Row> = Row & { place: number };

export interface CountRow {
  stream: string;
  taken: number;
  shed: number;
}

export type PressureTables = ReturnType<typeof pressureTables>;

export function pressureTables(sql: Sql) {
  const limits = sql.prepare<{ body: string }>('SELECT body FROM pressure_limits WHERE place=1');
  const setLimits = sql.prepare('INSERT OR REPLACE INTO pressure_limits VALUES(1, ?)');
  const shed = sql.prepare(
    'INSERT OR IGNORE INTO pressure_shed(device, stream, n, at) VALUES(?,?,?,?)',
  );
  const shedOf = sql.prepare<Omit<ShedRow, 'device'>>(
    'SELECT stream, n, at FROM pressure_shed WHERE device=? ORDER BY stream, n',
  );
  const count = sql.prepare(
    'INSERT INTO pressure_counts VALUES(?1, ?2, ?3) ON CONFLICT(stream) DO UPDATE SET ' +
      'taken = taken + ?2, shed = shed + ?3',
  );
  const counts = sql.prepare<CountRow>('SELECT * FROM pressure_counts ORDER BY stream');
  const enter = sql.prepare('INSERT INTO pressure_modes(at, was, mode, why) VALUES(?,?,?,?)');
  const modes = sql.prepare<Placed<ModeRow>>(
    'SELECT place, at, was, mode, why FROM pressure_modes WHERE place>? ORDER BY place LIMIT ?',
  );
  const depth = sql.prepare('INSERT INTO pressure_depths(at, depth) VALUES(?,?)');
  const depths = sql.prepare<Placed<DepthRow>>(
    'SELECT place, at, depth FROM pressure_depths WHERE place>? ORDER BY place LIMIT ?',
  );
  return {
    limits: (): string | null => limits.all()[0]?.body ?? null,
    setLimits: (body: string): void => void setLimits.run(body),
    /** False when it is listed already. */
    shed: ({ device, stream, n, at }: ShedRow): boolean =>
      Number(shed.run(device, stream, n, at).changes) === 1,
    shedOf: (device: string): Omit<ShedRow, 'device'>[] => shedOf.all(device),
    count: (stream: string, taken: number, passed: number): void =>
      void count.run(stream, taken, passed),
    counts: (): CountRow[] => counts.all(),
    enter: ({ at, was, mode, why }: ModeRow): void => void enter.run(at, was, mode, why),
    /** What stands behind a place. */
    modes: (after: number, limit: number): Placed<ModeRow>[] => modes.all(after, limit),
    depth: (at: number, many: number): void => void depth.run(at, many),
    depths: (after: number, limit: number): Placed<DepthRow>[] => depths.all(after, limit),
  };
}
