/**
 * The tables of campaigns: what was asked, how each device stands, what was decided, which offers
 * went out and what the operator did meanwhile. What happened twice stands there twice.
 */
import type { CampaignMove } from '#kernel';
import type { Sql } from '../../store/store.ts';
import type { CampaignSpec, Figures } from './campaign.ts';

export const OTA_SCHEMA = `
  CREATE TABLE IF NOT EXISTS ota_campaigns(
    name TEXT PRIMARY KEY, spec TEXT NOT NULL, image BLOB NOT NULL, wave INTEGER NOT NULL,
    opened REAL NOT NULL, soaks REAL, state TEXT NOT NULL, paused REAL,
    next REAL NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS ota_targets(
    campaign TEXT NOT NULL, device TEXT NOT NULL, wave INTEGER NOT NULL, attempt INTEGER NOT NULL,
    status TEXT NOT NULL, heard REAL NOT NULL, unwell REAL,
    PRIMARY KEY(campaign, device)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS ota_targets_unwell ON ota_targets(device) WHERE unwell IS NOT NULL;
  CREATE INDEX IF NOT EXISTS ota_targets_of ON ota_targets(campaign, status, heard);
  CREATE INDEX IF NOT EXISTS ota_targets_next
    ON ota_targets(campaign, status, wave, attempt, device);
  CREATE TABLE IF NOT EXISTS ota_offers(
    place INTEGER PRIMARY KEY, campaign TEXT NOT NULL, device TEXT NOT NULL,
    attempt INTEGER NOT NULL, at REAL NOT NULL);
  CREATE INDEX IF NOT EXISTS ota_offers_of ON ota_offers(device);
  CREATE TABLE IF NOT EXISTS ota_settled(
    place INTEGER PRIMARY KEY, campaign TEXT NOT NULL, device TEXT NOT NULL,
    attempt INTEGER NOT NULL, status TEXT NOT NULL, why TEXT NOT NULL, at REAL NOT NULL);
  CREATE INDEX IF NOT EXISTS ota_settled_of ON ota_settled(device);
  CREATE TABLE IF NOT EXISTS ota_gates(
    place INTEGER PRIMARY KEY, campaign TEXT NOT NULL, wave INTEGER NOT NULL,
    passed INTEGER NOT NULL, confirmed INTEGER NOT NULL, failed INTEGER NOT NULL,
    unwell INTEGER NOT NULL, total INTEGER NOT NULL, at REAL NOT NULL);
  CREATE INDEX IF NOT EXISTS ota_gates_of ON ota_gates(campaign);
  CREATE TABLE IF NOT EXISTS ota_moves(
    place INTEGER PRIMARY KEY, campaign TEXT NOT NULL, move TEXT NOT NULL, at REAL NOT NULL);
  CREATE TABLE IF NOT EXISTS ota_devices(
    device TEXT PRIMARY KEY, version TEXT NOT NULL, uses TEXT NOT NULL, said INTEGER NOT NULL,
    offers INTEGER NOT NULL) WITHOUT ROWID;
`;

/** `halted`: by its figures; `aborted`: by its operator. Neither offers it to anybody any more. */
export type CampaignState = 'running' | 'passed' | 'halted' | 'aborted';

export interface CampaignRow {
  spec: CampaignSpec;
  wave: number;
  /** When this wave began, on the platform's clock; a pause does not count. */
  opened: number;
  /** Enough of the wave have it, and until then they have to stay well; null before. */
  soaks: number | null;
  state: CampaignState;
  /** Since when; null while it is not. */
  paused: number | null;
  /** The next offer goes out no sooner. */
  next: number;
}

/** `queued`: it waits for its next offer. */
export type TargetStatus = 'queued' | 'offered' | 'confirmed' | 'failed' | 'aborted';

