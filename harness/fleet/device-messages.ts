/**
 * The messages of one device on their way out: made, buffered while there is no way, put on the
 * wire as far as the window allows, and written down at every turn of their fate. Whatever happens,
 * each ends in exactly one account.
 */

import type { PartMessage, Values } from '#devices';
import {
  assert,
  type DevicePlan,
  type EntryPlan,
  FLAG,
  isCarried,
  lostIn,
  STREAMS_MAX,
  sendWindow,
  streamOf,
} from '#kernel';
import { hashOf } from '../dialects/message-hash.ts';
import type { Asked } from './five-log.ts';
import type { FleetContext } from './fleet-context.ts';
import { Outbox, type Outgoing } from './outbox.ts';
import type { Handed } from './passenger.ts';
import type { Sender, Way } from './way.ts';

export class DeviceMessages implements Sender {
  readonly #fleet: FleetContext;
  readonly #index: number;
  readonly #device: DevicePlan;
  readonly #entry: EntryPlan;
  readonly #outbox: Outbox;
  readonly #window: number;
  /** Whether observers see what it sends. */
  readonly #isWatched: boolean;
  /** Whether somebody may want to know what its messages say. */
  readonly #isRead: boolean;
  /** On the wire, without a final answer, by key. */
  #waiting: Map<number, Outgoing> | null = null;
  /**
   * Keys of what two carriers have: the second answer is nobody's news. `acked`: the first one was
   * the target's.
   */
  #shared: Map<number, 'open' | 'acked'> | null = null;
  /**
   * First answers that a second one to the same call has overtaken in `waiting`, by their key. The
   * next end told of the key is theirs, and the second stays: the target may get it once more.
   */
  #overtaken: Map<number, Outgoing> | null = null;
  /** Until then the radio carries nothing. */
  #stalledUntil = 0;
  /** Of MQTT 5, while a message is taken in: where its answer shall go. */
  asked: Asked | null = null;
  /** Who wants to know what the target has acknowledged. */
  hearer: { acked(stream: number, n: number): void } | null = null;

  constructor(fleet: FleetContext, index: number, device: DevicePlan, entry: EntryPlan) {
    this.#fleet = fleet;
    this.#index = index;
    this.#device = device;
    this.#entry = entry;
    this.#outbox = new Outbox(entry.buffer.limit, entry.buffer.drop);
    this.#isRead = isCarried(fleet.plan, index);
    this.#isWatched = entry.protocol?.watched !== false;
    this.#window = sendWindow(fleet.plan.target.guarantees);
  }

