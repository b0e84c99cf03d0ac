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

/** Whose device it is, and of which entry. */
interface Owner {
  readonly device: DevicePlan;
  readonly entry: EntryPlan;
}

interface Named {
  stream: number;
  n: number;
}

/** `kind` is the part that acts; outside of their hooks nobody knows which it is. */
export function mustBring(
  plan: Plan,
  { device, entry }: Owner,
  kind: PartKind | undefined,
  message: Named,
  verb: string,
): StreamPlan {
  const { stream, n } = message;
  const known = streamOf(plan, stream);
  const refused = (why: string, remedy?: string): Misuse =>
    refusal(device, verb, message, known, why, remedy);
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

/** A will is judged by the connect attempt that armed it, so it bears that number. */
export function mustArm(
  plan: Plan,
  owner: Owner,
  kind: PartKind | undefined,
  message: Named,
  attempt: number,
): void {
  const verb = 'leaves as a will';
  const known = mustBring(plan, owner, kind, message, verb);
  const refused = (why: string): Misuse => refusal(owner.device, verb, message, known, why);
  if (known.schedule.by !== 'attempt') throw refused('which is not numbered by attempt');
  if (message.n !== attempt) throw refused(`and the attempt is ${attempt}`);
}

function refusal(
  { id }: DevicePlan,
  verb: string,
  { stream, n }: Named,
  known: StreamPlan | undefined,
  why: string,
  remedy?: string,
): Misuse {
  const what = `number ${n} of stream ${known?.name ?? stream}`;
  return new Misuse(`${id} ${verb} ${what}, ${why}`, remedy);
}
