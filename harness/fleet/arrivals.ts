/**
 * What arrived on a topic: whose it is, and which message it says it is. A payload that cannot be
 * read, or whose number contradicts its time, names nobody for certain; it is written down whole,
 * so that the judge can find out what it was before somebody changed it.
 */
import { commandAt, GOT_BY, hashBytes, type Plan, type Sighting, STREAMS, sampleAt } from '#kernel';
import type { Dialect } from '../dialects/dialect.ts';
import type { LedgerWriter } from '../record/ledger-writer.ts';
import type { FleetContext } from './surroundings.ts';

export interface Arrival {
  /** Index into plan.devices. */
  device: number;
  stream: number;
  /** Null when the payload cannot be read. */
  sighting: Sighting | null;
}

/** Null for a topic that is nobody's. */
export function arrivalOf(
  { dialect, roster }: { dialect: Dialect; roster: ReadonlyMap<string, number> },
  topic: string,
  payload: Uint8Array,
): Arrival | null {
  const sighting = dialect.decode(topic, payload);
  const place = sighting ?? dialect.place(topic);
  if (place === null) return null;
  const device = roster.get(place.device);
  const stream = (STREAMS as readonly string[]).indexOf(place.stream);
  return device === undefined || stream < 0 ? null : { device, stream, sighting };
}

const TELEMETRY = STREAMS.indexOf('telemetry');
const COMMAND = STREAMS.indexOf('command');

/** Whether it names a time that is not its number's; of status and answers no plan knows it. */
export function contradictsItself(plan: Plan, { device, stream, sighting }: Arrival): boolean {
  const row = plan.devices[device];
  const entry = plan.entries[row?.entry ?? -1];
  if (stream !== TELEMETRY || row === undefined || entry === undefined) return false;
  return sighting?.intended !== sampleAt(entry, row, sighting?.n ?? 0);
}

/** A device got a command, or what was one. */
export function writeReceived(
  { plan: { commands }, ledger, commandOffsets }: FleetContext,
  device: number,
  sighting: Sighting | null,
  payload: Uint8Array,
  qos: number,
): void {
  const n = sighting?.n ?? 0;
  const offsetMs = commandOffsets.get(device);
  const isPlanned = commands !== null && offsetMs !== undefined;
  const intended = isPlanned ? commandAt(commands, offsetMs, n) : null;
  if (intended !== null && sighting?.intended === intended) {
    const hash = hashBytes(payload);
    ledger.write('received', { device, stream: COMMAND, n, hash, flags: qos });
  } else writeGarbled(ledger, 'device', { device, stream: COMMAND, sighting }, payload, qos);
}

/** What fits into a text of the ledger. */
const PAYLOAD_MAX = 600;

export function writeGarbled(
  ledger: LedgerWriter,
  by: keyof typeof GOT_BY,
  { device, stream, sighting }: Arrival,
  payload: Uint8Array,
  flags: number,
): void {
  ledger.write('garbled', {
    device,
    stream,
    n: sighting?.n ?? 0,
    a: GOT_BY[by],
    b: sighting === null ? 0 : 1,
    hash: hashBytes(payload),
    flags,
    text: payload.length > PAYLOAD_MAX ? '' : Buffer.from(payload).toString('base64'),
  });
}
