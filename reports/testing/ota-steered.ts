/**
 * Ten devices and a steered campaign of two waves, half of them in each: at the rate of one a
 * second, in a window; and whatever its operator, a rule or its target itself does to it.
 */
import {
  ACT_OPS,
  type ActPlan,
  type CampaignMove,
  type CampaignPlan,
  type FaultPlan,
  type FirmwareImage,
  hashText,
  OTA_OPS,
  OTA_TRUTHS,
  type Plan,
} from '#kernel';
import { JOB_OPS } from './stories/jobs.ts';
import { DRAINED, faultPlan, healthy, type Story, tellFault } from './story.ts';

export const NAME = 'spring';
export const DEVICES = 10;
export const READ = DRAINED + 200;
/** What the target's clock shows more than the operator's. */
export const AHEAD = 4000;
/** So long an offer takes to a device, the update of that, and the word that it has ended. */
const [WAY, TOOK, WORD] = [40, 500, 60];

const NEW: FirmwareImage = {
  ...{ version: '2.1.0', hardware: 'tw-1', defect: 'none', size: 1000, counter: 2 },
  ...{ sha256: '2'.repeat(64), text: '', signature: '' },
};

export const CAMPAIGN: CampaignPlan = {
  ...{ name: NAME, of: '', at: 2000, timeoutMs: 9000, tries: 1, spoil: 'none', image: NEW },
  waves: [500_000, 1_000_000],
  gate: { success: 800_000, errors: 200_000, withinMs: 9000 },
  rate: 60,
  window: { from: 3000, to: 20_000 },
};

/** A rule may pause it. */
export const HOLD: ActPlan = {
  ...{ name: 'hold', rule: 'high', on: 'raised', does: { pause: NAME }, at: 2000, stops: [] },
  guard: { deadMs: 0, most: 0, overMs: 0, fleetMost: 0, fleetOverMs: 0 },
};

const RANKS = Array.from({ length: DEVICES }, (_, device) => {
  const id = healthy({ devices: DEVICES }).plan.devices[device]?.id ?? '';
  return { device, rank: hashText(`${NAME}/${id}`) };
}).sort((a, b) => a.rank - b.rank);
export const deviceAt = (place: number): number => RANKS[place]?.device ?? 0;

/** The target stands still in between. */
export const still = (from: number, to: number): FaultPlan =>
  faultPlan('still', { fault: 'pause', acts: 'inside', devices: [], from, to });

export class Steered {
  readonly story: Story;

  constructor(
    more: Partial<CampaignPlan> = {},
    acts: readonly ActPlan[] = [],
    faults: FaultPlan[] = [],
  ) {
    const firmware = { factory: NEW, keys: [], campaign: { ...CAMPAIGN, ...more } };
    const workflows = [
      { workflow: 'ota', session: 'ota', resolved: firmware },
      ...acts.map((resolved) => ({ workflow: 'acts', session: resolved.name, resolved })),
    ] as unknown as Plan['workflows'];
    const ops = [OTA_OPS, OTA_TRUTHS, JOB_OPS, ACT_OPS];
    this.story = healthy({ devices: DEVICES, workflows, ops, faults });
    for (const { id } of faults) tellFault(this.story, id);
    this.story.add('ota/asked', 2000, { device: -1, campaign: NAME });
    this.#answered('ota/answered', 2020, { status: 200 });
    for (let device = 0; device < DEVICES; device++) {
      this.story.add('ota/read', READ, { device, version: '', uses: '', believed: 0 });
    }
  }

  /** Its target's clock shows the time at which it was asked. */
  #answered(op: 'ota/answered' | 'ota/took', t: number, fields: object): void {
    const at = t - 20 + AHEAD;
    this.story.add(op, t, { device: -1, campaign: NAME, ...fields, at });
  }

  moves(move: CampaignMove, t: number, status = 200): this {
    this.story.add('ota/told', t, { device: -1, campaign: NAME, move });
    this.#answered('ota/took', t + 20, { move, status });
    return this;
  }

  /** It is in what the target lists, and in no answer to its operator. */
  moved(move: CampaignMove, t: number): this {
    this.story.add('moved', READ, { device: -1, campaign: NAME, move, at: t + AHEAD });
    return this;
  }

  /** A rule has it paused, as the target says of itself; or it would not. */
  decides(t: number, done = true): this {
    const told = { rule: HOLD.rule, version: 1, subject: 'x', at: t, key: `hold/${t}` };
    const why = { why: done ? '' : 'refused', by: '', values: '{}' };
    const about = { device: 0, place: t, act: HOLD.name, ...told, ...why };
    this.story.add('acts/decided', READ, { ...about, decided: t + AHEAD, done });
    return this;
  }

  /** All that was decided, and all moves. */
  isWhole(): this {
    for (let device = 0; device < DEVICES; device++) this.story.add('acts/whole', READ, { device });
    this.story.add('moves-read', READ, { device: -1, campaign: NAME });
    return this;
  }

  /** The one that is so far in the order of the campaign, and how it ends. */
  offers(place: number, t: number, status = 'confirmed', attempt = 1): this {
    const device = deviceAt(place);
    const about = { device, campaign: NAME, attempt };
    const { version, sha256, counter } = NEW;
    this.story.add('ota/offered', READ, { ...about, at: t + AHEAD });
    this.story.add('ota/began', t + WAY, { ...about, version });
    const isKept = status === 'confirmed';
    if (isKept) this.story.add('ota/kept', t + TOOK, { device, version, sha256, counter });
    return this.ends(place, t + TOOK + WORD, status, attempt);
  }

  ails(place: number, t: number): this {
    const said = { device: deviceAt(place), campaign: NAME, at: t + AHEAD };
    this.story.add('ota/unwell', READ, said);
    return this;
  }

  ends(place: number, t: number, status: string, attempt = 1): this {
    const about = { device: deviceAt(place), campaign: NAME, attempt };
    this.story.add('ota/settled', READ, { ...about, status, at: t + AHEAD });
    return this;
  }

  gate(
    ...[wave, passed, t, confirmed, failed = 0, unwell = 0]: [
      ...[wave: number, passed: boolean, t: number, confirmed: number],
      ...[failed?: number, unwell?: number],
    ]
  ): this {
    const figures = { confirmed, failed, unwell, of: 5, at: t + AHEAD };
    this.story.add('ota/gate', READ, { device: -1, campaign: NAME, wave, passed, ...figures });
    return this;
  }
}
