/**
 * Stories about two devices and a campaign of two waves, one of them in each: the first takes new
 * firmware, tries and keeps it; then the second does.
 */
import {
  type CampaignPlan,
  type FirmwareImage,
  type FirmwareKey,
  type FirmwarePlan,
  hashText,
  manifestText,
  OTA_LOOKS,
  OTA_OPS,
  OTA_TRUTHS,
  type Plan,
  type StreamPlan,
} from '#kernel';
import { JOB_OPS } from './stories/jobs.ts';
import { DRAINED, healthy, type Story } from './story.ts';

export const READ = DRAINED + 200;
const [STATUS_CODE, JOB_CODE] = [40, 41];
export const NAME = 'spring';

/** Devices leave the factory with it. */
export const KEY: FirmwareKey = { id: 'release-1', alg: 'ed25519', public: '' };

export function imageOf(version: string, counter: number, keyId = 'release-1'): FirmwareImage {
  const sha256 = version.slice(0, 1).repeat(64);
  const said = { version, hardware: 'tw-1', size: 1000, counter, sha256 };
  const text = manifestText({ ...said, alg: 'ed25519', keyId });
  return { ...said, defect: 'none', text, signature: '' };
}
export const OLD = imageOf('1.0.0', 1);
export const NEW = imageOf('2.1.0', 2);
export const STRANGE = imageOf('6.6.6', 2);
/** Signed with the key that it withdraws itself, and with it once more. */
export const PARTS: FirmwareImage = { ...NEW, withdraws: ['release-1'] };
export const LATE = imageOf('3.1.0', 2);

function firmware(more: Partial<CampaignPlan> = {}): FirmwarePlan {
  const campaign: CampaignPlan = {
    name: NAME,
    of: '',
    at: 6000,
    waves: [500_000, 1_000_000],
    gate: { success: 1_000_000, withinMs: 9000 },
    timeoutMs: 9000,
    tries: 1,
    spoil: 'none',
    image: NEW,
    ...more,
  };
  return { factory: OLD, keys: [KEY], campaign };
}

const STATUS: StreamPlan = {
  name: 'ota-status',
  code: STATUS_CODE,
  way: 'up',
  from: 'operator',
  noun: 'firmware status',
  qos: 1,
  schedule: { by: 'event', leastMs: 250 },
  arrives: 'observer',
  retained: false,
  counted: true,
  measured: true,
  skips: [],
};

/** What devices ask by the road of jobs. */
const JOB_ASK: StreamPlan = { ...STATUS, name: 'job-ask', code: JOB_CODE, noun: 'job request' };

export class Told {
  readonly story: Story;
  readonly #said = new Map<number, number>();
  #asked = 0;

  constructor(more: Partial<CampaignPlan> = {}, next: FirmwareImage | null = null) {
    const resolved = firmware(more);
    // Begun by nobody, and of a device alone what its flash tells.
    const later = next === null ? [] : [firmware({ name: 'later', image: next, at: 12_000 })];
    this.story = healthy({
      devices: 2,
      streams: [STATUS],
      workflows: [resolved, ...later].map((one) => ({
        ...{ workflow: 'ota', session: 'ota', resolved: one },
        ...(one.campaign.spoil === 'none' ? {} : { plants: one.campaign.spoil }),
      })) as Plan['workflows'],
      ops: [OTA_OPS, OTA_TRUTHS, OTA_LOOKS, JOB_OPS],
    });
    for (const device of [0, 1]) this.boots(device, 20, OLD).keeps(device, 20, OLD);
  }

  /** All devices hear of it by that road. */
  by(road: string): this {
    const parts = [{ kind: 'ota', params: { road } }];
    for (const entry of this.story.plan.entries) Object.assign(entry, { parts });
    if (road === 'jobs') Object.assign(this.story.plan, { streams: [STATUS, JOB_ASK] });
    return this;
  }

  /** It says how far it is with its job, and that is acknowledged, or not yet. */
  works(device: number, t: number, status: string, isAcked = true): this {
    const n = this.#asked++;
    const about = { what: `${NAME}/update`, job: NAME, number: 1, expected: 1 };
    this.story.add('ota/job-asked', t, { device, n, ...about, status });
    if (isAcked) this.story.add('acked', t + 2, { device, stream: JOB_CODE, n });
    return this;
  }

  /** Its flash says so; it may say something else, or nothing. */
  ends(device: number, t: number, status: string): this {
    this.story.add('ota/ended', t, { device, campaign: NAME, attempt: 1, status, why: '' });
    return this;
  }

  boots(device: number, t: number, image: FirmwareImage, trial = false): this {
    const { version, sha256, counter } = image;
    if (t > 20) this.story.add('boot', t, { device, epoch: 2, cause: 'reset' });
    this.story.add('ota/booted', t, { device, version, sha256, counter, trial, why: 'reset' });
    return this;
  }

  loads(device: number, t: number, bytes: number, size = NEW.size): this {
    const said = { device, campaign: NAME, attempt: 1, bytes, size };
    this.story.add('ota/fetched', t, said);
    return this;
  }

  /** It cannot use the patch that it was offered. */
  needsWhole(device: number, t: number): this {
    this.story.add('ota/whole', t, { device, campaign: NAME, attempt: 1, why: 'wrong patch' });
    return this;
  }

