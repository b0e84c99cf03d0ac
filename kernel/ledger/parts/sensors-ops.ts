/**
 * What the ledger says of a device's sensors: how a fault has one lie, when that is over, and what
 * each reading should have said and did, as JSON.
 */
export const SENSORS_OPS = {
  'sensors/lying': {
    ...({ device: 'device', fault: 'text', signal: 'text', does: 'text' } as const),
    /** Empty for what it said last. */
    by: 'text',
  },
  'sensors/honest': { device: 'device', fault: 'text' },
  'sensors/said': { device: 'device', n: 'count', was: 'text', said: 'text' },
} as const;
