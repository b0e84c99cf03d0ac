/**
 * Which device comes in which wave of a campaign, and when a wave may begin: when enough devices of
 * the one before keep the new image. What devices keep is read from their flash; a target can know
 * of no more than that.
 */
import { firmwareOf, type LedgerEntry, type Plan } from '#kernel';
import type { ActBook } from '../acts/decisions.ts';
import type { OracleFold } from '../oracle.ts';
import {
  type Campaign,
  type CampaignEnd,
  campaignOf,
  type GateSeen,
  overAt,
  scenarioTime,
  tryOf,
} from './campaign.ts';
import { type ControlSeen, controlsOf } from './controls.ts';
import type { Stood } from './hindered.ts';
import { Lines } from './lines.ts';
import { holdsOf, type Moved, movedIn } from './moves.ts';
import { type Hasty, hastyIn } from './soaks.ts';
import { noteSteering, type Steered, steeredIn } from './steering.ts';
import { REJECTED } from './telling.ts';
import { Idle, takenIn, type Untaken, untakenIn } from './untaken.ts';

const WHOLE = 1_000_000;
type Fields = Readonly<Record<string, number | string | boolean>>;
const jobOf = (campaign: string): string => campaign.replaceAll('.', '_');

const NEVER_STOOD: Stood = { downs: [], stalls: [], faults: [] };

/** A device that began before its wave could have. */
export interface EarlyStart {
  campaign: string;
  device: number;
  wave: number;
  /** Microseconds. */
  t: number;
  kept: number;
  needed: number;
}

export interface Patched {
  campaign: string;
  askedAt: number;
  /** How it ended for good before all had it; empty where it did not. */
  over: '' | CampaignEnd;
  devices: { device: number; keptAt: number | null }[];
}

/** How one wave went, and what was decided about it. */
export interface WaveTold {
  campaign: string;
  wave: number;
  /** So many devices are in it, and so many of them must keep the image. */
  of: number;
  needed: number;
  /** More of them may not fail, or keep it and be unwell with it; null for any number. */
  mayFail: number | null;
  mayAil: number | null;
  /** When the first of them began, or could have; null where none did. */
  beganAt: number | null;
  /** In the order in which they are told. */
  gates: readonly GateSeen[];
  /** How many of it kept the image by an instant. */
  keptBy(t: number): number;
}

export class OtaWaves implements OracleFold {
  readonly #campaigns: readonly Campaign[];
  readonly #plan: Plan;
  readonly #idle: Idle;
  readonly #lines = new Lines();
  readonly #acts: ActBook | null;
  /** When the target was away, we stood still ourselves, and faults acted. */
  readonly stood: Stood;
  /** When each device that asks for itself last asked and was shown an offer, in microseconds. */
  readonly #shown = new Map<number, number>();

  /** `acts`: what the target decided by itself; null where no campaign hangs on that. */
  constructor(plan: Plan, stood: Stood = NEVER_STOOD, acts: ActBook | null = null) {
    this.#plan = plan;
    this.#acts = acts;
    this.stood = stood;
    this.#idle = new Idle(plan, stood.stalls);
    this.#campaigns = firmwareOf(plan).map(({ campaign }) => campaignOf(plan, campaign));
  }

  step(entry: LedgerEntry): void {
    const { device, t } = entry;
    const op = entry.op as string;
    const fields = entry as unknown as Fields;
    this.#idle.step(op, device, t);
    this.#lines.step(op, device, t);
    if (op === 'ota/kept' || (op === 'ota/uses' && fields.trial === false)) {
      for (const { plan, kept } of this.#campaigns) {
        if (plan.image.sha256 === fields.sha256 && !kept.has(device)) kept.set(device, t);
      }
      return;
    }
    if (op === 'ota/uses') return;
    if (op === 'state') {
      if (fields.state === 'ota.installing') this.#lines.installs(device, t);
      return;
    }
    if (op === 'ota/read') {
      for (const one of this.#campaigns) {
        one.read.set(device, t);
        one.readAt = Math.min(one.readAt, t);
      }
      return;
    }
    if (op === 'ota/shown') {
      this.#shown.set(device, Number(fields.asked) * 1000);
      return;
    }
    if (op === 'ota/job-asked') return this.#jobAsked(device, fields);
    const campaign = this.#campaigns.find(({ plan }) => plan.name === fields.campaign);
    if (campaign === undefined) return;
    if (op === 'ota/asked') {
      campaign.askedAt ??= t;
      campaign.takenFrom ??= t;
    } else if (op === 'ota/began') {
      const shownAt = this.#shown.get(device) ?? null;
      campaign.began.push({ device, t, attempt: Number(fields.attempt), shownAt });
    } else if (op === 'ota/gate') campaign.gates.push(gateIn(campaign, fields));
    else noteSteering(campaign, op, t, device, fields);
  }

