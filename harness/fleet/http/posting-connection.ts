/**
 * How a device reaches the target by HTTP: it posts one message at a time, and the next when the
 * one before has an end. It is online when it could connect last, since there is no session that
 * would say more: a connection that the server closes while nothing is asked is opened again with
 * the next message, and one that is lost under a request, refused or broken is an end like any.
 *
 *   2xx             acknowledged
 *   408, 429, 5xx   posted again after a while, under the same key; 409 too, where it was before
 *   any other       refused
 *   no answer       the connection is given up, and the message posted again over the next
 */
import { type Answer, backoffMs, type DeviceSeams } from '#devices';
import { assert, type Cancel, STREAMS_MAX, streamKey, streamOf, unitAt } from '#kernel';
import type { DeviceMessages } from '../device-messages.ts';
import type { FleetContext } from '../fleet-context.ts';
import type { Handed } from '../passenger.ts';
import { CONNECT_TIMEOUT_MS, type Reach, type ReachOwner } from '../reach.ts';
import { Exchange } from './exchange.ts';
import { type PostTemplate, type PostValues, requestOf, templateOf } from './post-template.ts';

/** A message until its end. */
interface Post {
  handed: Handed;
  key: string;
  /** How often it was posted. */
  tries: number;
  /** Of these, how often the target said in words that it would not take it now. */
  putOff: number;
  /** Until then it rests, over whatever connections. */
  notBefore: number;
}

/** Longer than that no server is obeyed. */
const RETRY_AFTER_MAX_MS = 3_600_000;
const GAVE_UP = 'gave-up';

export class PostingConnection implements Reach {
  readonly #fleet: FleetContext;
  readonly #owner: ReachOwner;
  readonly #template: PostTemplate;
  readonly #timeoutMs: number;
  readonly #triesMax: number;
  /** Of the draws of its waits. */
  readonly #drawKey: number;
  #draws = 0;
  #exchange: Exchange | null = null;
  #online = false;
  #post: Post | null = null;
  /** Gives up waiting for a link, for an answer, or for the time of the next try. */
  #cancel: Cancel = () => {};
  #isResting = false;
  /** Counts wishes to connect: one that had to wait and is no longer wanted is not granted. */
  #wish = 0;
  #handshaking = false;

  constructor(fleet: FleetContext, owner: ReachOwner) {
    const { protocol } = owner.entry;
    assert(protocol !== undefined, `${owner.entry.id} speaks a protocol of the plan`);
    const intake = fleet.plan.target.intake?.[protocol.kind];
    assert(intake !== undefined, 'the plan says where it is taken');
    this.#fleet = fleet;
    this.#owner = owner;
    this.#template = templateOf(intake);
    this.#timeoutMs = Number(protocol.params.timeout);
    this.#triesMax = Number(protocol.params.tries ?? Number.POSITIVE_INFINITY);
    this.#drawKey = streamKey(fleet.plan.seed, `device/${owner.device.id}/post`);
  }

  get isOnline(): boolean {
    return this.#online;
  }

