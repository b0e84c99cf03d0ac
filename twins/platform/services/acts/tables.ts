/**
 * The tables of acts: what was asked, each decision under its key, when the operator stopped all of
 * it, and which commands went down and were answered.
 */
import type { Sql } from '../../store/store.ts';
import type { ActRow, Asks, CommandRow, DecisionRow } from './rows.ts';

export const ACTS_SCHEMA = `
  CREATE TABLE IF NOT EXISTS acts(
    name TEXT PRIMARY KEY, began REAL NOT NULL, asked TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS act_decisions(
    place INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, act TEXT NOT NULL, rule TEXT NOT NULL,
    version INTEGER NOT NULL, subject TEXT NOT NULL, device TEXT NOT NULL, at REAL NOT NULL,
    decided REAL NOT NULL, done INTEGER NOT NULL, why TEXT NOT NULL, held_by TEXT NOT NULL,
    said TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS act_decisions_of ON act_decisions(device, place);
  CREATE INDEX IF NOT EXISTS act_decisions_done ON act_decisions(act, decided) WHERE done=1;
  CREATE INDEX IF NOT EXISTS act_decisions_about ON act_decisions(subject, decided) WHERE done=1;
  CREATE TABLE IF NOT EXISTS act_switch(
    place INTEGER PRIMARY KEY, at REAL NOT NULL, is_on INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS act_commands(
    key TEXT PRIMARY KEY, device TEXT NOT NULL, name TEXT NOT NULL, value REAL NOT NULL,
    tries INTEGER NOT NULL, due REAL, answered REAL, done INTEGER) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS act_commands_of ON act_commands(device);
  CREATE INDEX IF NOT EXISTS act_commands_due ON act_commands(due) WHERE due IS NOT NULL;
  CREATE TABLE IF NOT EXISTS act_sent(
    device TEXT NOT NULL, n INTEGER NOT NULL, key TEXT NOT NULL, sent REAL NOT NULL, via TEXT,
    PRIMARY KEY(device, n)) WITHOUT ROWID;
`;

type Stored = Omit<DecisionRow, 'done' | 'by' | 'values'> & {
  done: number;
  held_by: string;
  said: string;
};

export type ActTables = ReturnType<typeof actTables>;

export const actTables = (sql: Sql) => ({
  ...askedTables(sql),
  ...decisionTables(sql),
  ...commandTables(sql),
});

function askedTables(sql: Sql) {
  const acts = sql.prepare<Omit<ActRow, 'asked'> & { asked: string }>('SELECT * FROM acts');
  const add = sql.prepare('INSERT INTO acts VALUES(?,?,?)');
  const last = sql.prepare<{ at: number; is_on: number }>(
    'SELECT at, is_on FROM act_switch ORDER BY place DESC LIMIT 1',
  );
  const turn = sql.prepare('INSERT INTO act_switch(at, is_on) VALUES(?,?)');
  return {
    acts: (): ActRow[] =>
      acts.all().map((row) => ({ ...row, asked: JSON.parse(row.asked) as Asks })),
    addAct: ({ name, began, asked }: ActRow): void =>
      void add.run(name, began, JSON.stringify(asked)),
    /** Since when; from the beginning where nobody has touched it. */
    switch: (): { at: number; isOn: boolean } => {
      const [row] = last.all();
      return row === undefined ? { at: 0, isOn: true } : { at: row.at, isOn: row.is_on === 1 };
    },
    turn: (isOn: boolean, at: number): void => void turn.run(at, isOn ? 1 : 0),
  };
}

