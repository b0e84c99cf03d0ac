/** An update as its device's journal knows it: the offer, what is next of it, and how it ended. */
import type { SignedManifest } from '#kernel';

/** An offer that was taken. */
export interface Job {
  campaign: string;
  attempt: number;
  signed: SignedManifest;
  /** What its server knows it by, where that is not the campaign and the attempt. */
  ref?: string;
}

export const ENDINGS = ['confirmed', 'failed', 'rolled-back'] as const;
export type Ending = (typeof ENDINGS)[number];

export interface Ended {
  campaign: string;
  attempt: number;
  status: Ending;
  why: string;
  ref?: string;
}

/** What is to be done next; `none` without a job. */
export type Phase = 'none' | 'erase' | 'load' | 'install' | 'restart' | 'prove';
