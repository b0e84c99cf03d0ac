/** What buses of gateways write into the ledger, why they give something up, and their seams. */

import { OFF_BUS, OVERWRITTEN } from './bus-side.ts';
import { OUTDATED } from './buses/coap.ts';
import { ON_AIR, TOO_LONG } from './buses/lorawan.ts';

/** Of one child. */
const CHILD = { device: 'device', child: 'device' } as const;
const RESOURCE = { resource: 'count' } as const;
const READING = { ...CHILD, n: 'count', values: 'text' } as const;

export const BUS_OPS = {
  'gateway/brought': { ...CHILD, stream: 'stream', n: 'count', bytes: 'count' },
  'gateway/missed': { ...CHILD, round: 'count' },
  'gateway/answered': { ...CHILD, round: 'count' },
  'gateway/told': { ...CHILD, n: 'count', lost: 'boolean' },
  'gateway/refused': { ...CHILD, code: 'count' },
  'gateway/latched': READING,
  'gateway/decoded': READING,
  'gateway/registered': { ...CHILD, ...RESOURCE, round: 'count' },
  'gateway/observed': {
    ...CHILD,
    ...RESOURCE,
    seq: 'count',
    answers: 'boolean',
    confirmable: 'boolean',
    taken: 'boolean',
  },
  'gateway/turned-down': { ...CHILD, ...RESOURCE, code: 'count' },
  'gateway/deregistered': { ...CHILD, ...RESOURCE },
  'gateway/alike': { ...CHILD, n: 'count', times: 'count' },
} as const;

/** Why what a child says may reach nobody. */
export const BUS_WITHHOLDS: readonly string[] = [OFF_BUS, ON_AIR, TOO_LONG, OVERWRITTEN, OUTDATED];

export const BUS_SEAMS = [
  'lostAfter',
  'keepsFor',
  'speaksAtOnce',
  'takesForGone',
  'wordOrder',
  'takesOlder',
  'registersAnew',
] as const;
