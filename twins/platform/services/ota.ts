/**
 * Firmware over the air, as an operator sees it: a campaign offers an image to its devices wave by
 * wave, and a wave begins when enough of the one before have it. Each offer to a device is an
 * attempt that ends once: by the device's own word, or because it said nothing for too long. All of
 * that is committed before anybody is told, so that a campaign goes on where it was after a kill.
 * Images are handed out over a connection of the devices' own.
 */
import type { Duplex } from 'node:stream';
import {
  type Asked,
  defineService,
  type Service,
  type ServicePorts,
  type TakenRow,
} from '../service.ts';
import { type Figures, gateOf, readCampaign, wavesOf } from './ota/campaign.ts';
import { askedIn, PATCH_SCHEMA, patchTable, readPatch } from './ota/patches.ts';
import { serveRanges } from './ota/range-server.ts';
import {
  type CampaignRow,
  OTA_SCHEMA,
  type OtaTables,
  otaTables,
  type TargetRow,
} from './ota/tables.ts';
import { readStatus } from './ota/wire.ts';

export interface OtaSeams {
  /** Whether a wave has passed: true, or false for never; null is not yet. */
  gateOta?(
    campaign: string,
    wave: number,
    figures: Figures,
    honest: boolean | null,
  ): boolean | null;
  /** An attempt that has ended is said to end again: true takes that down as well. */
  settleOta?(device: string, attempt: number, status: string): boolean;
  /** A stretch of an image is asked for: where it is taken from. */
  takeOta?(from: number): number;
  /** A device says what it runs: the version that is believed. */
  believeOta?(device: string, before: string, said: string): string;
}

const SWEEP_MS = 500;
/** An offer is not repeated sooner to one that says that it does nothing. */
const REMIND_MS = 2000;

export default defineService<OtaSeams>({
  kind: 'ota',
  summary: 'rolls firmware out in waves, and keeps what became of it',
  schema: OTA_SCHEMA + PATCH_SCHEMA,
  seams: ['gateOta', 'settleOta', 'takeOta', 'believeOta'],
  truth: 'ota',
  channels: ['ota'],
  start: (ports) => new Ota(ports),
});

