/** The tables of the twins: a row for each, and its last changes. */
import type { Sql } from '../../store/store.ts';
import type { Document } from './document.ts';

export interface TwinRow {
  device: string;
  /** Of what is desired; 0 before the first change. */
  version: number;
  /** Its own wishes over those of templates. */
  desired: Document;
  /** What is desired of it alone. */
  own: Document;
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
  /** Of a change that came with a template: which one, its stage, and whether the device has it. */
  step?: { template: string; stage: number; has: boolean };
}

/** A version of a twin that came with a template. */
export interface Step {
  version: number;
  template: string;
  stage: number;
  has: boolean;
}

/** So many changes of a twin are kept. */
const HISTORY_MAX = 100;

const DOCUMENTS = ['desired', 'own', 'changed', 'reported', 'refused'] as const;

/** As it lies in the file: documents are JSON. */
type Stored = { [K in keyof TwinRow]: TwinRow[K] extends object ? string : TwinRow[K] };

export type TwinTables = ReturnType<typeof twinTables>;

export function twinTables(sql: Sql) {
  const columns =
    'device, version, desired, own, changed, reported, refused, known, epoch, reports, pushes';
  const one = sql.prepare<Stored>(`SELECT ${columns} FROM twins WHERE device=?`);
  const put = sql.prepare(`INSERT OR REPLACE INTO twins(${columns}) VALUES(?,?,?,?,?,?,?,?,?,?,?)`);
  const add = sql.prepare('INSERT OR REPLACE INTO twin_changes VALUES(?,?,?,?,?,?,?,?,?,?)');
  const forget = sql.prepare('DELETE FROM twin_changes WHERE device=? AND version<=?');
  const changes = sql.prepare<Omit<Change, 'patch'> & { version: number; patch: string }>(
    'SELECT version, at, who, why, token, patch FROM twin_changes WHERE device=? ORDER BY version',
  );
  const steps = sql.prepare<Omit<Step, 'has'> & { has: number }>(
    "SELECT version, template, stage, has FROM twin_changes WHERE device=? AND template<>'' " +
      'ORDER BY version',
  );
  const find = (device: string): TwinRow | null => {
    const [found] = one.all(device);
    return found === undefined ? null : readRow(found);
  };
  const byToken = sql.prepare<{ version: number }>(
    'SELECT version FROM twin_changes WHERE device=? AND who=? AND token=?',
  );
  return {
    /** The version that somebody's change got, by his token; null for one that is new. */
    madeBy: (device: string, who: string, token: string): number | null =>
      byToken.all(device, who, token).at(-1)?.version ?? null,
    find,
    /** An empty one for a device of which nothing is desired or reported yet. */
    of: (device: string): TwinRow => find(device) ?? emptyTwin(device),
    put: (twin: TwinRow): void => {
      const [desired, own, changed, reported, refused] = DOCUMENTS.map((name) =>
        JSON.stringify(twin[name]),
      ) as [string, string, string, string, string];
      const { device, version, known, epoch, reports, pushes } = twin;
      const numbers = [known, epoch, reports, pushes];
      put.run(device, version, desired, own, changed, reported, refused, ...numbers);
    },
    addChange: ({ device, version }: TwinRow, change: Change): void => {
      const { at, who, why, token, patch, step } = change;
      const { template = '', stage = 0, has = false } = step ?? {};
      const texts = [who, why, token, JSON.stringify(patch), template] as const;
      add.run(device, version, at, ...texts, stage, has ? 1 : 0);
      forget.run(device, version - HISTORY_MAX);
    },
    /** Of those changes that are kept, the ones that came with a template. */
    steps: (device: string): Step[] =>
      steps.all(device).map((row) => ({ ...row, has: row.has === 1 })),
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
  own: {},
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