export interface TargetRow {
  campaign: string;
  device: string;
  wave: number;
  /** Of the last offer, from 1. */
  attempt: number;
  status: TargetStatus;
  /** When it was last offered, or said anything of it. */
  heard: number;
  /** When it was first heard that it has it and is not well with it. */
  unwell: number | null;
}

export interface OfferRow {
  campaign: string;
  device: string;
  attempt: number;
  at: number;
}

export interface SettledRow extends OfferRow {
  status: string;
  why: string;
}

export interface GateRow extends Figures {
  wave: number;
  passed: number;
  at: number;
}

export interface MoveRow {
  move: CampaignMove;
  at: number;
}

export interface DeviceRow {
  device: string;
  version: string;
  /** Its artefacts, each with its version. */
  uses: string;
  /** Number of the last status that it goes by; -1 before the first. */
  said: number;
  /** How many offers went down. */
  offers: number;
}

export type OtaTables = ReturnType<typeof otaTables>;

export const otaTables = (sql: Sql) => ({
  ...campaignTables(sql),
  ...targetTables(sql),
  ...historyTables(sql),
});

function campaignTables(sql: Sql) {
  const campaigns = sql.prepare<Omit<CampaignRow, 'spec'> & { spec: string }>(
    'SELECT spec, wave, opened, soaks, state, paused, next FROM ota_campaigns ORDER BY name',
  );
  const add = sql.prepare('INSERT INTO ota_campaigns VALUES(?,?,?,?,?,?,?,?,?)');
  const put = sql.prepare(
    'UPDATE ota_campaigns SET wave=?, opened=?, soaks=?, state=?, paused=?, next=? WHERE name=?',
  );
  const image = sql.prepare<{ image: Uint8Array }>('SELECT image FROM ota_campaigns WHERE name=?');
  return {
    campaigns: (): CampaignRow[] =>
      campaigns.all().map((row) => ({ ...row, spec: JSON.parse(row.spec) as CampaignSpec })),
    addCampaign: (row: CampaignRow, bytes: Uint8Array): void => {
      const { spec, wave, opened, soaks, state, paused, next } = row;
      const text = JSON.stringify(spec);
      add.run(spec.name, text, bytes, wave, opened, soaks, state, paused, next);
    },
    putCampaign: ({ spec, wave, opened, soaks, state, paused, next }: CampaignRow): void =>
      void put.run(wave, opened, soaks, state, paused, next, spec.name),
    image: (name: string): Uint8Array | null => image.all(name)[0]?.image ?? null,
  };
}

function targetTables(sql: Sql) {
  const target = sql.prepare<TargetRow>('SELECT * FROM ota_targets WHERE campaign=? AND device=?');
  const put = sql.prepare('INSERT OR REPLACE INTO ota_targets VALUES(?,?,?,?,?,?,?)');
  const queued = sql.prepare<TargetRow>(
    "SELECT * FROM ota_targets WHERE campaign=? AND status='queued' AND wave<=? " +
      'ORDER BY wave, attempt, device LIMIT ?',
  );
  const silent = sql.prepare<TargetRow>(
    "SELECT * FROM ota_targets WHERE campaign=? AND status='offered' AND heard<=? " +
      'ORDER BY heard, device',
  );
  const longest = sql.prepare<{ heard: number | null }>(
    "SELECT MIN(heard) AS heard FROM ota_targets WHERE campaign=? AND status='offered'",
  );
  const counts = sql.prepare<{
    wave: number;
    status: TargetStatus;
    count: number;
    unwell: number;
  }>(
    'SELECT wave, status, COUNT(*) AS count, COUNT(unwell) AS unwell FROM ota_targets ' +
      'WHERE campaign=? GROUP BY wave, status',
  );
  const unwell = sql.prepare<{ campaign: string; at: number }>(
    'SELECT campaign, unwell AS at FROM ota_targets WHERE device=? AND unwell IS NOT NULL ' +
      'ORDER BY at, campaign',
  );
  return {
    target: (campaign: string, id: string): TargetRow | null => target.all(campaign, id)[0] ?? null,
    putTarget: (row: TargetRow): void =>
      void put.run(
        ...[row.campaign, row.device, row.wave, row.attempt, row.status, row.heard, row.unwell],
      ),
    /** Campaigns of which it has something, and was heard not to be well with it. */
    unwell: (id: string): { campaign: string; at: number }[] => unwell.all(id),
    /** Of the waves up to that one, in the order in which they are offered it. */
    queued: (campaign: string, wave: number, most: number): TargetRow[] =>
      queued.all(campaign, wave, most),
    /** Offered it, and not heard of since then or longer. */
    silent: (campaign: string, since: number): TargetRow[] => silent.all(campaign, since),
    /** When the one was last heard of that has been silent for longest. */
    longestSilence: (campaign: string): number =>
      longest.all(campaign)[0]?.heard ?? Number.POSITIVE_INFINITY,
    counts: (campaign: string) => counts.all(campaign),
  };
}