  get #messages(): DeviceMessages {
    return this.#owner.messages;
  }

  pump(): void {
    if (!this.#online || this.#isResting || this.#messages.isStalled) return;
    if (this.#exchange?.isBusy === true) return;
    this.#post ??= this.#next();
    if (this.#post === null) return;
    if (this.#post.notBefore > this.#fleet.clock.now()) this.#rest(this.#post);
    else this.#say(this.#post);
  }

  resume(): void {
    this.pump();
  }

  connect(attempt: number): void {
    const wish = ++this.#wish;
    this.#fleet.handshakes.begin(() => {
      this.#handshaking = true;
      if (wish !== this.#wish) return this.#handshakeOver();
      this.#fleet.ledger.write('connect', { device: this.#owner.index, attempt, will: 0 });
      this.#fleet.tally.connects++;
      this.#open();
    });
  }

  hangUp(why: string): void {
    const exchange = this.#leave();
    exchange?.end();
    this.#dropPosted();
    if (this.#online) this.#write('offline', 'planned');
    else if (exchange !== null) this.#write('connect-failed', why);
    this.#setOnline(false);
  }

  abandon(why: string): void {
    const stream = this.#leave()?.release() ?? null;
    if (stream !== null) this.#fleet.abandonLink(stream);
    if (this.#online) this.#write('offline', 'power-cut');
    else if (stream !== null) this.#write('connect-failed', why);
    this.#setOnline(false);
    this.#post = null;
    this.#messages.forget(why);
  }

  end(): void {
    this.#leave()?.end();
    this.#setOnline(false);
  }

  // --- the connection ---------------------------------------------------------------------------

  #open(): void {
    const { protocol } = this.#owner.entry;
    const stream = this.#fleet.openLink(this.#owner.device, protocol?.channel ?? undefined);
    const mine = (action: () => void): void => {
      if (this.#exchange === exchange) action();
    };
    const exchange = new Exchange(stream, {
      open: () => mine(() => this.#opened()),
      answered: (answer) => mine(() => this.#answered(answer)),
      over: (error, asked) => mine(() => this.#over(error, asked)),
    });
    this.#exchange = exchange;
  }

  /** Whoever is online already has no statechart that would give up the attempt. */
  #openAgain(): void {
    this.#open();
    const givesUp = (): void => this.#lost('connect-timeout');
    this.#cancel = this.#fleet.wheel.after(CONNECT_TIMEOUT_MS, givesUp);
  }

  #opened(): void {
    this.#handshakeOver();
    this.#cancel();
    if (!this.#online) {
      this.#fleet.ledger.write('online', { device: this.#owner.index, present: false });
      this.#setOnline(true);
      this.#owner.tell({ type: 'CONNECTED', sessionPresent: false });
      this.#owner.parts.online(false);
    }
    this.pump();
  }

  /** Closed in good order while nothing is asked, it is opened again when there is something. */
  #over(error: string | null, asked: boolean): void {
    this.#exchange = null;
    const isIdle = !asked && (this.#post === null || this.#isResting);
    if (error === null && isIdle && this.#online) return;
    this.#lost(error ?? 'closed');
  }

  #lost(reason: string): void {
    this.#leave()?.destroy();
    this.#dropPosted();
    if (this.#online) {
      this.#write('offline', reason);
      this.#setOnline(false);
      this.#owner.tell({ type: 'LOST', reason });
      return;
    }
    this.#fleet.tally.connectFailures++;
    this.#write('connect-failed', reason);
    this.#owner.tell({ type: 'REFUSED', reason });
  }

  /** At QoS 0 a message is posted once: of one that was under way nothing more is heard. */
  #dropPosted(): void {
    const post = this.#post;
    if (post !== null && post.tries > 0 && post.handed.message[2] === 0) this.#post = null;
  }

  /** What it had, which is nobody's any more. */
  #leave(): Exchange | null {
    this.#wish++;
    this.#handshakeOver();
    this.#cancel();
    this.#isResting = false;
    const exchange = this.#exchange;
    this.#exchange = null;
    return exchange;
  }

  #handshakeOver(): void {
    if (!this.#handshaking) return;
    this.#handshaking = false;
    this.#fleet.handshakes.end();
  }

  #setOnline(online: boolean): void {
    if (online === this.#online) return;
    this.#online = online;
    this.#fleet.tally.connected += online ? 1 : -1;
    if (!online) this.#owner.parts.lost();
  }

  #write(op: 'offline' | 'connect-failed', why: string): void {
    this.#fleet.ledger.write(op, { device: this.#owner.index, why });
  }

  // --- one message ------------------------------------------------------------------------------

  #next(): Post | null {
    const [handed] = this.#messages.handOver(1);
    if (handed === undefined) return null;
    const { id } = this.#owner.device;
    const { parts } = this.#owner;
    const key = `${id}/${this.#streamOf(handed)}/${parts.epoch}/${handed.n}`;
    return { handed, key, tries: 0, putOff: 0, notBefore: 0 };
  }

  #streamOf({ key }: Handed): string {
    return streamOf(this.#fleet.plan, key % STREAMS_MAX)?.name ?? '';
  }

  #say(post: Post): void {
    if (this.#exchange === null || this.#exchange.isOver) return this.#openAgain();
    if (!this.#exchange.isOpen) return;
    if (post.tries >= this.#triesMax) return this.#giveUp(post);
    const isAgain = post.tries++ > 0;
    const { handed } = post;
    const key = this.#keyOf(post, isAgain);
    const [, payload] = handed.message;
    this.#exchange.ask(requestOf(this.#template, this.#valuesOf(handed), key, payload));
    this.#messages.sentOnWire(handed.key, isAgain);
    this.#cancel = this.#fleet.wheel.after(this.#timeoutMs, () => this.#lost('timeout'));
  }

  /** Firmware with a bug names a message anew when it posts it again. */
  #keyOf({ key, tries }: Post, isAgain: boolean): string {
    const seams: DeviceSeams | null = this.#fleet.firmware;
    if (!isAgain) return key;
    return seams?.keyAgain?.(this.#owner.device.id, key, tries) ?? key;
  }

  #valuesOf(handed: Handed): PostValues {
    const { run } = this.#fleet;
    const { id, lane } = this.#owner.device;
    const [user, password] = [this.#fleet.userName(id), this.#fleet.password(id)];
    return {
      ...{ run, lane: String(lane), device: id, stream: this.#streamOf(handed) },
      ...{ topic: handed.message[0], user, password },
    };
  }

  #answered({ status, retryAfter }: Answer): void {
    this.#cancel();
    const post = this.#post;
    if (post === null) return;
    const { key, message } = post.handed;
    const [, , qos] = message;
    if (qos > 0 && isForLater(status, post.tries > 1)) return this.#putOff(post, retryAfter);
    this.#post = null;
    if (status >= 200 && status < 300) this.#messages.acked(key);
    else this.#messages.rejected(key, `HTTP ${status}`);
    this.pump();
  }

  #putOff(post: Post, retryAfter: string | undefined): void {
    if (post.tries >= this.#triesMax) return this.#giveUp(post);
    const { backoff } = this.#owner.entry;
    const unit = unitAt(this.#drawKey, this.#draws++);
    const waitMs = Math.max(backoffMs(backoff, post.putOff++, unit), toldMs(retryAfter));
    post.notBefore = this.#fleet.clock.now() + waitMs;
    this.#rest(post);
  }

  #rest(post: Post): void {
    this.#isResting = true;
    const waitMs = post.notBefore - this.#fleet.clock.now();
    this.#cancel = this.#fleet.wheel.after(waitMs, () => {
      this.#isResting = false;
      // The wheel turns in quanta, and what it calls due is due.
      post.notBefore = 0;
      this.pump();
    });
  }

  #giveUp({ handed }: Post): void {
    this.#post = null;
    this.#messages.givenUp(handed.key, GAVE_UP);
    this.pump();
  }
}

/** `isAgain`: of one that was posted before, the first may still be worked at. */
const isForLater = (status: number, isAgain: boolean): boolean =>
  status >= 500 || status === 408 || status === 429 || (status === 409 && isAgain);

/** A date would be by the clock of somebody else. */
const toldMs = (text: string | undefined): number =>
  /^\d{1,9}$/.test(text ?? '') ? Math.min(RETRY_AFTER_MAX_MS, Number(text) * 1000) : 0;
