/**
 * What the ledger says of a clock that a gateway may lose, by op: that it is lost or set, and which
 * time it gave a reading. The part writes it, the oracle reads it, and those who make up ledgers do
 * both.
 */
export const CLOCK_OPS = {
  'clock/lost': { device: 'device' },
  'clock/set': { device: 'device' },
  'clock/stamped': {
    device: 'device',
    child: 'device',
    n: 'count',
    at: 'count',
    estimated: 'boolean',
  },
} as const;