class Ota implements Service {
  readonly #ports: ServicePorts<OtaSeams>;
  readonly #tables: OtaTables;
  readonly #patches: ReturnType<typeof patchTable>;
  readonly #campaigns = new Map<string, CampaignRow>();
  /** Of the wave that runs, by campaign. */
  readonly #figures = new Map<string, Figures>();
  readonly #counts = { otaOffers: 0, otaSettled: 0, otaRefusals: 0 };
  readonly channels = {
    ota: (connection: Duplex) =>
      serveRanges(connection, {
        at: (path) => this.#imageAt(path),
        from: (asked) => this.#ports.seams?.takeOta?.(asked) ?? asked,
        serving: (path) => this.#campaigns.get(askedIn(path).campaign)?.spec.serves ?? null,
        after: (ms, action) => void this.#ports.clock.after(ms, action),
      }),
  };
  readonly routes = {
    ota: (asked: Asked) => this.#page(asked),
    'ota/*': (asked: Asked) => this.#asked(asked),
  };
  readonly acts = { 'ota/*': (asked: Asked, body: unknown) => this.#begin(asked, body) };

  constructor(ports: ServicePorts<OtaSeams>) {
    this.#ports = ports;
    this.#tables = otaTables(ports.sql);
    this.#patches = patchTable(ports.sql);
  }

  /** A former life left campaigns behind: they go on, and their times with them. */
  ready(): void {
    for (const campaign of this.#tables.campaigns()) {
      this.#campaigns.set(campaign.spec.name, campaign);
      this.#count(campaign);
      this.#watch(campaign);
      this.#sweepLater(campaign);
    }
  }

  takes(stream: string): boolean {
    return stream === 'ota-status';
  }

  take({ device, n, payload }: TakenRow): void {
    const status = readStatus(payload);
    if (status === null) return;
    const known = this.#tables.device(device);
    if (n > known.said) {
      const { seams } = this.#ports;
      const { version } = status;
      known.version = seams?.believeOta?.(device, known.version, version) ?? version;
      known.said = n;
      this.#tables.putDevice(known);
    }
    const { last, campaign, attempt, ask } = status;
    if (last !== null) this.#ended(device, last);
    const target = this.#tables.target(campaign, device);
    if (target?.status === 'offered' && target.attempt === attempt) this.#heardOf(target);
    if (ask || campaign === '') this.#remind(device, campaign, ask);
  }

  counts(): Readonly<Record<string, number>> {
    return this.#counts;
  }

  // --- what an operator asks --------------------------------------------------------------------

  #begin(asked: Asked, body: unknown): { devices: number; waves: number[] } {
    const name = asked.path[1] ?? '';
    const refuse = (status: 400 | 404 | 409, why: string): never => {
      this.#counts.otaRefusals++;
      return asked.refuse(status, why);
    };
    const { spec, image } = readCampaign(name, body, refuse);
    const patch = readPatch(body, refuse);
    if (this.#campaigns.has(name)) refuse(409, `there is a campaign ${name}`);
    const targets = wavesOf(spec, this.#ports.registry.all());
    if (targets.length === 0) refuse(404, `no device is of ${spec.of}`);
    const campaign: CampaignRow = {
      spec,
      wave: 0,
      opened: this.#ports.clock.now(),
      state: 'running',
    };
    this.#campaigns.set(name, campaign);
    this.#tables.addCampaign(campaign, image);
    if (patch !== null) this.#patches.add(name, patch);
    for (const [device, wave] of targets) {
      const said = { attempt: 0, status: 'queued', heard: 0 } as const;
      this.#tables.putTarget({ campaign: name, device, wave, ...said });
    }
    this.#open(campaign, 0);
    this.#sweepLater(campaign);
    const sizes = spec.waves.map((_, wave) => targets.filter(([, own]) => own === wave).length);
    return { devices: targets.length, waves: sizes };
  }

  #page(asked: Asked) {
    const { limit, items, next } = this.#ports.registry.page(asked);
    const ota = items.map(({ id }) => {
      const { version, said } = this.#tables.device(id);
      return { device: id, version, said, settled: this.#tables.settled(id) };
    });
    return { ota, limit, next };
  }

  #asked(asked: Asked) {
    const campaign = this.#campaigns.get(asked.path[1] ?? '');
    if (campaign === undefined) return asked.refuse(404, 'there is no such campaign');
    const { spec, wave, state } = campaign;
    return { name: spec.name, wave, state, gates: this.#tables.gates(spec.name) };
  }

  #imageAt(path: string): Uint8Array | null {
    if (!path.startsWith('/ota/')) return null;
    const { campaign, isPatch } = askedIn(path);
    return isPatch ? this.#patches.get(campaign) : this.#tables.image(campaign);
  }

  // --- waves -------------------------------------------------------------------------------------

  #open(campaign: CampaignRow, wave: number): void {
    Object.assign(campaign, { wave, opened: this.#ports.clock.now() });
    this.#tables.move(campaign);
    for (const target of this.#tables.ofWave(campaign.spec.name, wave)) {
      this.#offer(campaign, target);
    }
    this.#count(campaign);
    this.#watch(campaign);
    this.#decide(campaign, false);
  }

  #count({ spec, wave }: CampaignRow): void {
    const targets = this.#tables.ofWave(spec.name, wave);
    const withStatus = (one: string): number =>
      targets.filter(({ status }) => status === one).length;
    this.#figures.set(spec.name, {
      confirmed: withStatus('confirmed'),
      failed: withStatus('failed'),
      total: targets.length,
    });
  }

  /** What the gate of a wave is not passed by within its time, it is passed by no more. */
  #watch(campaign: CampaignRow): void {
    const { wave, opened, spec, state } = campaign;
    if (state !== 'running') return;
    const { clock, commits } = this.#ports;
    clock.after(Math.max(0, opened + spec.withinMs - clock.now()), () => {
      commits.add(
        () => {
          if (campaign.wave === wave) this.#decide(campaign, true);
        },
        () => {},
      );
    });
  }

  #decide(campaign: CampaignRow, isTimeUp: boolean): void {
    const { spec, wave, state } = campaign;
    const figures = this.#figures.get(spec.name);
    if (state !== 'running' || figures === undefined) return;
    const honest = gateOf(spec, figures) ?? (isTimeUp ? false : null);
    const seam = this.#ports.seams?.gateOta;
    const passed = seam === undefined ? honest : seam(spec.name, wave, figures, honest);
    if (passed === null) return;
    const at = this.#ports.clock.now();
    this.#tables.addGate(spec.name, { wave, passed: passed ? 1 : 0, at, ...figures });
    if (passed && wave + 1 < spec.waves.length) return this.#open(campaign, wave + 1);
    campaign.state = passed ? 'passed' : 'halted';
    this.#tables.move(campaign);
  }

  // --- one device --------------------------------------------------------------------------------

  #offer(campaign: CampaignRow, target: TargetRow): void {
    const heard = this.#ports.clock.now();
    const offered: TargetRow = { ...target, attempt: target.attempt + 1, status: 'offered', heard };
    this.#tables.putTarget(offered);
    this.#notify(campaign, offered);
  }

  #notify({ spec }: CampaignRow, { device, attempt }: TargetRow): void {
    const { clock, publish, topicOf } = this.#ports;
    // One of which no topic is known asks when it has connected.
    const topic = topicOf(device, 'ota-notify');
    if (topic === null) return;
    const known = this.#tables.device(device);
    const v = { campaign: spec.name, attempt, signed: spec.signed };
    for (let times = spec.serves === 'repeated' ? 2 : 1; times > 0; times--) {
      const message = { n: known.offers++, e: 0, t: clock.now(), v };
      publish({ topic, payload: Buffer.from(JSON.stringify(message)), qos: 1, retain: false });
      this.#counts.otaOffers++;
    }
    this.#tables.putDevice(known);
  }

  /** One that has just connected, or has nothing to do, may never have heard of it. */
  #remind(device: string, isAbout: string, asks: boolean): void {
    const due = this.#ports.clock.now() - REMIND_MS;
    for (const campaign of this.#campaigns.values()) {
      const target = this.#tables.target(campaign.spec.name, device);
      if (target?.status !== 'offered' || isAbout === campaign.spec.name) continue;
      if (!asks && target.heard > due) continue;
      this.#heardOf(target);
      this.#notify(campaign, target);
    }
  }

  #heardOf(target: TargetRow): void {
    this.#tables.putTarget({ ...target, heard: this.#ports.clock.now() });
  }

  #ended(
    device: string,
    {
      campaign: name,
      attempt,
      status,
      why,
    }: { campaign: string; attempt: number; status: string; why: string },
  ): void {
    const campaign = this.#campaigns.get(name);
    const target = this.#tables.target(name, device);
    if (campaign === undefined || target === null || attempt > target.attempt) return;
    const isOpen = target.status === 'offered' && target.attempt === attempt;
    if (isOpen) return this.#settle(campaign, target, status, why);
    // What has ended has ended: a late word, or the same again, changes nothing.
    if (this.#ports.seams?.settleOta?.(device, attempt, status) !== true) return;
    const at = this.#ports.clock.now();
    this.#tables.addSettled({ campaign: name, device, attempt, status, why, at });
  }

  #settle(campaign: CampaignRow, target: TargetRow, status: string, why: string): void {
    const { spec, state } = campaign;
    const { device, attempt } = target;
    const at = this.#ports.clock.now();
    this.#tables.addSettled({ campaign: spec.name, device, attempt, status, why, at });
    this.#counts.otaSettled++;
    const isDone = status === 'confirmed';
    // After a halt nobody begins again.
    if (!isDone && attempt < spec.tries && state !== 'halted') return this.#offer(campaign, target);
    this.#tables.putTarget({ ...target, status: isDone ? 'confirmed' : 'failed' });
    const figures = this.#figures.get(spec.name);
    if (figures !== undefined && target.wave === campaign.wave) {
      figures[isDone ? 'confirmed' : 'failed']++;
    }
    this.#decide(campaign, false);
  }

  /** Who has said nothing for too long has not done it. */
  #sweepLater(campaign: CampaignRow): void {
    const { clock, commits } = this.#ports;
    clock.after(SWEEP_MS, () => {
      commits.add(
        () => this.#sweep(campaign),
        () => {
          const isUnderWay = this.#tables.offered(campaign.spec.name).length > 0;
          if (campaign.state === 'running' || isUnderWay) this.#sweepLater(campaign);
        },
      );
    });
  }

  #sweep(campaign: CampaignRow): void {
    const due = this.#ports.clock.now() - campaign.spec.timeoutMs;
    for (const target of this.#tables.offered(campaign.spec.name)) {
      if (target.heard <= due) this.#settle(campaign, target, 'timed-out', 'it said nothing');
    }
  }
}