function decisionTables(sql: Sql) {
  const has = sql.prepare('SELECT 1 FROM act_decisions WHERE key=?');
  const add = sql.prepare(
    `INSERT INTO act_decisions(key, act, rule, version, subject, device, at, decided, done, why,
     held_by, said) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)`,
  );
  const of = sql.prepare<Stored>(
    'SELECT * FROM act_decisions WHERE device=? AND place>? ORDER BY place LIMIT ?',
  );
  const done = sql.prepare<{ times: number }>(
    'SELECT COUNT(*) AS times FROM act_decisions WHERE done=1 AND act=? AND decided>?',
  );
  const doneFor = sql.prepare<{ times: number }>(
    `SELECT COUNT(*) AS times FROM act_decisions
     WHERE done=1 AND act=? AND decided>? AND subject=?`,
  );
  const lately = sql.prepare<{ act: string; decided: number }>(
    `SELECT act, decided FROM act_decisions WHERE done=1 AND subject=? AND decided>?
     ORDER BY place DESC`,
  );
  const all = sql.prepare<Stored>('SELECT * FROM act_decisions WHERE done=1 ORDER BY place');
  return {
    has: (key: string): boolean => has.all(key).length > 0,
    add: (row: Omit<DecisionRow, 'place'>): void => {
      const { key, act, rule, version, subject, device, at, decided } = row;
      const said = [row.done ? 1 : 0, row.why, row.by, JSON.stringify(row.values)] as const;
      add.run(key, act, rule, version, subject, device, at, decided, ...said);
    },
    decisionsOf: (device: string, after: number, most: number): DecisionRow[] =>
      of.all(device, after, most).map(decisionFrom),
    /** How often it was done after that time, for one or for all. */
    timesDone: (act: string, after: number, subject: string | null): number =>
      Number(
        (subject === null ? done.all(act, after) : doneFor.all(act, after, subject))[0]?.times,
      ),
    /** What was done for one after that time, last to first. */
    doneLately: (subject: string, after: number) => lately.all(subject, after),
    allDone: (): DecisionRow[] => all.all().map(decisionFrom),
  };
}

const decisionFrom = ({ done, held_by: by, said, ...row }: Stored): DecisionRow => ({
  ...row,
  done: done === 1,
  by,
  values: JSON.parse(said) as DecisionRow['values'],
});

function commandTables(sql: Sql) {
  const put = sql.prepare(
    'INSERT OR REPLACE INTO act_commands(key, device, name, value, tries, due) VALUES(?,?,?,?,?,?)',
  );
  const settle = sql.prepare('UPDATE act_commands SET due=NULL WHERE device=? AND name=?');
  const due = sql.prepare<CommandRow>('SELECT * FROM act_commands WHERE due<=? ORDER BY due, key');
  const next = sql.prepare<{ due: number | null }>('SELECT MIN(due) AS due FROM act_commands');
  const answer = sql.prepare(
    `UPDATE act_commands SET due=NULL, answered=?, done=?
     WHERE key=? AND device=? AND answered IS NULL`,
  );
  const answers = sql.prepare<{ key: string; done: number; answered: number }>(
    `SELECT key, done, answered FROM act_commands
     WHERE device=? AND (answered, key) > (?, ?) ORDER BY answered, key LIMIT ?`,
  );
  const number = sql.prepare<{ n: number | null }>(
    'SELECT MAX(n) AS n FROM act_sent WHERE device=?',
  );
  const send = sql.prepare('INSERT INTO act_sent VALUES(?,?,?,?,?)');
  const sent = sql.prepare<{ n: number; key: string; sent: number; via: string | null }>(
    'SELECT n, key, sent, via FROM act_sent WHERE device=? AND n>? ORDER BY n LIMIT ?',
  );
  return {
    putCommand: ({ key, device, name, value, tries }: CommandRow, at: number | null): void =>
      void put.run(key, device, name, value, tries, at),
    /** What was sent before to set the same is not sent again. */
    overtake: (device: string, name: string): void => void settle.run(device, name),
    dueCommands: (now: number): CommandRow[] => due.all(now),
    nextDue: (): number | null => next.all()[0]?.due ?? null,
    /** The first answer holds. */
    answer: (device: string, key: string, isDone: boolean, at: number): boolean =>
      Number(answer.run(at, isDone ? 1 : 0, key, device).changes) > 0,
    answersOf: (device: string, after: number, key: string, most: number) =>
      answers
        .all(device, after, key, most)
        .map(({ done, ...row }) => ({ ...row, done: done === 1 })),
    /** Its number among the messages of its device. */
    addSent: (device: string, key: string, at: number, via: string | null): number => {
      const n = (number.all(device)[0]?.n ?? -1) + 1;
      send.run(device, n, key, at, via);
      return n;
    },
    /** With the gateway that each went by, where there is one. */
    sentTo: (device: string, after: number, most: number) =>
      sent
        .all(device, after, most)
        .map(({ via, ...row }) => (via === null ? row : { ...row, via })),
  };
}
