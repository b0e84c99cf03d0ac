/** The tables of campaigns: what was asked, how each device stands, and what was decided. */
import type { Sql } from '../../store/store.ts';
import type { CampaignSpec, Figures } from './campaign.ts';

export const OTA_SCHEMA = `
  CREATE TABLE IF NOT EXISTS ota_campaigns(
    name TEXT PRIMARY KEY, spec TEXT NOT NULL, image BLOB NOT NULL, wave INTEGER NOT NULL,
    opened REAL NOT NULL, state TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS ota_targets(
    campaign TEXT NOT NULL, device TEXT NOT NULL, wave INTEGER NOT NULL, attempt INTEGER NOT NULL,
    status TEXT NOT NULL, heard REAL NOT NULL, PRIMARY KEY(campaign, device)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS ota_settled(
    place INTEGER PRIMARY KEY, campaign TEXT NOT NULL, device TEXT NOT NULL,
    attempt INTEGER NOT NULL, status TEXT NOT NULL, why TEXT NOT NULL, at REAL NOT NULL);
  CREATE INDEX IF NOT EXISTS ota_settled_of ON ota_settled(device);
  CREATE TABLE IF NOT EXISTS ota_gates(
    campaign TEXT NOT NULL, wave INTEGER NOT NULL, passed INTEGER NOT NULL,
    confirmed INTEGER NOT NULL, failed INTEGER NOT NULL, total INTEGER NOT NULL, at REAL NOT NULL,
    PRIMARY KEY(campaign, wave)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS ota_devices(
    device TEXT PRIMARY KEY, version TEXT NOT NULL, said INTEGER NOT NULL,
    offers INTEGER NOT NULL) WITHOUT ROWID;
`;

/** `halted`: no device is offered it any more; `over`: nobody is on the way. */
export type CampaignState = 'running' | 'passed' | 'halted';

export interface CampaignRow {
  spec: CampaignSpec;
  wave: number;
  /** When this wave began, on the platform's clock. */
  opened: number;
  state: CampaignState;
}

export type TargetStatus = 'queued' | 'offered' | 'confirmed' | 'failed';

export interface TargetRow {
  campaign: string;
  device: string;
  wave: number;
  /** Of the last offer, from 1. */
  attempt: number;
  status: TargetStatus;
  /** When it was last offered, or said anything of it. */
  heard: number;
}

export interface SettledRow {
  campaign: string;
  device: string;
  attempt: number;
  status: string;
  why: string;
  at: number;
}

export interface GateRow extends Figures {
  wave: number;
  passed: number;
  at: number;
}

export interface DeviceRow {
  device: string;
  version: string;
  /** Number of the last status that it goes by; -1 before the first. */
  said: number;
  /** How many offers went down. */
  offers: number;
}

export type OtaTables = ReturnType<typeof otaTables>;

export function otaTables(sql: Sql) {
  const campaigns = sql.prepare<Omit<CampaignRow, 'spec'> & { spec: string }>(
    'SELECT spec, wave, opened, state FROM ota_campaigns ORDER BY name',
  );
  const addCampaign = sql.prepare('INSERT INTO ota_campaigns VALUES(?,?,?,?,?,?)');
  const move = sql.prepare('UPDATE ota_campaigns SET wave=?, opened=?, state=? WHERE name=?');
  const image = sql.prepare<{ image: Uint8Array }>('SELECT image FROM ota_campaigns WHERE name=?');
  const target = sql.prepare<TargetRow>('SELECT * FROM ota_targets WHERE campaign=? AND device=?');
  const putTarget = sql.prepare('INSERT OR REPLACE INTO ota_targets VALUES(?,?,?,?,?,?)');
  const ofWave = sql.prepare<TargetRow>(
    'SELECT * FROM ota_targets WHERE campaign=? AND wave=? ORDER BY device',
  );
  const offered = sql.prepare<TargetRow>(
    "SELECT * FROM ota_targets WHERE campaign=? AND status='offered' ORDER BY device",
  );
  const addSettled = sql.prepare(
    'INSERT INTO ota_settled(campaign, device, attempt, status, why, at) VALUES(?,?,?,?,?,?)',
  );
  const settled = sql.prepare<SettledRow>(
    'SELECT campaign, device, attempt, status, why, at FROM ota_settled WHERE device=? ' +
      'ORDER BY place',
  );
  const addGate = sql.prepare('INSERT OR REPLACE INTO ota_gates VALUES(?,?,?,?,?,?,?)');
  const gates = sql.prepare<GateRow>(
    'SELECT wave, passed, confirmed, failed, total, at FROM ota_gates WHERE campaign=? ' +
      'ORDER BY wave',
  );
  const device = sql.prepare<DeviceRow>('SELECT * FROM ota_devices WHERE device=?');
  const putDevice = sql.prepare('INSERT OR REPLACE INTO ota_devices VALUES(?,?,?,?)');
  return {
    campaigns: (): CampaignRow[] =>
      campaigns.all().map((row) => ({ ...row, spec: JSON.parse(row.spec) as CampaignSpec })),
    addCampaign: ({ spec, wave, opened, state }: CampaignRow, bytes: Uint8Array): void =>
      void addCampaign.run(spec.name, JSON.stringify(spec), bytes, wave, opened, state),
    move: ({ spec, wave, opened, state }: CampaignRow): void =>
      void move.run(wave, opened, state, spec.name),
    image: (name: string): Uint8Array | null => image.all(name)[0]?.image ?? null,
    target: (campaign: string, id: string): TargetRow | null => target.all(campaign, id)[0] ?? null,
    putTarget: (row: TargetRow): void =>
      void putTarget.run(row.campaign, row.device, row.wave, row.attempt, row.status, row.heard),
    ofWave: (campaign: string, wave: number): TargetRow[] => ofWave.all(campaign, wave),
    offered: (campaign: string): TargetRow[] => offered.all(campaign),
    addSettled: (row: SettledRow): void =>
      void addSettled.run(row.campaign, row.device, row.attempt, row.status, row.why, row.at),
    settled: (id: string): SettledRow[] => settled.all(id),
    addGate: (campaign: string, gate: GateRow): void => {
      const { wave, passed, confirmed, failed, total, at } = gate;
      addGate.run(campaign, wave, passed, confirmed, failed, total, at);
    },
    gates: (campaign: string): GateRow[] => gates.all(campaign),
    device: (id: string): DeviceRow =>
      device.all(id)[0] ?? { device: id, version: '', said: -1, offers: 0 },
    putDevice: ({ device: id, version, said, offers }: DeviceRow): void =>
      void putDevice.run(id, version, said, offers),
  };
}
