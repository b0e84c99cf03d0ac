/**
 * Which device comes in which wave of a campaign, and when a wave may begin: when enough devices of
 * the one before keep the new image. What devices keep is read from their flash; a target can know
 * of no more than that.
 */
import { type CampaignPlan, firmwareOf, hashText, type LedgerEntry, type Plan } from '#kernel';
import type { OracleFold } from '../oracle.ts';

const WHOLE = 1_000_000;

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

/** What the target says that it decided about a wave. */
export interface GateSeen {
  campaign: string;
  wave: number;
  passed: boolean;
  confirmed: number;
  failed: number;
  of: number;
  /** Milliseconds. */
  at: number;
  /** What is wrong with it; null for nothing. */
  flaw: string | null;
}

export interface Patched {
  campaign: string;
  askedAt: number;
  devices: { device: number; keptAt: number | null }[];
}

/** How one wave went, and what was decided about it. */
export interface WaveTold {
  campaign: string;
  wave: number;
  /** So many devices are in it, and so many of them must keep the image. */
  of: number;
  needed: number;
  /** When the first of them began, or could have; null where none did. */
  beganAt: number | null;
  /** In the order in which they are told. */
  gates: readonly GateSeen[];
  /** How many of it kept the image by an instant. */
  keptBy(t: number): number;
}

interface Campaign {
  plan: CampaignPlan;
  /** Wave by device. */
  waves: ReadonlyMap<number, number>;
  sizes: readonly number[];
  /** When each of its devices kept the image. */
  readonly kept: Map<number, number>;
  readonly began: { device: number; t: number }[];
  /** When the operator asked for it. */
  askedAt: number | null;
}

export class OtaWaves implements OracleFold {
  readonly #campaigns: readonly Campaign[];
  readonly #gates: GateSeen[] = [];

  constructor(plan: Plan) {
    this.#campaigns = firmwareOf(plan).map(({ campaign }) => ({
      plan: campaign,
      ...wavesOf(plan, campaign),
      kept: new Map(),
      began: [],
      askedAt: null,
    }));
  }

  step(entry: LedgerEntry): void {
    const { device, t } = entry;
    const op = entry.op as string;
    const fields = entry as unknown as Readonly<Record<string, number | string | boolean>>;
    if (op === 'ota/kept') {
      for (const { plan, kept } of this.#campaigns) {
        if (plan.image.sha256 === fields.sha256 && !kept.has(device)) kept.set(device, t);
      }
      return;
    }
    const campaign = this.#campaigns.find(({ plan }) => plan.name === fields.campaign);
    if (campaign === undefined) return;
    if (op === 'ota/asked') campaign.askedAt ??= t;
    else if (op === 'ota/began') campaign.began.push({ device, t });
    else if (op === 'ota/gate') this.#gates.push(gateIn(campaign, fields));
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
    return this.#campaigns.flatMap((campaign) =>
      campaign.began.flatMap(({ device, t }) => earlyIn(campaign, device, t)),
    );
  }

  /** Of each campaign that was asked for: its devices, and when each of them kept the image. */
  patched(): Patched[] {
    return this.#campaigns.flatMap(({ plan, waves, kept, askedAt }) =>
      askedAt === null
        ? []
        : [
            {
              campaign: plan.name,
              askedAt,
              devices: [...waves.keys()].map((device) => ({
                device,
                keptAt: kept.get(device) ?? null,
              })),
            },
          ],
    );
  }

  waves(): WaveTold[] {
    return this.#campaigns.flatMap((campaign) =>
      campaign.sizes.map((of, wave) => {
        const { plan, waves, kept } = campaign;
        const own = this.#gates.filter((gate) => gate.campaign === plan.name);
        const opened = own.find((gate) => gate.wave === wave - 1 && gate.passed);
        const first = campaign.began.find(({ device }) => waves.get(device) === wave);
        const begun = [first?.t, opened && opened.at * 1000].filter((t) => t !== undefined);
        return {
          campaign: plan.name,
          wave,
          of,
          needed: neededOf(campaign, wave),
          beganAt: begun.length === 0 ? null : Math.min(...begun),
          gates: own.filter((gate) => gate.wave === wave),
          keptBy: (t) => keptIn(waves, kept, wave, t),
        };
      }),
    );
  }

  gates(): readonly GateSeen[] {
    return this.#gates;
  }

  /** Null where a device is of no wave. */
  waveOf(name: string, device: number): number | null {
    const campaign = this.#campaigns.find(({ plan }) => plan.name === name);
    return campaign?.waves.get(device) ?? null;
  }

  sizesOf(name: string): readonly number[] {
    return this.#campaigns.find(({ plan }) => plan.name === name)?.sizes ?? [];
  }
}

/** All waves before its own must be so far: nobody knows when one was passed by. */
function earlyIn(campaign: Campaign, device: number, t: number): EarlyStart[] {
  const { plan, waves, kept } = campaign;
  const own = waves.get(device) ?? 0;
  for (let wave = 0; wave < own; wave++) {
    const needed = neededOf(campaign, wave);
    const there = keptIn(waves, kept, wave, t);
    if (there >= needed) continue;
    return [{ campaign: plan.name, device, wave: own, t, kept: there, needed }];
  }
  return [];
}

const neededOf = ({ plan, sizes }: Campaign, wave: number): number =>
  Math.ceil(((sizes[wave] ?? 0) * plan.gate.success) / WHOLE);

const keptIn = (
  waves: Campaign['waves'],
  kept: Campaign['kept'],
  wave: number,
  by: number,
): number => [...kept].filter(([one, at]) => waves.get(one) === wave && at <= by).length;

function gateIn(
  { plan, sizes }: Campaign,
  fields: Readonly<Record<string, number | string | boolean>>,
): GateSeen {
  const [wave, confirmed, failed, of, at] = ['wave', 'confirmed', 'failed', 'of', 'at'].map(
    (name) => Number(fields[name]),
  ) as [number, number, number, number, number];
  const passed = fields.passed === true;
  const isReached = confirmed * WHOLE >= plan.gate.success * of;
  const wrong = passed ? 'is passed with too few' : 'is not passed with enough';
  const size = sizes[wave] ?? 0;
  const flaw =
    passed !== isReached ? wrong : of === size ? null : `is of ${of} devices, and has ${size}`;
  return { campaign: plan.name, wave, passed, confirmed, failed, of, at, flaw };
}

/** By a rank that hangs on the campaign and the device, so many of all as each share says. */
function wavesOf({ devices }: Plan, { name, of, waves: shares }: CampaignPlan) {
  const own = devices
    .map(({ id }, device) => ({ id, device, rank: hashText(`${name}/${id}`) }))
    .filter(({ id }) => of === '' || id === of || id.startsWith(`${of}/`));
  own.sort((a, b) => (a.rank === b.rank ? (a.id < b.id ? -1 : 1) : a.rank - b.rank));
  const waves = new Map<number, number>();
  const sizes: number[] = [];
  let from = 0;
  for (const [wave, share] of shares.entries()) {
    const to = Math.max(from, Math.ceil((own.length * share) / WHOLE));
    for (const { device } of own.slice(from, to)) waves.set(device, wave);
    sizes.push(to - from);
    from = to;
  }
  return { waves, sizes };
}
