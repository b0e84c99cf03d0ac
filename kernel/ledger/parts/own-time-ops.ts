/** What the ledger says of a device's own clock: which fault stepped it, and how far it is ahead. */
export const OWN_TIME_OPS = {
  'own-time/stepped': { device: 'device', fault: 'text', ahead: 'signed' },
} as const;
