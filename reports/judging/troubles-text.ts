/** What kept a fleet from standing, in words: the devices' own reasons, the most frequent first. */
import type { Trouble } from '#oracles';
import { plural } from '../wording.ts';

const TOLD = 4;

/** Empty where nothing stood in its way. */
export const troublesText = (troubles: readonly Trouble[]): string =>
  troubles
    .slice(0, TOLD)
    .map((trouble) => `; ${told(trouble)}`)
    .join('');

function told({ kind, why, count }: Trouble): string {
  switch (kind) {
    case 'failed':
      return `${plural(count, 'attempt')} to connect failed: ${meant(why)}`;
    case 'refused':
      return `the target refused ${plural(count, 'subscription')}`;
    default:
      return `${plural(count, 'connection')} ended: ${meant(why)}`;
  }
}

/** The light client's words, for people. */
const meant = (why: string): string =>
  ({ closed: 'the target closed them', 'keep-alive': 'the target fell silent' })[why] ??
  why.replace(/^protocol: /, 'the target sent what the protocol forbids: ');
