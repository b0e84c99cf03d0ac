/** An offer of firmware as it comes over a network. */
import { readSigned } from '#kernel';
import type { Ended, Job } from '../../firmware/job.ts';

/** Null for whatever is none. */
export function readOffer(values: Readonly<Record<string, unknown>>): Job | null {
  const { campaign, attempt } = values;
  const signed = readSigned(values.signed);
  if (signed === null || !isCampaign(campaign) || !isAttempt(attempt)) return null;
  return { campaign, attempt, signed };
}

/** It has ended before, or a later one has. */
export const isOver = ({ campaign, attempt }: Job, last: Ended | null): boolean =>
  last !== null && last.campaign === campaign && last.attempt >= attempt;

export const isCampaign = (value: unknown): value is string =>
  typeof value === 'string' && /^[a-z0-9][a-z0-9.-]{0,63}$/.test(value);

export const isAttempt = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= 1000;
