/**
 * What a part may send, or account for: messages of streams that it brings itself, that go up and
 * that the devices of its entry take part in. Of anything else the ledger would tell untruths.
 */
import type { PartKind } from '#devices';
import {
  type DevicePlan,
  type EntryPlan,
  Misuse,
  NUMBERS_MAX,
  type Plan,
  type StreamPlan,
  streamOf,
} from '#kernel';

/** `kind` is the part that acts; outside of their hooks nobody knows which it is. */
export function mustBring(
  plan: Plan,
  { device, entry }: { device: DevicePlan; entry: EntryPlan },
  kind: PartKind | undefined,
  { stream, n }: { stream: number; n: number },
  verb: string,
): StreamPlan {
  const known = streamOf(plan, stream);
  const refused = (why: string, remedy?: string): Misuse =>
    new Misuse(
      `${device.id} ${verb} number ${n} of stream ${known?.name ?? stream}, ${why}`,
      remedy,
    );
  const isOwn = kind === undefined || kind.streams?.some(({ name }) => name === known?.name);
  if (known === undefined || isOwn !== true) {
    throw refused('which it does not bring', 'a part lists in `streams` what it sends');
  }
  if (known.way !== 'up') throw refused('which does not go up');
  if (!entry.streams.includes(stream)) {
    throw refused(`in which the entry ${entry.id} takes no part`, 'see `takes` of the part');
  }
  if (Number.isInteger(n) && n >= 0 && n < NUMBERS_MAX) return known;
  throw refused(`and numbers are whole, from 0 to below ${NUMBERS_MAX}`);
}
