/**
 * Whom that met which somebody spoilt on purpose: devices that took the offer of a manifest with
 * something wrong about it, or that loaded as far as the bytes are wrong. What met nobody was tried
 * on nobody, however well all of them stand.
 */
import {
  type CampaignPlan,
  firmwareOf,
  isCarried,
  type Plan,
  type Spoil,
  servingOf,
  spoiltAt,
} from '#kernel';
import { boardOf, NATIVE, roadOf } from './signed.ts';
import type { OtaAttempt, OtaStory } from './story.ts';

/** These are in what is loaded, each from some byte on; all others are in the offer. */
const IN_BYTES: readonly Spoil[] = ['flipped', 'truncated', 'mixed'];

interface Whom {
  plan: Plan;
  device: number;
}

/** Names of campaigns of which it met what was spoilt. */
export const metBy = ({ attempts }: Pick<OtaStory, 'attempts'>, whom: Whom): string[] =>
  firmwareOf(whom.plan)
    .filter(({ campaign }) =>
      attempts.some((one) => one.campaign === campaign.name && isMet(campaign, one, whom)),
    )
    .map(({ campaign: { name } }) => name);

function isMet(campaign: CampaignPlan, attempt: OtaAttempt, { plan, device }: Whom): boolean {
  const { spoil, image } = campaign;
  const { bytes, status } = attempt;
  if (spoil === 'none') return false;
  // By the other roads an offer is shown to whoever asks.
  if (spoil === 'repeated') return roadOf(plan, device) === NATIVE;
  if (IN_BYTES.includes(spoil)) return hasLoaded(campaign, attempt);
  // Whoever carries it may have met it, and has nothing to hand on then.
  if (servingOf(spoil) !== null) return bytes > 0 || (isCarried(plan, device) && isFailed(status));
  // What is wrong may be anywhere in its files; what has no room is not even loaded.
  if (spoil === 'as-it-is') return bytes > 0 || isFailed(status);
  // For its own board it is right.
  if (spoil === 'other-hardware' && boardOf(plan, device) === image.hardware) return false;
  // Who has it already looks at nothing of it.
  return bytes > 0 || status !== 'confirmed';
}

const isFailed = (status: string): boolean => status === 'failed';

/** Bytes that came twice count twice: where it says no, nobody can have met it. */
function hasLoaded({ spoil, image }: CampaignPlan, { loads }: OtaAttempt): boolean {
  return loads.some(({ size, bytes, isAfterPatch }) => {
    // The patch is the right one.
    if (spoil === 'mixed') return image.delta === undefined || isAfterPatch;
    const at = spoiltAt(size, spoil);
    return spoil === 'truncated' ? bytes >= at : bytes > at;
  });
}