function historyTables(sql: Sql) {
  const addOffer = sql.prepare(
    'INSERT INTO ota_offers(campaign, device, attempt, at) VALUES(?,?,?,?)',
  );
  const offers = sql.prepare<OfferRow>(
    'SELECT campaign, device, attempt, at FROM ota_offers WHERE device=? ' +
      'ORDER BY at, attempt, place',
  );
  const addSettled = sql.prepare(
    'INSERT INTO ota_settled(campaign, device, attempt, status, why, at) VALUES(?,?,?,?,?,?)',
  );
  const settled = sql.prepare<SettledRow>(
    'SELECT campaign, device, attempt, status, why, at FROM ota_settled WHERE device=? ' +
      'ORDER BY place',
  );
  const addGate = sql.prepare(
    'INSERT INTO ota_gates(campaign, wave, passed, confirmed, failed, unwell, total, at) ' +
      'VALUES(?,?,?,?,?,?,?,?)',
  );
  const gates = sql.prepare<GateRow>(
    'SELECT wave, passed, confirmed, failed, unwell, total, at FROM ota_gates WHERE campaign=? ' +
      'ORDER BY at, wave, passed DESC, place',
  );
  const addMove = sql.prepare('INSERT INTO ota_moves(campaign, move, at) VALUES(?,?,?)');
  const moves = sql.prepare<MoveRow>(
    'SELECT move, at FROM ota_moves WHERE campaign=? ORDER BY place',
  );
  const device = sql.prepare<DeviceRow>('SELECT * FROM ota_devices WHERE device=?');
  const putDevice = sql.prepare('INSERT OR REPLACE INTO ota_devices VALUES(?,?,?,?,?)');
  return {
    addOffer: ({ campaign, device: id, attempt, at }: OfferRow): void =>
      void addOffer.run(campaign, id, attempt, at),
    offers: (id: string): OfferRow[] => offers.all(id),
    addSettled: (row: SettledRow): void =>
      void addSettled.run(row.campaign, row.device, row.attempt, row.status, row.why, row.at),
    settled: (id: string): SettledRow[] => settled.all(id),
    addGate: (campaign: string, gate: GateRow): void => {
      const { wave, passed, confirmed, failed, unwell, total, at } = gate;
      addGate.run(campaign, wave, passed, confirmed, failed, unwell, total, at);
    },
    gates: (campaign: string): GateRow[] => gates.all(campaign),
    addMove: (campaign: string, { move, at }: MoveRow): void =>
      void addMove.run(campaign, move, at),
    moves: (campaign: string): MoveRow[] => moves.all(campaign),
    device: (id: string): DeviceRow =>
      device.all(id)[0] ?? { device: id, version: '', uses: '', said: -1, offers: 0 },
    putDevice: ({ device: id, version, uses, said, offers: count }: DeviceRow): void =>
      void putDevice.run(id, version, uses, said, count),
  };
}
