/** Where a bug of the firmware may be planted, and what it then does not look at. */

import type { Care } from '../../firmware/care.ts';
import type { Cut } from '../../firmware/flash.ts';
import type { PartDevice } from '../../part.ts';

export interface OtaSeams {
  /** An image is to be looked at, when it was loaded and at each boot: false lets any pass. */
  verifyImage?(device: string, version: string): boolean;
  /** A boot finds that what it is about to run is no good: false trusts what the flash holds. */
  recheckImage?(device: string, version: string): boolean;
  /** False runs images of an older counter as well. */
  holdFloor?(device: string, version: string): boolean;
  /** The last sector is to be written before the image is marked as ready: false leaves it out. */
  finishBank?(device: string, version: string): boolean;
  /** An image is ready to be tried: false lets nothing older run from then on. */
  waitWithFloor?(device: string, version: string): boolean;
  /** Its flash is about to make this step: whether power goes before it, or half way. */
  losePower?(device: string, step: number): Cut;
  /** A download was interrupted: where it goes on. */
  resumeLoad?(device: string, at: number): number;
  /** An offer comes that it has had, or while it is at another: false begins it all the same. */
  knowOffer?(device: string, attempt: number): boolean;
  /** An image is of a key that it does not know, or trusts no more: false takes it all the same. */
  askForKey?(device: string, version: string): boolean;
  /** An image is of a key that was withdrawn: false trusts it as before. */
  heedWithdrawal?(device: string, version: string): boolean;
  /** It comes up with firmware that has new names for signals: false leaves the old ones out. */
  keepNames?(device: string, version: string): boolean;
  /** It is offered a patch for an image that it may not run: false uses it all the same. */
  lookAtBase?(device: string, version: string): boolean;
  /** It is not well with firmware on trial: false finds it well all the same. */
  testSelf?(device: string, version: string): boolean;
  /** A manifest is of a time that is over: false takes it all the same. */
  askForTime?(device: string, version: string): boolean;
  /** What is on trial has not proved itself in time: false goes on with it. */
  endTrial?(device: string, version: string): boolean;
  /** A model has not proved itself, or not yet: false keeps it all the same. */
  testArtefact?(device: string, version: string): boolean;
  /** An action is called off: false says that it leaves off, and goes on. */
  heedCancel?(device: string, campaign: string): boolean;
  /** It is told to leave an update off, and may: false goes on. */
  leaveOff?(device: string, campaign: string): boolean;
  /** An image is on trial: false tells of success by then. */
  closeLate?(device: string, campaign: string): boolean;
  /** An update has ended: false does not ask what else there is for it. */
  askNext?(device: string, campaign: string): boolean;
  /** An offer waits for its user: false takes it at once. */
  askUser?(device: string, campaign: string): boolean;
  /** What is on trial is online: false keeps it without the time of its test. */
  testLong?(device: string, version: string): boolean;
  /** It says something, and an update of its has ended: false does not say how. */
  tellEnd?(device: string, attempt: number): boolean;
  /** Its watchdog restarted it with what it had kept: false says nothing of that. */
  tellFall?(device: string, version: string): boolean;
  /** An image has proved itself: false does not keep it, and says that it did. */
  keepImage?(device: string, version: string): boolean;
}

export const OTA_SEAMS = [
  'verifyImage',
  'recheckImage',
  'holdFloor',
  'finishBank',
  'waitWithFloor',
  'losePower',
  'resumeLoad',
  'keepImage',
  'heedCancel',
  'leaveOff',
  'tellFall',
  'askUser',
  'testLong',
  'tellEnd',
  'askNext',
  'closeLate',
  'knowOffer',
  'askForKey',
  'heedWithdrawal',
  'keepNames',
  'testSelf',
  'endTrial',
  'testArtefact',
  'askForTime',
  'lookAtBase',
] as const satisfies readonly (keyof OtaSeams)[];

/** Its own, but for what is planted. */
export function careOf(device: PartDevice): Care {
  const { id } = device.row;
  const asks = (name: keyof OtaSeams, version: string): boolean =>
    device.seam<(device: string, version: string) => boolean>(name)?.(id, version) !== false;
  return {
    refuses: (version) => asks('verifyImage', version),
    looksAgain: (version) => asks('recheckImage', version),
    refusesOlder: (version) => asks('holdFloor', version),
    finishes: (version) => asks('finishBank', version),
    waits: (version) => asks('waitWithFloor', version),
    asksForKey: (version) => asks('askForKey', version),
    heedsWithdrawal: (version) => asks('heedWithdrawal', version),
    asksForTime: (version) => asks('askForTime', version),
    looksAtBase: (version) => asks('lookAtBase', version),
  };
}

/** So long its user has it wait with an offer. */
export function consentMs(device: PartDevice, campaign: string): number {
  const seam = device.seam<OtaSeams['askUser']>('askUser');
  const isAsked = seam?.(device.row.id, campaign) !== false;
  return isAsked ? Number(device.paramsOf('ota').consent) : 0;
}
