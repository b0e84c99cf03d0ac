/**
 * What came by the road of firmware and is none: which model or configuration a device used, and
 * which of them it kept. For whoever asks what was signed it is like anything else that runs.
 */
import type { OtaBoot, OtaKept, OtaStory, OtaUse } from './story.ts';

/** No release has a lower counter. */
const LEAST = 1;

type Used = Pick<OtaStory, 'boots' | 'kept' | 'uses'>;

/** Whatever it ran or used, in turn. */
export const ran = ({ boots, uses }: Used): OtaBoot[] =>
  [...boots, ...uses.filter(({ version }) => version !== '')].sort((a, b) => a.t - b.t);

/** Whatever it kept for good, in turn; of an artefact as often as it was told. */
export const keptAtAll = ({ kept, uses }: Used): OtaKept[] =>
  [...kept, ...uses.filter(isKept)].sort((a, b) => a.t - b.t);

/** Uses of what is older than what it had kept of the kind. */
export const olderUses = ({ uses }: Used): OtaUse[] =>
  uses.filter(({ kind, counter, version }, at) => {
    const before = uses.slice(0, at).filter((one) => one.kind === kind && isKept(one));
    const least = Math.max(LEAST, ...before.map((one) => one.counter));
    return version !== '' && counter < least;
  });

/** The versions that it had kept of each kind by then, as a status says them. */
export function keptUses({ uses }: Used, t: number): string {
  const kept = uses.filter((one) => one.t <= t && !one.isTrial);
  const last = new Map(kept.map(({ kind, version }) => [kind, version]));
  const own = [...last]
    .filter(([, version]) => version !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return own.map(([kind, version]) => `${kind} ${version}`).join(', ');
}

const isKept = ({ isTrial, version }: OtaUse): boolean => !isTrial && version !== '';
