/**
 * Firmware over the air, as an operator sees it: a campaign offers an image to its devices wave by
 * wave, and a wave begins when enough of the one before have it. Each offer to a device is an
 * attempt that ends once: by the device's own word, or because it said nothing for too long. The
 * operator may hold it, let it go on, and call it off. All of that is committed before anybody is
 * told, so that a campaign goes on where it was after a kill. Images are handed out over a
 * connection of the devices' own.
 */
import type { Duplex } from 'node:stream';
import { CAMPAIGN_MOVES, readManifest, type SignedManifest } from '#kernel';
import { serveHttp } from '../http-server.ts';
import {
  type Asked,
  defineService,
  type Service,
  type ServicePorts,
  type Spoken,
  type TakenRow,
} from '../service.ts';
import { ACTION_SCHEMA, actionTables } from './ota/actions.ts';
import { type CampaignSpec, readCampaign, wavesOf } from './ota/campaign.ts';
import { Ddi, type DdiPorts } from './ota/ddi.ts';
import { executionTables, JOB_SCHEMA } from './ota/executions.ts';
import { type JobPorts, Jobs, SPEECH } from './ota/jobs.ts';
import { askedIn, PATCH_SCHEMA, patchTable, readPatch } from './ota/patches.ts';
import { type Images, rangeAnswer } from './ota/range-server.ts';
import { RollOut, type RollOutPorts } from './ota/roll-out.ts';
import type { OtaSeams } from './ota/seams.ts';
import {
  type CampaignRow,
  OTA_SCHEMA,
  type OtaTables,
  otaTables,
  type TargetRow,
} from './ota/tables.ts';
import { readStatus } from './ota/wire.ts';

export type { OtaSeams } from './ota/seams.ts';

/** An offer is not repeated sooner to one that says that it does nothing. */
const REMIND_MS = 2000;

export default defineService<OtaSeams>({
  kind: 'ota',
  summary: 'rolls firmware out in waves, and keeps what became of it',
  schema: OTA_SCHEMA + PATCH_SCHEMA + ACTION_SCHEMA + JOB_SCHEMA,
  seams: [
    'gateOta',
    'decideAgain',
    'pauseUnasked',
    'takeMove',
    'endWaiting',
    'tellOff',
    'callOffAt',
    'heedOta',
    'settleOta',
    'hearOta',
    'paceOffers',
    'waitOta',
    'sendOffer',
    'skipOffer',
    'numberOffer',
    'nameEnding',
    'takeForDone',
    'takeStranger',
    'takeOta',
    'believeOta',
    'closeAgain',
    'callOffAction',
    'askVersion',
    'closeJob',
  ],
  truth: 'ota',
  channels: ['ota'],
  listens: SPEECH,
  start: (ports) => new Ota(ports),
});

class Ota implements Service {
  readonly #ports: ServicePorts<OtaSeams>;
  readonly #tables: OtaTables;
  readonly #patches: ReturnType<typeof patchTable>;
  readonly #ddi: Ddi;
  readonly #jobs: Jobs;
  readonly #campaigns = new Map<string, RollOut>();
  readonly #counts = { otaOffers: 0, otaSettled: 0, otaRefusals: 0 };
  readonly channels = {
    ota: (connection: Duplex) =>
      serveHttp(connection, (request, answer) => {
        if (!this.#ddi.take(request, answer)) answer(rangeAnswer(request, this.#images));
      }),
  };
  readonly #images: Images = {
    at: (path) => this.#imageAt(path),
    from: (asked) => this.#ports.seams?.takeOta?.(asked) ?? asked,
    serving: (path) => this.#campaigns.get(askedIn(path).campaign)?.row.spec.serves ?? null,
    after: (ms, action) => void this.#ports.clock.after(ms, action),
  };
  readonly routes = {
    ota: (asked: Asked) => this.#page(asked),
    'ota/*': (asked: Asked) => this.#asked(asked),
  };
  readonly acts = {
    'ota/*': (asked: Asked, body: unknown) => this.#begin(asked, body),
    'ota/*/*': (asked: Asked) => this.#move(asked),
  };