  #jobAsked(device: number, { job, number, status }: Fields): void {
    if (status !== REJECTED) return;
    const campaign = this.#campaigns.find(({ plan }) => jobOf(plan.name) === job);
    campaign?.rejected.add(tryOf(device, Number(number)));
  }

  /** How each campaign kept to what its operator said. */
  steered(): Steered[] {
    const seen = { plan: this.#plan, idle: this.#idle, lines: this.#lines };
    const fleet = { ...seen, stood: this.stood };
    return this.#campaigns.map((one) => {
      return steeredIn(this.#moved(one), fleet);
    });
  }

  #moved(campaign: Campaign): Moved {
    return movedIn(campaign, holdsOf(this.#plan, campaign.plan.name, this.#acts));
  }

  /** How many offers devices took, those that nothing kept a device from, and how many others. */
  taken(): { taken: number; untaken: readonly Untaken[]; others: number } {
    const untaken = this.#campaigns.flatMap((one) =>
      untakenIn(one, this.#plan, this.#idle, this.stood),
    );
    const all = this.#campaigns.reduce((sum, { offers }) => sum + offers.length, 0);
    const taken = this.#campaigns.reduce((sum, one) => sum + takenIn(one), 0);
    return { taken, untaken, others: all - taken - untaken.length };
  }

  /** Starts that had to wait for a soak, and those that did not. */
  soaked(): { count: number; hasty: Hasty[] } {
    const all = this.#campaigns.map(hastyIn);
    const count = all.reduce((sum, one) => sum + one.count, 0);
    return { count, hasty: all.flatMap(({ hasty }) => hasty) };
  }

  /** What was said to each, and when: by its operator, or by a rule. */
  controls(): ControlSeen[] {
    return this.#campaigns.flatMap((one) => controlsOf(this.#moved(one).campaign));
  }

  /** How many devices began in a wave that had to wait. */
  waited(): number {
    return this.#campaigns.reduce(
      (sum, { waves, began }) =>
        sum + began.filter(({ device }) => (waves.get(device) ?? 0) > 0).length,
      0,
    );
  }

  early(): EarlyStart[] {
    return this.#campaigns.flatMap((campaign) => {
      const times = keptTimes(campaign);
      return campaign.began.flatMap(({ device, t }) => earlyIn(campaign, times, device, t));
    });
  }

  /** Of each campaign that was asked for: its devices, and when each of them kept the image. */
  patched(): Patched[] {
    return this.#campaigns.flatMap((one) => {
      const { plan, waves, kept, askedAt } = one;
      if (askedAt === null) return [];
      const devices = [...waves.keys()].map((device) => ({
        device,
        keptAt: kept.get(device) ?? null,
      }));
      return [{ campaign: plan.name, askedAt, over: overAt(one).how, devices }];
    });
  }

  waves(): WaveTold[] {
    return this.#campaigns.flatMap((campaign) =>
      campaign.sizes.map((of, wave) => {
        const { plan, waves, kept } = campaign;
        const own = campaign.gates;
        const opened = own.find((gate) => gate.wave === wave - 1 && gate.passed);
        const first = campaign.began.find(({ device }) => waves.get(device) === wave);
        const begun = [first?.t, opened?.t].filter((t) => t !== undefined);
        return {
          campaign: plan.name,
          wave,
          of,
          needed: neededOf(campaign, wave),
          mayFail: mostOf(campaign, wave, plan.gate.errors),
          mayAil: mostOf(campaign, wave, plan.gate.unwell),
          beganAt: begun.length === 0 ? null : Math.min(...begun),
          gates: own.filter((gate) => gate.wave === wave),
          keptBy: (t) => keptIn(waves, kept, wave, t),
        };
      }),
    );
  }

  gates(): readonly GateSeen[] {
    return this.#campaigns.flatMap(({ gates }) => gates);
  }

  /** Null where a device is of no wave. */
  waveOf(name: string, device: number): number | null {
    const campaign = this.#campaigns.find(({ plan }) => plan.name === name);
    return campaign?.waves.get(device) ?? null;
  }

  campaign(name: string): Campaign | null {
    return this.#campaigns.find(({ plan }) => plan.name === name) ?? null;
  }

  sizesOf(name: string): readonly number[] {
    return this.#campaigns.find(({ plan }) => plan.name === name)?.sizes ?? [];
  }
}

