/** A campaign drawn at random, with what its operator does and when the platform is killed. */
import { CAMPAIGN_MOVES, type CampaignMove, type CampaignPlan, type Random } from '#kernel';

export const NAME = 'spring';
export const BEGUN_AT = 1000;

export interface DrawnCampaign {
  devices: number;
  plan: CampaignPlan;
  moves: { move: CampaignMove; at: number }[];
  /** The platform is away for so long. */
  kills: { at: number; forMs: number }[];
  /** Of a hundred commits so many end with the platform, and are none. */
  lost: number;
  /** What the operator's clock shows less than the platform's. */
  aheadMs: number;
}

const SHARE = 10_000;

export function drawCampaign(random: Random): DrawnCampaign {
  const within = (least: number, most: number): number => least + random.below(most - least + 1);
  const maybe = (percent: number): boolean => random.below(100) < percent;
  const steps = new Set([within(1, 100), within(1, 100), 100]);
  const aheadMs = within(0, 5000);
  const opens = BEGUN_AT + within(-3000, 6000);
  const plan = {
    ...{ name: NAME, of: '', at: BEGUN_AT, spoil: 'none' },
    waves: [...steps].sort((a, b) => a - b).map((percent) => percent * SHARE),
    gate: {
      success: within(0, 100) * SHARE,
      withinMs: within(500, 15_000),
      ...(maybe(50) ? { errors: within(0, 60) * SHARE } : {}),
      ...(maybe(40) ? { unwell: within(0, 60) * SHARE } : {}),
      ...(maybe(40) ? { soakMs: within(1, 8000) } : {}),
    },
    timeoutMs: within(800, 6000),
    tries: within(1, 3),
    ...(maybe(50) ? { rate: within(20, 600) } : {}),
    ...(maybe(40)
      ? { window: { from: opens, to: Math.max(opens, BEGUN_AT) + within(1, 9000) } }
      : {}),
    image: { sha256: 'a'.repeat(64) },
  } as unknown as CampaignPlan;
  const count = maybe(60) ? within(1, 4) : 0;
  const moves = Array.from({ length: count }, () => ({
    move: CAMPAIGN_MOVES[random.below(maybe(70) ? 2 : 3)] ?? 'pause',
    at: BEGUN_AT + within(1, 12_000),
  })).sort((a, b) => a.at - b.at);
  const kills: DrawnCampaign['kills'] = [];
  for (let at = BEGUN_AT; maybe(45) && kills.length < 4; ) {
    const forMs = within(1, 3000);
    at += within(1, 6000);
    // In no instant in which anything is due.
    kills.push({ at: at + 0.5, forMs });
    at += forMs;
  }
  return {
    devices: within(1, 12),
    plan,
    moves,
    kills,
    lost: maybe(30) ? within(1, 6) : 0,
    aheadMs,
  };
}
