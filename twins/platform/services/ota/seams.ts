/** Where a bug of the platform may be planted in how it rolls firmware out. */
import type { CampaignMove } from '#kernel';
import type { Figures } from './campaign.ts';

/** What holds offers back, or ends a campaign. */
export type Hold =
  | 'pause'
  | 'abort'
  | 'rate'
  | 'window'
  | 'errors'
  | 'unwell'
  | 'soak'
  | 'deadline'
  | 'tries';

export interface OtaSeams {
  /** Whether a wave has passed: true, or false for never; null is not yet. */
  gateOta?(
    campaign: string,
    wave: number,
    figures: Figures,
    honest: boolean | null,
  ): boolean | null;
  /** A wave is decided: true takes that down once more. */
  decideAgain?(campaign: string, wave: number, passed: boolean): boolean;
  /** A wave that waited begins: true pauses the campaign, though nobody said so. */
  pauseUnasked?(campaign: string, wave: number): boolean;
  /** Its operator moves a campaign, and may: false refuses that. */
  takeMove?(campaign: string, move: CampaignMove): boolean;
  /** It is called off, and a device waits for that try: false leaves it waiting. */
  endWaiting?(device: string, attempt: number): boolean;
  /** It is called off while a device is at it: false does not tell that one. */
  tellOff?(device: string, attempt: number): boolean;
  /** It is paused or halted: true tells those who are at it to leave off. */
  callOffAt?(what: 'pause' | 'halt', campaign: string): boolean;
  /** Something would hold an offer or a wave back, or end all: false does not heed it. */
  heedOta?(what: Hold, campaign: string): boolean;
  /** An attempt that has ended is said to end again: true takes that down as well. */
  settleOta?(device: string, attempt: number, status: string): boolean;
  /** A device says how the attempt that is open ended: false does not hear it. */
  hearOta?(device: string, attempt: number, status: string): boolean;
  /** So long after one offer the next one may go out: how long that is. */
  paceOffers?(campaign: string, spacingMs: number): number;
  /** So long a device may be silent: how long is waited. */
  waitOta?(campaign: string, timeoutMs: number): number;
  /** An offer is to go out by a message: false sends none. */
  sendOffer?(device: string, attempt: number): boolean;
  /** It is the turn of a device to be offered it, once more: true passes it by for good. */
  skipOffer?(device: string, campaign: string, attempt: number): boolean;
  /** It is offered it, as that attempt: which number is told. */
  numberOffer?(device: string, attempt: number): number;
  /** An attempt ends as that: how it is taken down. */
  nameEnding?(device: string, attempt: number, status: string): string;
  /** A device says how far it is with its attempt: true takes that for its having it. */
  takeForDone?(device: string, attempt: number, state: string): boolean;
  /** A campaign begins: true takes that device for one of its own, too. */
  takeStranger?(device: string, campaign: string): boolean;
  /** A stretch of an image is asked for: where it is taken from. */
  takeOta?(from: number): number;
  /** Feedback comes of an action that is closed: true takes it as it was taken the first time. */
  closeAgain?(device: string, attempt: number): boolean;
  /** An action is to be called off: false leaves it as it is. */
  callOffAction?(device: string, campaign: string): boolean;
  /** A job is updated by a version that it does not have: false does not ask for it. */
  askVersion?(device: string, campaign: string): boolean;
  /** A job that is over is asked for or updated: false takes it as if it were open. */
  closeJob?(device: string, campaign: string): boolean;
  /** A device says what it runs: the version that is believed. */
  believeOta?(device: string, before: string, said: string): string;
}
