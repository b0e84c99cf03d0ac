/** What a scenario may set of a relay, and what of it cannot be. */
import type { Params, ParamValues } from '#kernel';
import type { PartChild, PartFlaw, PartOwner } from '../../part.ts';

export const RELAY_PARAMS: Params = {
  cache: {
    kind: 'integer',
    unit: 'bytes',
    about: 'How much it keeps in its flash of what it loaded; what does not fit it passes on.',
    default: 1_000_000,
    min: 1024,
    max: 100_000_000,
  },
  range: {
    kind: 'integer',
    unit: 'bytes',
    about: 'So much it asks the platform for at a time, in whole pages of 256.',
    default: 4096,
    min: 256,
    max: 65_536,
  },
  rate: {
    kind: 'bytes-per-second',
    about: 'What the local side carries to all of its children together.',
    default: '20kB/s',
  },
};

/** Who gets less of a range takes its server for broken. */
const EACH_PER_S = 128;

export function relayFlaws(
  { rate }: ParamValues,
  children: readonly PartChild[],
  { passengers }: PartOwner,
): readonly PartFlaw[] {
  if (passengers.length === 0) {
    const message = 'no entry is carried by its devices, so there is nobody to hand firmware on to';
    return [
      { path: [], message, hint: 'write via: and the id of this entry where its children are' },
    ];
  }
  const most = children.reduce((sum, child) => sum + child.most, 0);
  const least = EACH_PER_S * most;
  if (Number(rate) >= least) return [];
  return [
    {
      path: ['rate'],
      message: `${rate} bytes per second are too few for ${most} children at a time`,
      hint: `write ${least}B/s or more: each takes a range that comes more slowly for none`,
    },
  ];
}
