/**
 * What the ledger says of a relay, by op: what it loaded, what it made room for and what it handed
 * out. The part writes it, oracles read it, and those who make up ledgers do both.
 */
export const RELAY_OPS = {
  /**
   * So many bytes of what lies under a path came to it, of which there are `size` in all (0 while
   * nobody knows), and then nothing more was to be loaded, or it was interrupted (`cut`).
   */
  'relay/fetched': {
    device: 'device',
    path: 'text',
    bytes: 'count',
    size: 'count',
    cut: 'boolean',
  },
  /** It `takes` what lies under a path into its flash, `evicts` it, or `passes` it on unkept. */
  'relay/room': { device: 'device', path: 'text', size: 'count', what: 'text' },
  /** All of it lies in its flash; the digest is of the very bytes. */
  'relay/whole': { device: 'device', path: 'text', size: 'count', sha256: 'text' },
  /** It handed so many bytes to one that it carries, of which `fresh` had to be loaded first. */
  'relay/served': {
    device: 'device',
    child: 'device',
    path: 'text',
    bytes: 'count',
    fresh: 'count',
  },
} as const;
