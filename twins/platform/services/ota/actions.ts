/**
 * Offers to devices that come and ask, as hawkBit numbers them: each is an action of one device,
 * with a number that no other has. What is known of such a device beside that is whether it is to
 * say again what it runs.
 */
import type { Sql } from '../../store/store.ts';

export const ACTION_SCHEMA = `
  CREATE TABLE IF NOT EXISTS ota_actions(
    id INTEGER PRIMARY KEY AUTOINCREMENT, device TEXT NOT NULL, campaign TEXT NOT NULL,
    attempt INTEGER NOT NULL, refused INTEGER NOT NULL, UNIQUE(device, campaign, attempt));
  CREATE TABLE IF NOT EXISTS ota_pollers(
    device TEXT PRIMARY KEY, asks INTEGER NOT NULL) WITHOUT ROWID;
`;

export interface Action {
  id: number;
  device: string;
  campaign: string;
  attempt: number;
  /** Its device would not leave it off any more. */
  refused: number;
}

export type Actions = ReturnType<typeof actionTables>;

export function actionTables(sql: Sql) {
  const of = sql.prepare<Action>(
    'SELECT * FROM ota_actions WHERE device=? AND campaign=? AND attempt=?',
  );
  const get = sql.prepare<Action>('SELECT * FROM ota_actions WHERE id=? AND device=?');
  const add = sql.prepare(
    'INSERT INTO ota_actions(device, campaign, attempt, refused) VALUES(?,?,?,0)',
  );
  const refuse = sql.prepare('UPDATE ota_actions SET refused=1 WHERE id=?');
  const poller = sql.prepare<{ asks: number }>('SELECT asks FROM ota_pollers WHERE device=?');
  const put = sql.prepare('INSERT OR REPLACE INTO ota_pollers VALUES(?,?)');
  return {
    of: (device: string, campaign: string, attempt: number): Action | null =>
      of.all(device, campaign, attempt)[0] ?? null,
    get: (id: number, device: string): Action | null => get.all(id, device)[0] ?? null,
    add: (device: string, campaign: string, attempt: number): Action => {
      const id = Number(add.run(device, campaign, attempt).lastInsertRowid);
      return { id, device, campaign, attempt, refused: 0 };
    },
    refuse: (id: number): void => void refuse.run(id),
    /** It has come and asked. */
    isPoller: (device: string): boolean => poller.all(device).length > 0,
    /** Whether it is to say what it runs. */
    asks: (device: string): boolean => poller.all(device)[0]?.asks !== 0,
    setAsks: (device: string, asks: boolean): void => void put.run(device, asks ? 1 : 0),
  };
}
