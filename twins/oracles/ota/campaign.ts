/** What the ledger tells of one campaign, as it was laid out and as it went. */
import { type CampaignMove, type CampaignPlan, hashText, isOf, type Plan } from '#kernel';

const WHOLE = 1_000_000;

/** Times of the target are whole milliseconds, and so is what it was told. */
export const ROUNDED_MS = 2;
/** So late a timer may be, on a machine that has much to do. */
export const TIMER_MS = 1000;

export interface SteerFlaw {
  /** Null for the whole campaign. */
  device: number | null;
  /** Microseconds. */
  t: number;
  what: string;
}

/** What the target says that it decided about a wave. */
export interface GateSeen {
  campaign: string;
  wave: number;
  passed: boolean;
  confirmed: number;
  failed: number;
  unwell: number;
  of: number;
  /** Milliseconds, on the target's own clock. */
  at: number;
  /** Microseconds of scenario time: no sooner than that, and later by what an answer takes. */
  t: number;
  /** What is wrong with it; null for nothing. */
  flaw: string | null;
}

/** What was done to it, and when it took effect by the target's clock. */
export interface ListedMove {
  move: CampaignMove;
  /** Milliseconds. */
  at: number;
}

export interface MoveSeen extends ListedMove {
  /**
   * Microseconds: when the operator first asked for it, and when that was answered; of what follows
   * from a rule, between which times it was.
   */
  toldAt: number;
  tookAt: number;
  /** No operator did it. */
  isByRule?: true;
}

/** Microseconds. */
export interface RefusedMove {
  move: CampaignMove;
  toldAt: number;
  tookAt: number;
}

export interface OfferSeen {
  device: number;
  attempt: number;
  /** Milliseconds, on the target's own clock. */
  at: number;
}

export interface SettledSeen extends OfferSeen {
  status: string;
}

export interface Campaign {
  plan: CampaignPlan;
  /** Wave by device. */
  waves: ReadonlyMap<number, number>;
  sizes: readonly number[];
  /** When each of its devices kept the image. */
  readonly kept: Map<number, number>;
  /**
   * When devices took an offer, by their own word; those that ask for themselves, when they asked
   * for what they were shown.
   */
  readonly began: { device: number; attempt: number; t: number; shownAt: number | null }[];
  /** When the operator first asked for it. */
  askedAt: number | null;
  /** In between the target began it: when that was asked for, and when it was answered. */
  takenFrom: number | null;
  takenBy: number;
  /** When it began, as the target's own clock says. */
  begunAt: number | null;
  readonly gates: GateSeen[];
  /** Of its operator; once all is known, of everybody who may move it. */
  readonly moves: MoveSeen[];
  /** What the target said that it would not do, between being asked and its answer. */
  readonly refused: RefusedMove[];
  /** What the target lists besides. */
  readonly listed: ListedMove[];
  /** When it was asked for all that it lists, in microseconds; null where it lists nothing. */
  movesReadAt: number | null;
  /** It did not say what it had decided. */
  isUnread: boolean;
  /** The move that was asked for and not answered yet. */
  asking: { move: CampaignMove; toldAt: number } | null;
  readonly offers: OfferSeen[];
  /** When devices left off, by their own word, since they were told so. */
  readonly cancelled: { device: number; attempt: number; t: number }[];
  readonly settled: SettledSeen[];
  /** Jobs that devices would not take, and want no other try at: device and attempt. */
  readonly rejected: Set<string>;
  /** Devices that the target heard not to be well with it, by its own clock. */
  readonly unwell: { device: number; at: number }[];
  /** When it read the first of them back, in microseconds. */
  readAt: number;
  /** When each of its devices was read back, in microseconds. */
  readonly read: Map<number, number>;
}

/** Of one try of a device. */
export const tryOf = (device: number, attempt: number): string => `${device} ${attempt}`;

export const campaignOf = (plan: Plan, campaign: CampaignPlan): Campaign => ({
  plan: campaign,
  ...wavesOf(plan, campaign),
  ...{
    rejected: new Set(),
    kept: new Map(),
    began: [],
    gates: [],
    moves: [],
    refused: [],
    listed: [],
    offers: [],
    cancelled: [],
    settled: [],
    unwell: [],
  },
  ...{ askedAt: null, takenFrom: null, takenBy: 0, begunAt: null, asking: null, read: new Map() },
  movesReadAt: null,
  isUnread: false,
  readAt: Number.POSITIVE_INFINITY,
});

/**
 * The target's clock is its own: what it showed when the campaign began, the operator's showed as
 * it asked, or later by no more than the answer took. No sooner than this.
 */
export const scenarioTime = ({ takenFrom, begunAt }: Campaign, at: number): number =>
  begunAt === null ? at * 1000 : Math.max(0, (takenFrom ?? 0) + (at - begunAt) * 1000);

/** And no later than this. */
export const latestTime = (campaign: Campaign, at: number): number =>
  scenarioTime(campaign, at) + slackOf(campaign);

/** The same the other way round: no later than this, and what the target itself takes it for. */
export const targetTime = ({ takenFrom, begunAt }: Campaign, ms: number): number =>
  begunAt === null ? ms : begunAt + ms - (takenFrom ?? 0) / 1000;

/** And no sooner than this. */
export const soonestTime = (campaign: Campaign, ms: number): number =>
  targetTime(campaign, ms) - slackOf(campaign) / 1000;

/** From then on its window is over for sure, in microseconds of scenario time. */
export const closedFrom = (campaign: Campaign): number => {
  const { window } = campaign.plan;
  return window === undefined
    ? Number.POSITIVE_INFINITY
    : latestTime(campaign, targetTime(campaign, window.to));
};

const slackOf = ({ takenFrom, takenBy }: Campaign): number =>
  Math.max(0, takenBy - (takenFrom ?? 0));

/** By the target's clock. */
export function pausesOf({ moves }: Campaign): { from: number; to: number }[] {
  return moves.flatMap(({ move, at }, place) =>
    move === 'pause' ? [{ from: at, to: moves[place + 1]?.at ?? Number.POSITIVE_INFINITY }] : [],
  );
}

/** By a gate that did not come, or by its operator. */
export type CampaignEnd = 'halted' | 'called off';

/** From then on, by the target's clock, nobody is offered anything. */
export function overAt({ gates, moves }: Campaign): { at: number; how: '' | CampaignEnd } {
  const halts = gates
    .filter(({ passed }) => !passed)
    .map(({ at }) => ({ at, how: 'halted' as const }));
  const aborts = moves
    .filter(({ move }) => move === 'abort')
    .map(({ at }) => ({ at, how: 'called off' as const }));
  const [first] = [...halts, ...aborts].sort((a, b) => a.at - b.at);
  return first ?? { at: Number.POSITIVE_INFINITY, how: '' };
}

/** By a rank that hangs on the campaign and the device, so many of all as each share says. */
function wavesOf({ devices }: Plan, { name, of, waves: shares }: CampaignPlan) {
  const own = devices
    .map(({ id }, device) => ({ id, device, rank: hashText(`${name}/${id}`) }))
    .filter(({ id }) => isOf(of, id));
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