  constructor(ports: ServicePorts<OtaSeams>) {
    this.#ports = ports;
    this.#tables = otaTables(ports.sql);
    this.#patches = patchTable(ports.sql);
    const { clock, commits, seams } = ports;
    const both: Pick<DdiPorts & JobPorts, keyof DdiPorts & keyof JobPorts> = {
      ...{ tables: this.#tables, campaigns: this.#campaigns, clock, seams },
      heard: (device, { version, uses, fell }) => {
        this.#believe(device, version, uses, null);
        if (fell) this.#fell(device, clock.now());
      },
      settleAgain: ({ campaign, device, attempt }, status, why, at) =>
        this.#tables.addSettled({ campaign, device, attempt, status, why, at }),
    };
    this.#ddi = new Ddi({
      ...{ ...both, actions: actionTables(ports.sql), commits },
      get registry() {
        return ports.registry;
      },
      fileOf: (campaign, isPatch) => this.#fileOf(campaign, isPatch),
    });
    this.#jobs = new Jobs({
      ...{ ...both, executions: executionTables(ports.sql) },
      publish: (message) => ports.publish(message),
    });
  }

  ready(): void {
    for (const campaign of this.#tables.campaigns()) this.#taken(campaign).wake();
  }

  takes(stream: string): boolean {
    return stream === 'ota-status';
  }

  take({ device, n, payload }: TakenRow): void {
    const status = readStatus(payload);
    if (status === null) return;
    const isNews = this.#believe(device, status.version, status.uses, n);
    const now = this.#ports.clock.now();
    for (const campaign of this.#campaigns.values()) campaign.tick(now);
    const { last, campaign, attempt, ask, state } = status;
    const isDone = this.#ports.seams?.takeForDone?.(device, attempt, state) === true;
    if (isDone) this.#ended(device, { campaign, attempt, status: 'confirmed', why: '' }, now);
    if (last !== null) this.#ended(device, last, now);
    const target = this.#tables.target(campaign, device);
    if (target?.status === 'offered' && target.attempt === attempt) {
      this.#campaigns.get(campaign)?.heard(target, now);
    }
    if (isNews && status.fell) this.#fell(device, now);
    if (ask || campaign === '') this.#remind(device, campaign, ask, now);
  }

  spoken(word: Spoken): void {
    this.#jobs.take(word);
  }

  counts(): Readonly<Record<string, number>> {
    return this.#counts;
  }

  // --- what an operator asks --------------------------------------------------------------------

  #begin(asked: Asked, body: unknown) {
    const name = asked.path[1] ?? '';
    const now = this.#ports.clock.now();
    const refuse = (status: 400 | 404 | 409, why: string): never =>
      this.#refuse(asked, status, why);
    const { spec, image } = readCampaign(name, body, now, refuse);
    const patch = readPatch(body, refuse);
    const known = this.#campaigns.get(name);
    if (known !== undefined) {
      const isSame = this.#isSame(known.row.spec, { spec, image, patch });
      return isSame ? begunIn(known) : refuse(409, `there is a campaign ${name}`);
    }
    const targets = this.#targetsOf(spec);
    if (targets.length === 0) refuse(404, `no device is of ${spec.of}`);
    const row: CampaignRow = {
      ...{ spec, wave: 0, opened: now, soaks: null },
      ...{ state: 'running', paused: null, next: 0 },
    };
    this.#tables.addCampaign(row, image);
    if (patch !== null) this.#patches.add(name, patch);
    for (const [device, wave] of targets) {
      const said = { attempt: 0, status: 'queued', heard: 0, unwell: null } as const;
      this.#tables.putTarget({ campaign: name, device, wave, ...said });
    }
    const campaign = this.#taken(row);
    campaign.begin(now);
    return begunIn(campaign);
  }

  /** Whoever was not answered asks again. */
  #isSame(
    { name, asked }: CampaignSpec,
    again: { spec: CampaignSpec; image: Uint8Array; patch: Uint8Array | null },
  ): boolean {
    const files = [this.#tables.image(name), this.#patches.get(name)];
    return asked === again.spec.asked && areSame(files, [again.image, again.patch]);
  }

  /** Each with its wave. */
  #targetsOf(spec: CampaignSpec): [string, number][] {
    const all = this.#ports.registry.all();
    const own = wavesOf(spec, all);
    const strange = this.#ports.seams?.takeStranger;
    if (strange === undefined) return own;
    const known = new Set(own.map(([device]) => device));
    const others = all.filter((device) => !known.has(device) && strange(device, spec.name));
    return [...own, ...others.map((device): [string, number] => [device, 0])];
  }

  #move(asked: Asked) {
    const [, name = '', word] = asked.path;
    const campaign = this.#campaigns.get(name);
    if (campaign === undefined) return this.#refuse(asked, 404, 'there is no such campaign');
    const move = CAMPAIGN_MOVES.find((one) => one === word);
    if (move === undefined) return this.#refuse(asked, 404, `one can ${CAMPAIGN_MOVES.join(', ')}`);
    const now = this.#ports.clock.now();
    campaign.tick(now);
    const at = campaign.move(move, now);
    if (typeof at === 'string') return this.#refuse(asked, 409, at);
    return { state: campaign.row.state, at };
  }

  #refuse(asked: Asked, status: 400 | 404 | 409, why: string): never {
    this.#counts.otaRefusals++;
    return asked.refuse(status, why);
  }

  #page(asked: Asked) {
    const { limit, items, next } = this.#ports.registry.page(asked);
    const ota = items.map(({ id }) => {
      const { version, uses, said } = this.#tables.device(id);
      const [offered, settled] = [this.#tables.offers(id), this.#tables.settled(id)];
      return { device: id, version, uses, said, offered, settled, unwell: this.#tables.unwell(id) };
    });
    return { ota, limit, next };
  }

  #asked(asked: Asked) {
    const campaign = this.#campaigns.get(asked.path[1] ?? '');
    if (campaign === undefined) return asked.refuse(404, 'there is no such campaign');
    const { spec, wave, state, paused } = campaign.row;
    const { name } = spec;
    const [gates, moves] = [this.#tables.gates(name), this.#tables.moves(name)];
    return { name, wave, state, paused, devices: campaign.standing, gates, moves };
  }

  #imageAt(path: string): Uint8Array | null {
    const { campaign, isPatch } = askedIn(path);
    return this.#fileOf(campaign, isPatch);
  }

  #fileOf(campaign: string, isPatch: boolean): Uint8Array | null {
    return isPatch ? this.#patches.get(campaign) : this.#tables.image(campaign);
  }

  // --- one device -------------------------------------------------------------------------------

  #taken(row: CampaignRow): RollOut {
    const { clock, commits, seams } = this.#ports;
    const ports: RollOutPorts = {
      ...{ tables: this.#tables, clock, commits, seams },
      notify: (to, target, isOff) => this.#notify(to, target, isOff),
      ended: (device) => {
        this.#counts.otaSettled++;
        if (this.#jobs.isThing(device)) this.#jobs.changed(device);
      },
    };
    const campaign = new RollOut(row, ports);
    this.#campaigns.set(row.spec.name, campaign);
    return campaign;
  }

  /** By its n-th status; null where it does not count them. False for what is known already. */
  #believe(device: string, version: string, uses: string, n: number | null): boolean {
    const known = this.#tables.device(device);
    const said = n ?? known.said + 1;
    if (said <= known.said) return false;
    const { seams } = this.#ports;
    known.version = seams?.believeOta?.(device, known.version, version) ?? version;
    known.uses = uses;
    known.said = said;
    this.#tables.putDevice(known);
    return true;
  }

  /**
   * It came up since its watchdog did: whatever it has been given and has now may be why, unless it
   * fell before by something that it still has.
   */
  #fell(device: string, now: number): void {
    const { version, uses } = this.#tables.device(device);
    const all = [...this.#campaigns.values()].flatMap((campaign) => {
      const { name, signed } = campaign.row.spec;
      const target = this.#tables.target(name, device);
      return target !== null && hasIt(signed, version, uses) ? [{ campaign, target }] : [];
    });
    if (all.some(({ target }) => target.unwell !== null)) return;
    for (const { campaign, target } of all) campaign.ails(target, now);
  }

  #notify({ spec }: CampaignRow, { device, attempt }: TargetRow, isOff: boolean): void {
    const { clock, publish, topicOf } = this.#ports;
    if (isOff && this.#ports.seams?.tellOff?.(device, attempt) === false) return;
    const isThing = this.#jobs.isThing(device);
    // Who has said nothing yet may be one that listens for jobs and no more.
    const isUnheard = this.#tables.device(device).said < 0 && !this.#ddi.isPoller(device);
    if (isThing || isUnheard) this.#jobs.changed(device);
    // One of which no topic is known asks when it has connected; and others ask all the time.
    const topic = isThing || this.#ddi.isPoller(device) ? null : topicOf(device, 'ota-notify');
    if (topic === null || this.#ports.seams?.sendOffer?.(device, attempt) === false) return;
    const known = this.#tables.device(device);
    const cancel = isOff ? { cancel: true } : {};
    const v = { campaign: spec.name, attempt, signed: spec.signed, ...cancel };
    for (let times = spec.serves === 'repeated' ? 2 : 1; times > 0; times--) {
      const message = { n: known.offers++, e: 0, t: clock.now(), v };
      publish({ topic, payload: Buffer.from(JSON.stringify(message)), qos: 1, retain: false });
      this.#counts.otaOffers++;
    }
    this.#tables.putDevice(known);
  }

  /** One that has just connected, or has nothing to do, may never have heard of it. */
  #remind(device: string, isAbout: string, asks: boolean, now: number): void {
    for (const campaign of this.#campaigns.values()) {
      const { spec, state } = campaign.row;
      const isOff = state === 'aborted';
      const target = this.#tables.target(spec.name, device);
      if (target?.status !== 'offered') continue;
      // One that is at it need only hear that it is called off.
      if (isAbout === spec.name && !(isOff && asks)) continue;
      // It was offered it in this very instant.
      if (isAbout !== spec.name && target.heard === now) continue;
      if (!asks && target.heard > now - REMIND_MS) continue;
      campaign.heard(target, now);
      this.#notify(campaign.row, target, isOff);
    }
  }

  #ended(
    device: string,
    last: { campaign: string; attempt: number; status: string; why: string },
    now: number,
  ): void {
    const { campaign: name, attempt, status, why } = last;
    const campaign = this.#campaigns.get(name);
    const target = this.#tables.target(name, device);
    if (campaign === undefined || target === null || attempt > target.attempt) return;
    const isOpen = target.status === 'offered' && target.attempt === attempt;
    if (isOpen) return campaign.ended(target, status, why, now);
    // What has ended has ended: a late word, or the same again, changes nothing.
    if (this.#ports.seams?.settleOta?.(device, attempt, status) !== true) return;
    this.#tables.addSettled({ campaign: name, device, attempt, status, why, at: now });
  }
}

/** What its operator is told. */
const begunIn = ({ row, sizes: waves }: RollOut) => ({
  devices: waves.reduce((sum, size) => sum + size, 0),
  ...{ waves, at: row.spec.begun },
});

const areSame = (files: readonly (Uint8Array | null)[], others: typeof files): boolean =>
  files.every((file, place) => Buffer.compare(file ?? NONE, others[place] ?? NONE) === 0);
const NONE = new Uint8Array(0);

/** Whether what a device says that it has is what a campaign gives. */
function hasIt({ text }: SignedManifest, version: string, uses: string): boolean {
  const given = readManifest(text);
  if (given === null) return false;
  if (given.ships === undefined) return given.version === version;
  return uses.split(', ').includes(`${given.ships} ${given.version}`);
}
