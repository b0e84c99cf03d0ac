/** What buses of gateways write into the ledger, why they give something up, and their seams. */

import { OFF_BUS } from './bus-side.ts';
import { ON_AIR, TOO_LONG } from './buses/lorawan.ts';
import { OVERWRITTEN } from './buses/modbus.ts';

/** Of one child. */
const CHILD = { device: 'device', child: 'device' } as const;
const READING = { ...CHILD, n: 'count', values: 'text' } as const;

export const BUS_OPS = {
  'gateway/brought': { ...CHILD, stream: 'stream', n: 'count', bytes: 'count' },
  'gateway/missed': { ...CHILD, round: 'count' },
  'gateway/answered': { ...CHILD, round: 'count' },
  'gateway/told': { ...CHILD, n: 'count', lost: 'boolean' },
  'gateway/refused': { ...CHILD, code: 'count' },
  'gateway/latched': READING,
  'gateway/decoded': READING,
  'gateway/alike': { ...CHILD, n: 'count', times: 'count' },
} as const;

/** Why what a child says may reach nobody. */
export const BUS_WITHHOLDS: readonly string[] = [OFF_BUS, ON_AIR, TOO_LONG, OVERWRITTEN];

export const BUS_SEAMS = [
  'lostAfter',
  'keepsFor',
  'speaksAtOnce',
  'takesForGone',
  'wordOrder',
] as const;
