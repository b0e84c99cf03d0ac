/**
 * What waited for a session, sent in order after it came back. Aedes would take a snapshot of the
 * queue and let live messages pass meanwhile, so that new ones overtake old ones. Here one packet
 * is asked for only when the one before was written, and the last look into the queue and the
 * switch to live are one step.
 */
import { Readable } from 'node:stream';
import type { QueuedPacket, Session } from './session.ts';

/** Marks packets out of the queue; Aedes carries it through to `outgoingUpdate`. */
export const REDELIVERY = 'queue';

export class Drain extends Readable {
  readonly #rows: Iterator<QueuedPacket>;
  readonly #connection: number;
  readonly #onEmpty: () => void;
  #isWaiting = false;
  #isWanted = false;

  constructor(session: Session, connection: number, onEmpty: () => void) {
    super({ objectMode: true, highWaterMark: 1 });
    // A Map's iterator also visits what is added while it runs.
    this.#rows = session.queue.values();
    this.#connection = connection;
    this.#onEmpty = onEmpty;
  }

  /** The packet handed out last is on its way. */
  written(): void {
    this.#isWaiting = false;
    if (!this.#isWanted) return;
    this.#isWanted = false;
    // Called in the middle of the write: the next may only follow when that is done.
    process.nextTick(() => this._read());
  }

  override _read(): void {
    if (this.destroyed) return;
    if (this.#isWaiting) {
      this.#isWanted = true;
      return;
    }
    const next = this.#rows.next();
    if (next.done === true) {
      this.#onEmpty();
      this.push(null);
      return;
    }
    this.#isWaiting = true;
    const row = next.value;
    const dup = row.sentBy !== 0;
    row.sentBy = this.#connection;
    this.push(row.released ? pubrelOf(row) : publishOf(row, dup));
  }
}

const publishOf = (row: QueuedPacket, dup: boolean) => ({
  cmd: 'publish',
  topic: row.topic,
  payload: row.payload,
  qos: row.qos,
  retain: false,
  dup,
  messageId: row.messageId,
  brokerId: REDELIVERY,
  brokerCounter: row.seq,
});

const pubrelOf = (row: QueuedPacket) => ({
  cmd: 'pubrel',
  messageId: row.messageId,
  brokerId: REDELIVERY,
  brokerCounter: row.seq,
});
