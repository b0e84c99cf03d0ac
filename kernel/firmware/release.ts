/**
 * What a plan says of firmware: which image every device left the factory with, which one is
 * rolled out, by whose keys, and to whom in which waves. The images themselves are made again from
 * it, by whoever needs them.
 */

import { holdersOf } from '../acts/acts.ts';
import type { Plan } from '../plan/plan.ts';
import { isMap } from '../plugins/quantity.ts';
import { bytesOfHex } from './hex.ts';
import { buildImage, type ImageHead } from './image.ts';
import type { FirmwareKey } from './keys.ts';
import type { Delta, SignedManifest } from './manifest.ts';

/** The workflow that lays it out. */
const OTA = 'ota';

/** The board of every device. */
export const HARDWARE = 'tw-1';

/** How a server may hand an image out that it should hand out otherwise. */
export const SERVINGS = [
  /** All of it, whatever stretch was asked for. */
  'whole',
  /** More than was asked for, and more than it says. */
  'endless',
  /** A byte now and then. */
  'dripping',
  /** Each offer twice. */
  'repeated',
] as const;
export type Serving = (typeof SERVINGS)[number];

/** What somebody may have done to what is rolled out; devices must not fall for any of it. */
export const SPOILS = [
  'none',
  /** One byte of the image is another one. */
  'flipped',
  /** Its end is missing. */
  'truncated',
  /** Signed with a key that is not the one it names. */
  'forged',
  /** Signed with a key that nobody knows. */
  'unknown-key',
  /** Signed in a way that nobody knows. */
  'unknown-alg',
  /** Of a time before the counter that every device has. */
  'downgrade',
  /** For other boards. */
  'other-hardware',
  /** Signed for a time that is over. */
  'stale',
  /** The image that devices have, under the manifest of another. */
  'mixed',
  /** Out of a file, whatever is wrong with it. */
  'as-it-is',
  ...SERVINGS,
] as const;
export type Spoil = (typeof SPOILS)[number];

export interface FirmwareImage extends SignedManifest, ImageHead {
  size: number;
  counter: number;
  sha256: string;
  /** For whoever has the image of the factory; left out where there is no patch. */
  delta?: Delta;
  /** What it was found in, hexadecimal; left out where all of it follows from the seed. */
  files?: { image: string; patch?: string };
}

/** What an operator does to a campaign under way. */
export const CAMPAIGN_MOVES = ['pause', 'resume', 'abort'] as const;
export type CampaignMove = (typeof CAMPAIGN_MOVES)[number];

export interface CampaignPlan {
  /** What it is called; no two alike. */
  name: string;
  /** How the ids of its devices begin; empty for all. */
  of: string;
  /** Milliseconds of scenario time. */
  at: number;
  /** Of a million of its devices, how many have been offered it by each wave. */
  waves: number[];
  /**
   * Of a million of a wave, how many must have it before the next begins, and within how long; how
   * many may fail, or of those who have it be unwell with it, or everything is halted; and for how
   * long enough must have had it.
   */
  gate: { success: number; withinMs: number; errors?: number; unwell?: number; soakMs?: number };
  /** So long a device may be silent after an offer. */
  timeoutMs: number;
  /** How often it is offered to one device. */
  tries: number;
  /** So many offers in a minute, evenly; all at once where it says nothing. */
  rate?: number;
  /** Offers are made in there alone, in milliseconds of scenario time. */
  window?: { from: number; to: number };
  /** In their order. */
  moves?: { move: CampaignMove; at: number }[];
  spoil: Spoil;
  image: FirmwareImage;
  /**
   * Of an image that is shipped as it is: the key by which the signature of its manifest truly
   * holds, null for none; whether devices go by that one is another question. All others are signed
   * as they say, but for what `spoil` says.
   */
  signedBy?: FirmwareKey | null;
}

/** Who must be able to read what devices say while two firmwares are about. */
export interface ReadersPlan {
  /** By fleet entry, the signals that its readings tell as values. */
  signals: string[][];
  /** Of the reader that was written for the firmware of before, and of the new one's. */
  reads: Record<Reader, Reads>;
}

export const READERS = ['old', 'new'] as const;
export type Reader = (typeof READERS)[number];

/** The readings of both firmwares, or of that alone for which it was written. */
export const READS = ['both', 'own'] as const;
export type Reads = (typeof READS)[number];

export interface FirmwarePlan {
  factory: FirmwareImage;
  /** What devices of other boards left the factory with, by board. */
  factories?: Readonly<Record<string, FirmwareImage>>;
  keys: FirmwareKey[];
  campaign: CampaignPlan;
  /** Where the release names what it measures otherwise than the one before. */
  readers?: ReadersPlan;
}

/** All keys that devices leave the factory with. */
export const factoryKeys = (all: readonly FirmwarePlan[]): FirmwareKey[] => [
  ...new Map(all.flatMap(({ keys }) => keys.map((key) => [key.id, key]))).values(),
];

/** First to last, as the scenario says them; none where nothing is rolled out. */
export const firmwareOf = ({ workflows = [] }: Pick<Plan, 'workflows'>): FirmwarePlan[] =>
  workflows.flatMap(({ workflow, resolved }) =>
    workflow === OTA && isMap(resolved) ? [resolved as unknown as FirmwarePlan] : [],
  );

/** Nobody may keep it from its end; else it may be over before anything came of it. */
export const isLeftAlone = (
  { campaign: { name, moves = [] } }: FirmwarePlan,
  plan: Plan,
): boolean =>
  holdersOf(plan, name).length === 0 &&
  moves.every(({ move }, at) => move !== 'abort' && (move !== 'pause' || at < moves.length - 1));

/** Null for as it should be. */
export const servingOf = (spoil: unknown): Serving | null =>
  SERVINGS.find((one) => one === spoil) ?? null;

/** As whoever made it meant it. */
export const builtImage = (
  seed: number,
  { files, ...image }: ImageHead & Pick<FirmwareImage, 'size' | 'files'>,
): Uint8Array =>
  files === undefined ? buildImage(image, image.size, seed) : bytesOfHex(files.image);

/** As it is handed out. */
export const servedImage = (seed: number, { campaign, factory }: FirmwarePlan): Uint8Array =>
  spoiled(builtImage(seed, campaign.spoil === 'mixed' ? factory : campaign.image), campaign.spoil);

/** What becomes of bytes on the way to whoever hands them out. */
export function spoiled(bytes: Uint8Array, spoil: Spoil): Uint8Array {
  const at = spoiltAt(bytes.length, spoil);
  if (spoil === 'truncated') return bytes.slice(0, at);
  if (spoil === 'flipped') bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}

/** Up to there so many bytes are as they should be, whoever hands them out. */
export function spoiltAt(size: number, spoil: Spoil): number {
  if (spoil === 'truncated') return Math.floor(size * 0.9);
  return spoil === 'flipped' ? Math.floor(size * 0.6) : 0;
}
