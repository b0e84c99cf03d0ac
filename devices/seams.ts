/**
 * Seams of what every device has, whatever its parts: places where a planted bug of the firmware
 * may act otherwise.
 */

export interface DeviceSeams {
  /** A device is about to stay away after a failure, so long; what is given is waited instead. */
  backOff?(device: string, attempt: number, honestMs: number): number;
}

const NAMES: Readonly<Record<keyof DeviceSeams, true>> = { backOff: true };

export const DEVICE_SEAMS: readonly string[] = Object.keys(NAMES);
