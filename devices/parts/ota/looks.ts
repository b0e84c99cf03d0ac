/**
 * What a device sees of what it measures by the end of a trial is written down only in runs with a
 * release of which nothing else shows that it is not well: all other runs stay as they were.
 */
import { firmwareOf, OTA_LOOKS, type Plan, SHOWS_IN_SIGNALS } from '#kernel';
import type { PartBesides } from '../../besides.ts';
import { JOBS_BESIDES } from './roads/roads.ts';

export const tellsLooks = (plan: Pick<Plan, 'workflows'>): boolean =>
  firmwareOf(plan).some(({ campaign }) => SHOWS_IN_SIGNALS.includes(campaign.image.defect));

export const OTA_BESIDES: readonly PartBesides[] = [
  JOBS_BESIDES,
  { where: (_, plan) => tellsLooks(plan), ops: OTA_LOOKS },
];
