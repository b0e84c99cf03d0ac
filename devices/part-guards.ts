/**
 * What a part may ask of its device. It sends, or accounts for, messages of streams that it brings
 * itself, that go up and that the devices of its entry take part in; it opens the channels that it
 * declares. Of anything else the ledger would tell untruths. The fleet goes by this, and the bench
 * of `check-plugin`: what the one takes the other must not refuse.
 */
import {
  formatDuration,
  Misuse,
  misnamed,
  mustBe,
  NUMBERS_MAX,
  type StreamPlan,
  skipsOf,
  streamOf,
} from '#kernel';
import { broughtOps, broughtStreams } from './besides.ts';
import type { EventNumbers } from './event-numbers.ts';
import type { PartDevice, PartKind, PartMessage } from './part.ts';

/** Whose device it is, and of which entry. */
type Whose = Pick<PartDevice, 'plan' | 'index' | 'row' | 'entry' | 'now' | 'isPowered'>;

interface Named {
  stream: number;
  n: number;
}

/** The part that acts; outside of their hooks nobody knows which it is. */
type Acting = PartKind | undefined;

const DEVICE_OFF = 'device-off';
const EVENTS =
  "a stream by: 'event' is counted from 0, one by one, over the life of its device, and " +
  'a reboot does not start again';

/** Has taken the number when it comes back. */
export function mustSend(
  device: Whose,
  kind: Acting,
  numbers: EventNumbers,
  message: PartMessage,
): StreamPlan {
  const known = mustBring(device, kind, message, 'sends');
  mustBeDue(device, known, message);
  mustFollow(device, numbers, known, message, 'sends');
  return known;
}

/** The same for a number that is left out. */
export function mustSkip(
  device: Whose,
  kind: Acting,
  numbers: EventNumbers,
  message: Named,
  why: string,
): StreamPlan {
  const verb = 'leaves out';
  const known = mustBring(device, kind, message, verb);
  const declared = skipsOf(known);
  const what = (): string => whatOf(device, verb, message, known);
  if (!declared.includes(why)) {
    throw new Misuse(
      `${what()} for a reason that it does not declare: '${why}'`,
      `add it to the stream's skips; declared are: ${declared.join(', ')}`,
    );
  }
  if (why === DEVICE_OFF && device.isPowered) {
    throw new Misuse(`${what()} for '${why}', and is on`, 'it is said while the device is off');
  }
  mustFollow(device, numbers, known, message, verb);
  return known;
}

/** A will is judged by the connect attempt that armed it, so it bears that number. */
export function mustArm(device: Whose, kind: Acting, message: Named, attempt: number): void {
  const verb = 'leaves as a will';
  const known = mustBring(device, kind, message, verb);
  const refused = (why: string): Misuse => refusal(device, verb, message, known, why);
  if (known.schedule.by !== 'attempt') throw refused('which is not numbered by attempt');
  if (message.n !== attempt) throw refused(`and the attempt is ${attempt}`);
}

/** It holds back what its device samples, and for a reason that it declares. */
export function mustHold(device: Whose, kind: Acting, message: Named, why: string): void {
  const known = streamOf(device.plan, message.stream);
  const what = (): string => whatOf(device, 'holds back', message, known);
  if (kind !== undefined && kind.holdsBack?.includes(why) !== true) {
    throw new Misuse(
      `${what()} for a reason that it does not declare: '${why}'`,
      'a part lists in `holdsBack` why it holds something back',
    );
  }
  if (known?.schedule.by === 'sampling') return;
  throw new Misuse(`${what()}, which its device does not sample`, 'it lets everything else go');
}

/** It writes the truth of its own model, and no entry of ours. */
export function mustWrite(kind: Acting, op: string): void {
  if (kind === undefined) return;
  const ops = broughtOps(kind);
  if (!Object.hasOwn(ops, op)) throw misnamed(`it declares no op '${op}'`, op, Object.keys(ops));
}

