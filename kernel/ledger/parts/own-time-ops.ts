/**
 * What the ledger says of a device's own clock: which fault stepped it, how far it is ahead, and
 * what it said of a reading.
 */
export const OWN_TIME_OPS = {
  'own-time/stepped': { device: 'device', fault: 'text', ahead: 'signed' },
  'own-time/said': { device: 'device', n: 'count', of: 'count', stamp: 'count' },
} as const;
