/**
 * What arrived in a packet: whose it is, and which messages it says it holds. A payload that cannot
 * be read, or whose number contradicts its time, names nobody for certain; it is written down
 * whole, so that the judge can find out what it was before somebody changed it.
 */
import {
  dueAt,
  GOT_BY,
  hashBytes,
  type Plan,
  type Sighting,
  type StreamPlan,
  streamNamed,
} from '#kernel';
import type { Dialect } from '../dialects/dialect.ts';
import { hashOf } from '../dialects/message-hash.ts';
import type { LedgerWriter } from '../record/ledger-writer.ts';
import type { FleetContext } from './fleet-context.ts';
import type { Recipients } from './recipients.ts';

export interface Arrival {
  /** Index into plan.devices. */
  device: number;
  stream: StreamPlan;
  /** Null when the payload cannot be read. */
  sighting: Sighting | null;
}

/** At least one; null for what is nobody's, a message as well as a topic. */
export function arrivalsOf(
  { plan, dialect, roster }: { plan: Plan; dialect: Dialect; roster: ReadonlyMap<string, number> },
  topic: string,
  payload: Uint8Array,
): (Arrival | null)[] {
  const sightings = dialect.decode(topic, payload);
  const arrivalAt = (
    place: { device: string; stream: string } | null,
    sighting: Sighting | null,
  ): Arrival | null => {
    const device = roster.get(place?.device ?? '');
    const stream = streamNamed(plan, place?.stream ?? '');
    return device === undefined || stream === undefined ? null : { device, stream, sighting };
  };
  if (sightings.length === 0) return [arrivalAt(dialect.place(topic), null)];
  return sightings.map((sighting) => arrivalAt(sighting, sighting));
}

/** Whether it names a time that is not its number's; of what just happens no plan knows it. */
export function contradictsItself(plan: Plan, { device, stream, sighting }: Arrival): boolean {
  const due = dueAt(plan, stream, device, sighting?.n ?? 0);
  return due !== null && sighting?.intended !== due;
}

/** Writes down who got what of a packet, and gives each what can be read of its own. */
export function receive(
  fleet: FleetContext,
  recipients: Recipients,
  topic: string,
  payload: Uint8Array,
  flags: number,
): void {
  const { dialect, plan } = fleet;
  const packet = { topic, payload, flags };
  const sightings = dialect.decode(topic, payload);
  const downAt = (place: { stream: string } | null): StreamPlan | null => {
    const stream = streamNamed(plan, place?.stream ?? '');
    return stream?.way === 'down' ? stream : null;
  };
  if (sightings.length === 0) {
    // Whoever else speaks the dialect says what concerns a connection alone.
    if ((dialect.frame?.(topic, payload) ?? null) !== null) return;
    const place = dialect.place(topic);
    const stream = downAt(place);
    if (stream === null) return;
    const sorted = { device: place?.device ?? '', stream: stream.code, n: 0 };
    recipients.give({ ...sorted, bytes: payload.length }, (to) =>
      writeReceived(fleet, { device: to.index, stream, sighting: null }, packet),
    );
    return;
  }
  const values = sightings.some(downAt) ? dialect.values(payload) : [];
  const bytes = Math.ceil(payload.length / sightings.length);
  // All of it is written down before anybody acts on a part of it.
  const got: (() => void)[] = [];
  let isRead = false;
  sightings.forEach((sighting, at) => {
    const stream = downAt(sighting);
    if (stream === null) return;
    const { device, n } = sighting;
    recipients.give({ device, stream: stream.code, n, bytes }, (to) => {
      writeReceived(fleet, { device: to.index, stream, sighting }, packet);
      const inbox = (): void =>
        to.parts.inbox({ stream: stream.name, n, values: values[at] ?? {} });
      if (isRead) inbox();
      else got.push(inbox);
    });
  });
  isRead = true;
  for (const inbox of got) inbox();
}

/** A message, or what was one: of a schedule it must name its time. */
function writeReceived(
  { plan, ledger, dialect }: FleetContext,
  arrival: Arrival,
  { topic, payload, flags }: { topic: string; payload: Uint8Array; flags: number },
): void {
  const { device, stream, sighting } = arrival;
  const isScheduled = stream.schedule.by === 'rounds';
  const due = sighting === null ? null : dueAt(plan, stream, device, sighting.n);
  const isItself = isScheduled ? due !== null && sighting?.intended === due : sighting !== null;
  if (sighting === null || !isItself) {
    writeGarbled(ledger, 'device', arrival, payload, flags);
    return;
  }
  const { n } = sighting;
  const hash = hashOf(dialect, topic, payload);
  ledger.write('received', { device, stream: stream.code, n, hash, flags });
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
    stream: stream.code,
    n: sighting?.n ?? 0,
    by: GOT_BY[by],
    numbered: !(sighting === null),
    hash: hashBytes(payload),
    flags,
    payload: payload.length > PAYLOAD_MAX ? '' : Buffer.from(payload).toString('base64'),
  });
}
