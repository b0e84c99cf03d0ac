/**
 * What the ledger says of control at the edge, by op: what a gateway read, what it switched on
 * that, and how it was set. The part writes it, the oracle reads it, and those who make up ledgers
 * do both.
 */
export const EDGE_OPS = {
  'edge/read': { device: 'device', child: 'device', n: 'count', value: 'text', on: 'text' },
  'edge/switched': {
    device: 'device',
    child: 'device',
    n: 'count',
    on: 'boolean',
    done: 'boolean',
    settings: 'text',
  },
  'edge/set': { device: 'device', settings: 'text', why: 'text' },
} as const;