/** `isOpen`: whether this part has it open already. */
export function mustOpen(
  { row }: Whose,
  kind: Acting,
  channel: string,
  isOpen: (channel: string) => boolean,
): void {
  const declared = kind?.channels ?? [];
  if (!declared.includes(channel)) {
    const own = declared.length === 0 ? 'none' : declared.join(', ');
    throw new Misuse(
      `${row.id} opens the channel ${channel} and declares ${own}`,
      'a part lists in `channels` what it opens',
    );
  }
  if (!isOpen(channel)) return;
  throw new Misuse(
    `${row.id} opens the channel ${channel}, which this part has open already`,
    'room is counted for one of a name: end it first, or wait until it is `closed`',
  );
}

/** A bus that it opens it declares, since whoever runs the fleet must have what it needs. */
export function mustOpenBus({ row, entry }: Whose, kind: Acting, bus: string): void {
  const declared = kind?.fieldBuses?.(entry) ?? [];
  if (kind === undefined || declared.includes(bus)) return;
  const own = declared.length === 0 ? 'none' : declared.join(', ');
  throw new Misuse(
    `${row.id} opens the bus ${bus} and declares ${own}`,
    'a part says in `fieldBuses` what it opens',
  );
}

function mustBring(device: Whose, kind: Acting, message: Named, verb: string): StreamPlan {
  const { stream, n } = message;
  const { plan, entry } = device;
  const known = streamOf(plan, stream);
  const refused = (why: string, remedy?: string): Misuse =>
    refusal(device, verb, message, known, why, remedy);
  const isOwn = kind === undefined || broughtStreams(kind).some(({ name }) => name === known?.name);
  if (known === undefined || !isOwn) {
    throw refused('which it does not bring', 'a part lists in `streams` what it sends');
  }
  if (known.way !== 'up') throw refused('which does not go up');
  if (!entry.streams.includes(stream)) {
    throw refused(`in which the entry ${entry.id} takes no part`, 'see `takes` of the part');
  }
  if (Number.isInteger(n) && n >= 0 && n < NUMBERS_MAX) return known;
  throw refused(`and numbers are whole, from 0 to below ${NUMBERS_MAX}`);
}

/**
 * Latency is counted from the time that a message was meant for. One that is meant for later would
 * hide as much of it, and arrive before it was due; a quantum is what the wheel itself rounds by.
 */
function mustBeDue(device: Whose, known: StreamPlan, message: PartMessage): void {
  const { intended } = message;
  if (intended === undefined) return;
  const what = (): string => whatOf(device, 'sends', message, known);
  if (!Number.isFinite(intended)) {
    throw new Misuse(`${what()}, and its intended time ${mustBe('a finite number', intended)}`);
  }
  const ahead = intended - device.now();
  if (!(ahead > device.plan.quantumMs)) return;
  throw new Misuse(
    `${what()}, and its intended time lies ${formatDuration(ahead)} ahead`,
    'send it when its time has come: `device.at(ms, …)` says when that is',
  );
}

/** What just happens is known by its number alone. */
function mustFollow(
  device: Whose,
  numbers: EventNumbers,
  known: StreamPlan,
  message: Named,
  verb: string,
): void {
  const { stream, n } = message;
  if (known.schedule.by !== 'event' || numbers.takes(device.index, stream, n)) return;
  throw refusal(
    device,
    verb,
    message,
    known,
    `and the next is ${numbers.nextOf(device.index, stream)}`,
    EVENTS,
  );
}

const refusal = (
  device: Whose,
  verb: string,
  message: Named,
  known: StreamPlan | undefined,
  why: string,
  remedy?: string,
): Misuse => new Misuse(`${whatOf(device, verb, message, known)}, ${why}`, remedy);

const whatOf = (
  { row }: Whose,
  verb: string,
  { stream, n }: Named,
  known: StreamPlan | undefined,
): string => `${row.id} ${verb} number ${n} of stream ${known?.name ?? stream}`;
