/**
 * Seams of what every device has, whatever its parts: places where a planted bug of the firmware
 * may act otherwise.
 */

export interface DeviceSeams {
  /** A device is about to stay away after a failure, so long; what is given is waited instead. */
  backOff?(device: string, attempt: number, honestMs: number): number;
  /** A message goes again under a key that names it; what is given names it instead. */
  keyAgain?(device: string, key: string, tries: number): string;
}

/** Of a device with two carriers; it is the part of the carriers that lists it. */
export interface FallBackSeams {
  /** It is about to leave the carrier on which it fell back: false stays with both. */
  handBack?(device: string): boolean;
}

const NAMES: Readonly<Record<keyof DeviceSeams, true>> = { backOff: true, keyAgain: true };

export const DEVICE_SEAMS: readonly string[] = Object.keys(NAMES);
