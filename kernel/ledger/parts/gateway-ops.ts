/**
 * What the ledger says of the store of a gateway, by op: what came in, went on, was given up or
 * came back from flash. The part writes it, oracles read it, and those who make up ledgers do both.
 */
const MESSAGE = { child: 'device', stream: 'stream', n: 'count' } as const;

export const GATEWAY_OPS = {
  'gateway/took': { device: 'device', ...MESSAGE, bytes: 'count' },
  'gateway/passed': { device: 'device', ...MESSAGE, backlog: 'boolean' },
  'gateway/dropped': { device: 'device', ...MESSAGE, why: 'text' },
  'gateway/restored': { device: 'device', ...MESSAGE },
  'gateway/strayed': { device: 'device', child: 'device', n: 'count' },
} as const;
