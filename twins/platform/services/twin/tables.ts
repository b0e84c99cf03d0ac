/** The tables of the twins: a row for each, and its last changes. */
import type { Sql } from '../../store/store.ts';
import type { Document } from './document.ts';

export interface TwinRow {
  device: string;
  /** Of what is desired; 0 before the first change. */
  version: number;
  desired: Document;
  /** Key of what is desired → version that last touched it. */
  changed: Readonly<Record<string, number>>;
  reported: Document;
  /** Key → why the device cannot be set so. */
  refused: Document;
  /** The version that the device has, by its own word. */
  known: number;
  /** Boot epoch of the last report, and its number in the device's life; -1 before the first. */
  epoch: number;
  reports: number;
  /** How many messages went down. */
  pushes: number;
}

export interface Change {
  /** Platform clock, milliseconds. */
  at: number;
  who: string;
  why: string;
  /** By which whoever made it knows it again. */
  token: string;
  patch: Document;
}

/** So many changes of a twin are kept. */
const HISTORY_MAX = 100;

const DOCUMENTS = ['desired', 'changed', 'reported', 'refused'] as const;

/** As it lies in the file: documents are JSON. */
type Stored = { [K in keyof TwinRow]: TwinRow[K] extends object ? string : TwinRow[K] };

export type TwinTables = ReturnType<typeof twinTables>;

export function twinTables(sql: Sql) {
  const columns =
    'device, version, desired, changed, reported, refused, known, epoch, reports, pushes';
  const one = sql.prepare<Stored>(`SELECT ${columns} FROM twins WHERE device=?`);
  const put = sql.prepare(`INSERT OR REPLACE INTO twins(${columns}) VALUES(?,?,?,?,?,?,?,?,?,?)`);
  const add = sql.prepare('INSERT OR REPLACE INTO twin_changes VALUES(?,?,?,?,?,?,?)');
  const forget = sql.prepare('DELETE FROM twin_changes WHERE device=? AND version<=?');
  const changes = sql.prepare<Omit<Change, 'patch'> & { version: number; patch: string }>(
    'SELECT version, at, who, why, token, patch FROM twin_changes WHERE device=? ORDER BY version',
  );
  return {
    /** An empty one for a device of which nothing is desired or reported yet. */
    of: (device: string): TwinRow => {
      const [found] = one.all(device);
      return found === undefined ? emptyTwin(device) : readRow(found);
    },
    put: (twin: TwinRow): void => {
      const [desired, changed, reported, refused] = DOCUMENTS.map((name) =>
        JSON.stringify(twin[name]),
      ) as [string, string, string, string];
      const { device, version, known, epoch, reports, pushes } = twin;
      const numbers = [known, epoch, reports, pushes];
      put.run(device, version, desired, changed, reported, refused, ...numbers);
    },
    addChange: ({ device, version }: TwinRow, change: Change): void => {
      const { at, who, why, token, patch } = change;
      add.run(device, version, at, who, why, token, JSON.stringify(patch));
      forget.run(device, version - HISTORY_MAX);
    },
    history: (device: string) => ({
      device,
      history: changes
        .all(device)
        .map((row) => ({ ...row, patch: JSON.parse(row.patch) as Document })),
    }),
  };
}

const emptyTwin = (device: string): TwinRow => ({
  device,
  version: 0,
  desired: {},
  changed: {},
  reported: {},
  refused: {},
  known: 0,
  epoch: 0,
  reports: -1,
  pushes: 0,
});

function readRow(row: Stored): TwinRow {
  const documents = DOCUMENTS.map((name) => [name, JSON.parse(row[name]) as Document]);
  return { ...row, ...Object.fromEntries(documents) } as TwinRow;
}