  keeps(device: number, t: number, { version, sha256, counter }: FirmwareImage): this {
    this.story.add('ota/kept', t, { device, version, sha256, counter });
    return this;
  }

  /** It looks at a signal, in truth of that value, which lies between 0 and 100. */
  looks(device: number, t: number, value: number, signal = 'load'): this {
    const numbers = { value: String(value), low: '0', high: '100' };
    const said = { device, version: NEW.version, signal, ...numbers };
    this.story.add('ota/looked', t, said);
    return this;
  }

  begins(device: number, t: number): this {
    const said = { device, campaign: NAME, attempt: 1 };
    this.story.add('ota/began', t, { ...said, version: NEW.version });
    return this;
  }

  /** And whatever becomes of it, it is acknowledged. */
  says(
    device: number,
    t: number,
    version: string,
    status = '',
    isAcked = true,
    fell = false,
    campaign = status === '' ? '' : NAME,
  ): this {
    const n = this.#said.get(device) ?? 0;
    this.#said.set(device, n + 1);
    const about = { campaign, attempt: campaign === '' ? 0 : 1 };
    this.story.add('ota/said', t, { device, n, version, uses: '', ...about, status, fell });
    const message = { device, stream: STATUS_CODE, n };
    this.story.add('sent', t + 1, { ...message, late: 1, hash: 1, flags: 1 });
    this.story.add('observed', t + 2, { ...message, hash: 1, flags: 1, epoch: 1 });
    if (isAcked) this.story.add('acked', t + 2, message);
    return this;
  }

  /** Its watchdog restarts it, with what it has. */
  falls(device: number, t: number, image = NEW): this {
    const { version, sha256, counter } = image;
    this.story.add('boot', t, { device, epoch: 3, cause: 'watchdog' });
    const booted = { version, sha256, counter, trial: false, why: 'watchdog' };
    this.story.add('ota/booted', t, { device, ...booted });
    return this;
  }

  /** What came by the road of firmware and is none; null for none of that kind. */
  uses(
    device: number,
    t: number,
    image: FirmwareImage | null,
    trial: boolean,
    kind = 'model',
  ): this {
    const { version = '', sha256 = '', counter = 0 } = image ?? {};
    this.story.add('ota/uses', t, { device, kind, version, sha256, counter, trial });
    return this;
  }

  /** It is offered it once more, has it already, and says so. */
  again(device: number, t: number): this {
    const about = { device, campaign: NAME, attempt: 2 };
    this.story.add('ota/began', t, { ...about, version: NEW.version });
    this.story.add('ota/ended', t, { ...about, status: 'confirmed', why: 'it was there' });
    return this;
  }

  unwell(device: number, at: number): this {
    this.story.add('ota/unwell', READ + 1, { device, campaign: NAME, at });
    return this;
  }

  /** A whole update that ends well. */
  updates(device: number, t: number): this {
    this.begins(device, t)
      .loads(device, t + 100, 1000)
      .boots(device, t + 1000, NEW, true)
      .keeps(device, t + 2000, NEW);
    return this.ends(device, t + 2000, 'confirmed').says(
      device,
      t + 2000,
      NEW.version,
      'confirmed',
    );
  }

  settled(device: number, status: string, at: number, attempt = 1): this {
    const said = { device, campaign: NAME, attempt, status, at };
    this.story.add('ota/settled', READ + 1, said);
    return this;
  }

  read(device: number, version: string): this {
    this.story.add('ota/read', READ, { device, version, uses: '', believed: 1 });
    return this;
  }

  /** By a clock that shows what the operator's does. */
  asked(): this {
    this.story.add('ota/asked', 6000, { device: -1, campaign: NAME });
    this.story.add('ota/answered', 6000, { device: -1, campaign: NAME, status: 200, at: 6000 });
    return this;
  }

  /** And all was calm since so early. */
  offered(device: number, calm: number | null = null): this {
    const said = { device, campaign: NAME, attempt: 1, at: 9000 };
    this.story.add('ota/offered', READ + 1, said);
    const settle = this.story.plan.phases.find(({ name }) => name === 'settle');
    if (settle !== undefined && calm !== null) settle.from = calm;
    return this;
  }

  gate(wave: number, passed: boolean, confirmed: number, failed = 0): this {
    const figures = { confirmed, failed, unwell: 0, of: 1, at: 9000 };
    const decided = { device: -1, campaign: NAME, wave, passed, ...figures };
    this.story.add('ota/gate', READ, decided);
    return this;
  }
}

/** Which device comes in the first wave follows from their names. */
const ranks = [0, 1].map((device) => ({ device, rank: hashText(`${NAME}/${idOf(device)}`) }));
ranks.sort((a, b) => a.rank - b.rank);
export const [FIRST, SECOND] = [ranks[0]?.device ?? 0, ranks[1]?.device ?? 1];

function idOf(device: number): string {
  return healthy({ devices: 2 }).plan.devices[device]?.id ?? '';
}

/** Both have it, and both are told to have it. */
export function ended(told: Told): Told {
  return told
    .read(FIRST, NEW.version)
    .read(SECOND, NEW.version)
    .settled(FIRST, 'confirmed', 9000)
    .settled(SECOND, 'confirmed', 13_000)
    .gate(0, true, 1)
    .gate(1, true, 1);
}

export const updated = (): Told => new Told().updates(FIRST, 7000).updates(SECOND, 11_000);
export const honest = (): Story => ended(updated()).story.fine();
