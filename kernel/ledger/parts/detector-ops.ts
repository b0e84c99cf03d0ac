/**
 * What the ledger says of a device that tells by itself whether its readings are out of the
 * ordinary. One table for the part that writes it and those who judge.
 */
export const DETECTOR_OPS = {
  /** What it made of a reading, by its rule or its model, and what the one in shadow said. */
  'detector/judged': {
    device: 'device',
    stream: 'stream',
    n: 'count',
    value: 'text',
    by: 'text',
    odd: 'boolean',
    shadow: 'text',
  },
  /** What its rule goes by from now on; nothing where there is no such bound. */
  'detector/ruled': { device: 'device', above: 'text', below: 'text' },
} as const;
