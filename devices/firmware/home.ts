/**
 * Where an image goes once it is loaded, and how it comes to count there: firmware into the bank
 * that is not run, an artefact into a slot of its own. An update knows no more of either.
 */
import type { Manifest, SignedManifest } from '#kernel';
import type { Ending, Phase } from './job.ts';

/** What became of an image that was to be tried: its trial goes on, or it is over, and why. */
export type Settled = 'prove' | { status: Ending; why: string };

export interface Home {
  /** What is next once an image is installed: a restart into it, or its trial at once. */
  readonly after: 'restart' | 'prove';
  /** It is kept there, and whole. */
  has(manifest: Manifest): boolean;
  /** Tells of each step how long it takes, and at the end what is wrong; null for nothing. */
  install(signed: SignedManifest, content: Uint8Array): Generator<number, string | null>;
  /** Power has come. Null where the update goes on as it was. */
  settled(manifest: Manifest | null, phase: Phase): Settled | null;
  /** What is on trial has proved itself: false where the flash does not hold it as signed. */
  keep(isKept: boolean): boolean;
  /** What is on trial is not used any more. Firmware goes by itself, with the next boot. */
  giveUp(): void;
}

/** Why an image is given up that did not prove itself. */
export const NOT_KEPT = 'not kept';
