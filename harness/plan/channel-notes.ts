/**
 * Channels of devices that nobody of the platform twin answers. It would give such a connection to
 * its broker, which closes it at once; that is legal, and hardly ever what was meant.
 */
import { type Catalog, channelsOf, type EntryPlan, knownHint, type TargetPlan } from '#kernel';
import { serviceFamily } from '#platform';
import { targetWords } from './target-words.ts';

export function channelNotes(
  entries: readonly EntryPlan[],
  { kind, name }: Pick<TargetPlan, 'kind' | 'name'>,
  catalog: Catalog,
): string[] {
  const isTwin = catalog.of(targetWords).get(kind)?.twin === true;
  if (!isTwin || catalog.words(serviceFamily.family) === undefined) return [];
  const services = [...catalog.of(serviceFamily).values()];
  const answered = services.flatMap(({ channels }) => channels ?? []);
  return channelsOf({ entries })
    .filter((channel) => !answered.includes(channel))
    .map((channel) => {
      const { hint } = knownHint(channel, answered);
      const more = hint === undefined ? '' : ` (${hint})`;
      const nobody = `no service of the ${name} answers the channel ${channel}`;
      return `${nobody}: it leads to the broker${more}`;
    });
}