/** All waves before its own must be so far: nobody knows when one was passed by. */
function earlyIn(
  campaign: Campaign,
  times: readonly (readonly number[])[],
  device: number,
  t: number,
): EarlyStart[] {
  const { plan, waves } = campaign;
  // A stranger is told of elsewhere.
  const own = waves.get(device) ?? 0;
  for (let wave = 0; wave < own; wave++) {
    const needed = neededOf(campaign, wave);
    const keptAt = times[wave] ?? [];
    if (needed === 0 || (keptAt[needed - 1] ?? Number.POSITIVE_INFINITY) <= t) continue;
    const there = keptAt.filter((at) => at <= t).length;
    return [{ campaign: plan.name, device, wave: own, t, kept: there, needed }];
  }
  return [];
}

/** By wave, when its devices kept the image, the first one first. */
function keptTimes({ sizes, waves, kept }: Campaign): number[][] {
  const times = sizes.map((): number[] => []);
  for (const [device, at] of kept) times[waves.get(device) ?? -1]?.push(at);
  for (const wave of times) wave.sort((a, b) => a - b);
  return times;
}

const neededOf = ({ plan, sizes }: Campaign, wave: number): number =>
  Math.ceil(((sizes[wave] ?? 0) * plan.gate.success) / WHOLE);

const mostOf = ({ sizes }: Campaign, wave: number, share: number | undefined): number | null =>
  share === undefined ? null : Math.floor(((sizes[wave] ?? 0) * share) / WHOLE);

const keptIn = (
  waves: Campaign['waves'],
  kept: Campaign['kept'],
  wave: number,
  by: number,
): number => [...kept].filter(([one, at]) => waves.get(one) === wave && at <= by).length;

const FIGURES = ['wave', 'confirmed', 'failed', 'unwell', 'of', 'at'] as const;

/** What is wrong with a decision by the figures that it names itself. */
function gateIn(campaign: Campaign, fields: Fields): GateSeen {
  const { plan, sizes } = campaign;
  const [wave, confirmed, failed, unwell, of, at] = FIGURES.map((name) => Number(fields[name])) as [
    ...[number, number, number, number, number, number],
  ];
  const passed = fields.passed === true;
  const { success, errors = WHOLE, unwell: ill = WHOLE } = plan.gate;
  const isReached = confirmed * WHOLE >= success * of;
  const isTooMuch = failed * WHOLE > errors * of || unwell * WHOLE > ill * of;
  const size = sizes[wave] ?? 0;
  const isReal = sizes[wave] !== undefined;
  const twice = campaign.gates.some((one) => one.wave === wave && one.passed === passed);
  const flaw = passed
    ? flawOfPass(isReached, isTooMuch)
    : isReached && !isTooMuch
      ? 'is not passed with enough'
      : null;
  const strange = isReal
    ? twice
      ? `is ${passed ? 'passed' : 'halted'} a second time`
      : null
    : 'is decided, and there is no such wave';
  const figures = { confirmed, failed, unwell, of, at, t: scenarioTime(campaign, at) };
  const isOfAll = of === size ? null : `is of ${of} devices, and has ${size}`;
  return { campaign: plan.name, wave, passed, ...figures, flaw: strange ?? flaw ?? isOfAll };
}

function flawOfPass(isReached: boolean, isTooMuch: boolean): string | null {
  if (!isReached) return 'is passed with too few';
  return isTooMuch ? 'is passed though too many have failed, or are not well' : null;
}