  make(message: PartMessage, epoch: number): Outgoing {
    const { stream, n, values, as } = message;
    const { id, lane } = as ?? this.#device;
    const known = streamOf(this.#fleet.plan, stream);
    const intended = message.intended ?? this.#fleet.clock.now();
    const { dialect } = this.#fleet;
    const { topic, ...packet } = dialect.encode({
      device: id,
      lane,
      stream: known?.name ?? '',
      n,
      epoch,
      intended: Math.round(intended),
      qos: known?.qos ?? this.#entry.qos,
      retain: message.retain ?? known?.retained ?? false,
      values,
      ...(this.#isRead || as !== undefined ? { by: 'carrier' } : {}),
    });
    const asked = known?.schedule.by === 'reply' ? this.asked : null;
    const hash = hashOf(dialect, topic, packet.payload);
    const bytes = { hash, topic: asked?.topic ?? topic, ...packet, reply: asked?.reply };
    const said = { epoch, values: this.#isRead ? values : null };
    return { stream, n, intended, ...bytes, ...said, wired: false, next: null };
  }

  /** What one says that it has given away. */
  valuesOf(key: number): Values {
    return this.#waiting?.get(key)?.values ?? {};
  }

  /**
   * One that was given away says something else; its bytes. One message has one text: where the
   * other of two carriers has put it on the wire already, it stays as it is.
   */
  rewritten(key: number, values: Values): Uint8Array {
    const message = this.#waiting?.get(key);
    assert(message !== undefined, 'what is at its end cannot be rewritten');
    if (message.wired) return message.payload;
    const { stream, n, intended, retain, epoch } = message;
    const { hash, payload } = this.make({ stream, n, intended, retain, values }, epoch);
    Object.assign(message, { hash, payload, values });
    return payload;
  }

  /** Takes a message over; when the buffer is full, the drop policy says which one goes. */
  put(message: Outgoing): void {
    this.#fleet.tally.intended++;
    const dropped = this.#outbox.put(message);
    if (dropped === null) this.#fleet.tally.buffered++;
    else this.#over(dropped, 'buffer-overflow');
  }

  /** Something is in here that may leave. */
  get isWaiting(): boolean {
    return !this.#outbox.isEmpty && !this.isStalled;
  }

  /** Its radio carries nothing right now. */
  get isStalled(): boolean {
    return this.#fleet.clock.now() < this.#stalledUntil;
  }

  /** Puts on the wire what the window allows. */
  pump(way: Way): void {
    while ((this.#waiting?.size ?? 0) < this.#window && this.isWaiting) {
      const given = this.#give();
      if (given !== null) way.publish(given.key, ...given.message);
    }
  }

  /**
   * What may leave, for whoever has room for it and keeps it for a while. A second answer to
   * the same call waits until the first is at its end, since both go under one key.
   */
  handOver(most = Number.POSITIVE_INFINITY): Handed[] {
    const handed: Handed[] = [];
    const mayGo = (): boolean => this.isWaiting && !this.#isAway(this.#outbox.first);
    while (mayGo() && handed.length < most) {
      const given = this.#give();
      if (given !== null) handed.push(given);
    }
    return handed;
  }

  /** The first that waits is somebody else's now, until its end is told. */
  #give(): Handed | null {
    const message = this.#outbox.take();
    if (message === null) return null;
    this.#fleet.tally.buffered--;
    this.#waiting ??= new Map();
    const { stream, n, intended, topic, payload, qos, retain, reply } = message;
    const key = keyOf(message);
    const first = this.#waiting.get(key);
    if (first !== undefined && qos > 0) {
      this.#overtaken ??= new Map();
      this.#overtaken.set(key, first);
      message.isSecond = true;
    }
    this.#waiting.set(key, message);
    const way: Handed['message'] = [topic, payload, qos, retain];
    if (reply !== undefined) way.push(reply);
    return { stream, n, intended, key, message: way };
  }

  #isAway(message: Outgoing | null): boolean {
    return message !== null && this.#waiting?.has(keyOf(message)) === true;
  }

  /** Somebody else has it as well: the first who is done with it is not the last. */
  share(key: number): void {
    this.#shared ??= new Map();
    if (this.#waiting?.has(key) === true) this.#shared.set(key, 'open');
  }

  /** A second one never fetched it: where the first gave it up, it waits again. */
  takeBack(key: number): void {
    if (this.#shared?.has(key) === true) return this.#unshare(key);
    const message = this.#take(key);
    if (message === undefined) return;
    if (this.#outbox.putBack(message)) this.#fleet.tally.buffered++;
    else this.#over(message, 'buffer-overflow');
  }

  stall(until: number): void {
    this.#stalledUntil = Math.max(this.#stalledUntil, until);
  }

  /** A part of the device holds it back: what it would have weighed is saved. */
  heldBack({ stream, n, payload }: Outgoing, { why, by }: { why: string; by: string }): void {
    this.weighed({ stream, n }, by, payload.length, 0);
    this.skipped(stream, n, why);
  }

  /** What a message weighs as it is and as a part of the device has it, in bytes of payload. */
  weighed(message: Pick<Outgoing, 'stream' | 'n'>, by: string, plain: number, bytes: number): void {
    const { stream, n } = message;
    this.#fleet.ledger.write('weighed', { device: this.#index, stream, n, plain, bytes, by });
  }

  /** A grid point without a message, for a reason that its stream declares. */
  skipped(stream: number, n: number, why: string): void {
    this.#fleet.tally.intended++;
    this.#fleet.ledger.write('not-sent', { device: this.#index, stream, n, why });
  }

  sentOnWire(key: number, resend: boolean, payload?: Uint8Array): void {
    const message = this.#waiting?.get(key);
    if (message === undefined) return;
    if (payload !== undefined) message.hash = hashOf(this.#fleet.dialect, message.topic, payload);
    message.wired = true;
    // From here on it stands in the ledger, and its end must as well.
    if (resend) delete message.isSecond;
    const { ledger, tally } = this.#fleet;
    tally.sent++;
    ledger.writeSent(message.intended, {
      device: this.#index,
      stream: message.stream,
      n: message.n,
      hash: message.hash,
      flags: message.qos | (message.retain ? FLAG.retain : 0) | (resend ? FLAG.resend : 0),
    });
    if (message.qos > 0) return;
    tally.unasked++;
    if (!this.#isWatched) tally.unwatched++;
    this.#take(key);
  }

  acked(key: number): void {
    const shared = this.#shared?.get(key);
    if (shared === 'acked') return this.#unshare(key);
    if (shared === 'open') this.#shared?.set(key, 'acked');
    const message = shared === 'open' ? this.#waiting?.get(key) : this.#take(key);
    if (message === undefined || message.isSecond === true) return;
    const { stream, n } = message;
    if (this.#isWatched) this.#fleet.tally.noteAcked(this.#index, stream, n);
    else this.#fleet.tally.noteAckedUnwatched();
    this.#fleet.ledger.write('acked', { device: this.#index, stream, n });
    this.hearer?.acked(stream, n);
  }

  /** Its session is gone and it may not be sent again: the outcome stays unknown. */
  abandoned(key: number): void {
    if (this.#shared?.has(key) === true) return this.#unshare(key);
    const message = this.#take(key);
    if (message !== undefined) this.#abandoned(message, 'session-lost');
  }

  /** The target says for certain that it has it not. */
  rejected(key: number, why: string): void {
    const { stream, n } = this.#take(key) ?? {};
    if (stream === undefined || n === undefined) return;
    this.#shared?.delete(key);
    this.#fleet.ledger.write('refused', { device: this.#index, stream, n, why });
  }

  /** Whoever had it gives it up: what was on the wire may have arrived. */
  givenUp(key: number, why: string): void {
    if (this.#shared?.has(key) === true) return this.#unshare(key);
    const message = this.#take(key);
    if (message !== undefined) this.#over(message, why);
  }

  /** A message down that its carrier had, and that it never gets. */
  letGo(stream: number, n: number, why: string): void {
    this.#fleet.ledger.write('let-go', { device: this.#index, stream, n, why });
  }

  /** The device lost its memory, and with it everything it held. */
  forget(why: string): void {
    this.forgetGiven(why);
    this.forgetHeld(why);
  }

  /** What was given to the wire and has no final answer: whoever held it has lost it. */
  forgetGiven(why: string): void {
    const given = [...(this.#overtaken?.values() ?? []), ...(this.#waiting?.values() ?? [])];
    for (const message of given) this.#over(message, why, lostIn(why));
    this.#waiting = null;
    this.#shared = null;
    this.#overtaken = null;
  }

  /** What never left the device. */
  forgetHeld(why: string): void {
    for (const message of this.#emptied()) this.#over(message, why, lostIn(why));
  }

  /** The run is over; what never left is accounted for. */
  end(): void {
    for (const [key, message] of this.#waiting ?? [])
      if (!message.wired && this.#shared?.get(key) !== 'acked') {
        this.#notSent(message, 'still-buffered');
      }
    for (const message of this.#emptied()) {
      if (!message.wired) this.#notSent(message, 'still-buffered');
    }
  }

  /** One of the two has it no longer, and says nothing of it. */
  #unshare(key: number): void {
    if (this.#shared?.get(key) === 'acked') this.#take(key);
    this.#shared?.delete(key);
  }

  #take(key: number): Outgoing | undefined {
    const first = this.#overtaken?.get(key);
    this.#overtaken?.delete(key);
    if (first !== undefined) return first;
    const message = this.#waiting?.get(key);
    this.#waiting?.delete(key);
    // An idle device holds no containers: there are a hundred thousand of them.
    if (this.#waiting?.size === 0) this.#waiting = null;
    return message;
  }

  #emptied(): Outgoing[] {
    const held = this.#outbox.clear();
    this.#fleet.tally.buffered -= held.length;
    return held;
  }

  /** What was on the wire may have arrived, for all that happens to it here. */
  #over(message: Outgoing, why: string, unsent = why): void {
    if (message.isSecond === true) return;
    if (message.wired) this.#abandoned(message, why);
    else this.#notSent(message, unsent);
  }

  #notSent({ stream, n }: Outgoing, why: string): void {
    this.#fleet.ledger.write('not-sent', { device: this.#index, stream, n, why });
  }

  #abandoned({ stream, n }: Outgoing, why: string): void {
    this.#fleet.ledger.write('abandoned', { device: this.#index, stream, n, why });
  }
}

const keyOf = ({ stream, n }: Outgoing): number => n * STREAMS_MAX + stream;
