/** What the flash of a device held over its life, what it said, and what was made of it. */

/** It ran this image from then on. */
export interface OtaBoot {
  /** Microseconds. */
  t: number;
  version: string;
  sha256: string;
  counter: number;
  isTrial: boolean;
}

/** It used this from then on; no version where it used none of the kind. */
export interface OtaUse extends OtaBoot {
  kind: string;
}

export interface OtaKept {
  t: number;
  version: string;
  sha256: string;
  counter: number;
}

/** Of an offer that it took: when, and how it ended by its own word. */
export interface OtaAttempt {
  campaign: string;
  attempt: number;
  beganAt: number;
  endedAt: number | null;
  status: string;
  why: string;
  /** Bytes that came, of so many that it was to load: a patch, then the image where that failed. */
  bytes: number;
  size: number;
  /** Each of them. */
  loads: OtaLoad[];
  /** Why it could not use the patch that it was offered; null where it did, or there was none. */
  whole: string | null;
  /** In so many stretches: an interruption lies between two. */
  stretches: number;
}

/**
 * What it loaded under one offer. A patch may be as long as its image, so that the size alone does
 * not tell which of them it was: a device loads an image of which there is a patch only once it has
 * said that it cannot use that.
 */
export interface OtaLoad {
  size: number;
  /** Bytes that came of it. */
  bytes: number;
  /** It had said so by then. */
  isAfterPatch: boolean;
}

/** An update ended so, by the memory of its device. */
export interface OtaEnded {
  campaign: string;
  attempt: number;
  status: string;
}

/** It asked something by the road of jobs. */
export interface OtaAsk {
  t: number;
  /** Microseconds; never where it was not. */
  ackedAt: number;
}

export interface OtaSaid {
  t: number;
  version: string;
  /** The artefacts that it says to have kept. */
  uses: string;
  campaign: string;
  attempt: number;
  status: string;
  /** How its last update had ended by then, by its flash; null where none had. */
  owes: OtaEnded | null;
  /** Its watchdog had restarted it with what it had kept: by its own word, and in truth. */
  saysFell: boolean;
  fell: boolean;
  isAcked: boolean;
  /** Microseconds; never where it is not. */
  ackedAt: number;
}

export interface OtaSettled {
  campaign: string;
  attempt: number;
  status: string;
  /** Milliseconds. */
  at: number;
}

/** The target says that it offered it then, in milliseconds of its own clock. */
export interface OtaOffer {
  campaign: string;
  attempt: number;
  at: number;
}

/** At the end of its trial it looked at what it measured. */
export interface OtaLook {
  /** Microseconds. */
  t: number;
  version: string;
  /** Some of it is said to be what it cannot be. */
  shows: boolean;
}

export interface OtaStory {
  /**
   * When it came up, whatever it ran then; and those when its watchdog had restarted it with what
   * it had kept.
   */
  starts: number[];
  falls: number[];
  /** When its power went. */
  offs: number[];
  /** When it had a connection; the last may be open. */
  online: { from: number; to: number }[];
  /** It has come up by a fall, with what it had kept, and no update has ended since. */
  fell: boolean;
  boots: OtaBoot[];
  kept: OtaKept[];
  uses: OtaUse[];
  bricked: { t: number; why: string } | null;
  /** When faults turned bits of the image of that digest. */
  harmed: { t: number; sha256: string }[];
  /** When it began to write over the bank that it did not run. */
  installs: number[];
  attempts: OtaAttempt[];
  /** The last of its updates that has ended. */
  last: OtaEnded | null;
  /** By number. */
  said: Map<number, OtaSaid>;
  /** By number. */
  asks: Map<number, OtaAsk>;
  /** Jobs that it would not take, and said so. */
  rejects: { t: number; job: string; number: number }[];
  /** What the target believes, once that was read. */
  read: { t: number; version: string; uses: string } | null;
  offers: OtaOffer[];
  settled: OtaSettled[];
  looks: OtaLook[];
  /** Campaigns of which the target says that it has something and is not well with it. */
  unwell: string[];
}

/** The same offer. */
export const isOf = (
  one: { campaign: string; attempt: number },
  offer: { campaign: string; attempt: number },
): boolean => one.campaign === offer.campaign && one.attempt === offer.attempt;

export const newStory = (): OtaStory => ({
  starts: [],
  falls: [],
  offs: [],
  online: [],
  fell: false,
  boots: [],
  kept: [],
  uses: [],
  bricked: null,
  harmed: [],
  installs: [],
  attempts: [],
  last: null,
  said: new Map(),
  asks: new Map(),
  rejects: [],
  read: null,
  offers: [],
  settled: [],
  looks: [],
  unwell: [],
});
