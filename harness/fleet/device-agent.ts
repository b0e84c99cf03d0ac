/**
 * One living device: its statechart says what it does, its physics says what it measures, its client speaks MQTT,
 * and this file is the hands between them. Everything that happens to a message is written down here, at the moment
 * it happens; every scheduled sample ends in exactly one account, also those that were never taken.
 */
import { type Actor, createActor } from 'xstate';
import {
  backoffMs,
  type DeviceHands,
  type deviceMachine,
  drawParams,
  type Health,
  healthParams,
  type Physics,
  startHealth,
} from '#devices';
import {
  type DevicePlan,
  type EntryPlan,
  FLAG,
  hashBytes,
  type Message,
  microseconds,
  type Random,
  randomStream,
  STREAMS,
  streamKey,
} from '#kernel';
import { LightClient, type SessionState } from '../wire/light-client.ts';
import { Outbox, type Outgoing } from './outbox.ts';
import type { Paced } from './pacing.ts';
import type { ClientOwner, FleetContext } from './surroundings.ts';

const TELEMETRY = STREAMS.indexOf('telemetry');
const STATUS = STREAMS.indexOf('status');
const WILL = STREAMS.indexOf('will');
const COMMAND = STREAMS.indexOf('command');
const ANSWER = STREAMS.indexOf('answer');

/** Health values travel with every tenth sample: they change slowly and cost bytes. */
const HEALTH_EVERY = 10;
/** Unacknowledged messages on the wire at one time; the rest waits in the outbox. */
const WINDOW = 32;

type Client = LightClient<ClientOwner>;

export class DeviceAgent implements DeviceHands, ClientOwner {
  readonly index: number;
  readonly device: DevicePlan;
  readonly entry: EntryPlan;
  readonly #fleet: FleetContext;
  readonly #physics: Physics;
  readonly #health: Health;
  readonly #actor: Actor<ReturnType<typeof deviceMachine>>;
  readonly #outbox: Outbox;
  readonly #draws: Random;
  /** Messages on the wire without a final answer, by key. */
  readonly #waiting = new Map<number, Outgoing>();
  #client: Client | null = null;
  #session: SessionState | null = null;
  #online = false;
  #powered = false;
  #epoch = 0;
  #nextSample = 0;
  #attempts = 0;
  #onlines = 0;
  #stopped = false;
  #stalledUntil = 0;
  /** Counts wishes to connect, so that one that had to wait and is no longer wanted is not granted. */
  #wish = 0;
  #handshaking = false;
  #heapTimer: (() => void) | null = null;

  constructor(fleet: FleetContext, index: number) {
    const device = fleet.plan.devices[index] as DevicePlan;
    this.#fleet = fleet;
    this.index = index;
    this.device = device;
    this.entry = fleet.plan.entries[device.entry] as EntryPlan;
    this.#outbox = new Outbox(this.entry.buffer.limit, this.entry.buffer.drop);
    const key = streamKey(fleet.plan.seed, `device/${device.id}/signal`);
    const model = fleet.modelOf(this.entry);
    const params: Record<string, number> = {};
    this.entry.paramNames.forEach((name, i) => {
      params[name] = device.params[i] ?? 0;
    });
    this.#physics = model.start({ params, key });
    this.#health = healthOf(fleet.plan.seed, device.id, this.entry.everyMs);
    this.#draws = randomStream(fleet.plan.seed, `device/${device.id}/life`);
    this.#actor = createActor(fleet.machine, {
      input: {
        hands: this,
        policy: { session: this.entry.session, stableMs: 10_000, connectTimeoutMs: 10_000 },
      },
      clock: fleet.machineClock,
    });
  }

  get online(): boolean {
    return this.#online;
  }

  get buffered(): number {
    return this.#outbox.size;
  }

  /** Starts the statechart; power comes on when the plan says so. */
  start(): void {
    this.#actor.start();
    this.#fleet.wheel.add(
      this.device.bootAt,
      once(() => this.#actor.send({ type: 'POWER_ON' })),
    );
    this.#fleet.wheel.add(this.device.firstAt, this.#sampling());
    const { sleep } = this.entry;
    if (sleep !== null)
      this.#fleet.wheel.add(this.device.bootAt + sleep.awakeMs, this.#sleeping(sleep));
    if (this.entry.health === 'real') this.#planAilments();
  }

  /** The plan's power-cut: everything forgotten, the old connection half-open and silent. */
  cutPower(): void {
    if (!this.#stopped) this.#actor.send({ type: 'POWER_CUT' });
  }

  restorePower(): void {
    if (!this.#stopped) this.#actor.send({ type: 'POWER_ON' });
  }

  /** No samples any more, but what is buffered may still go. */
  stopSampling(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    // A run that is stopped early, or that lagged, still accounts for what was due by now.
    const { clock, ledger, samplingEnd } = this.#fleet;
    const until = Math.min(clock.now(), samplingEnd);
    for (; this.#dueAt(this.#nextSample) < until; this.#nextSample++) {
      const sample = { device: this.index, stream: TELEMETRY, n: this.#nextSample };
      ledger.write('not-sent', { ...sample, text: 'run-ended' });
    }
  }

  /** Ends the device: a graceful goodbye, and an account of what never left. */
  end(): void {
    for (const message of this.#outbox.clear())
      this.#account('not-sent', message, 'still-buffered');
    this.#actor.send({ type: 'STOP' });
    this.#actor.stop();
    this.#client?.disconnect();
    this.#client = null;
    this.#setOnline(false);
  }

  // --- hands of the statechart -------------------------------------------------------------------------------

  connect(attempt: number, clean: boolean): void {
    const wish = ++this.#wish;
    this.#fleet.handshakes.begin(() => {
      this.#handshaking = true;
      if (wish === this.#wish) this.#open(attempt, clean);
      else this.#handshakeOver();
    });
  }

  #open(attempt: number, clean: boolean): void {
    const fleet = this.#fleet;
    const { device } = this;
    fleet.ledger.write('connect', { device: this.index, a: attempt });
    fleet.tally.connects++;
    const number = this.#attempts++;
    const stream = fleet.openLink(device);
    const client = new LightClient(
      stream,
      {
        clientId: fleet.clientId(device.id),
        username: fleet.userName(device.id),
        password: fleet.password(device.id),
        clean,
        keepAliveS: this.entry.keepAliveS,
        ...(this.entry.will ? { will: this.#willPacket(number) } : {}),
      },
      fleet.clientEvents,
      this,
    );
    this.#client = client;
    // Also into a clean session: the client then knows what must not be sent again.
    if (this.#session !== null) client.resume(this.#session);
    this.#session = null;
    fleet.wheel.add(fleet.clock.now() + 1000, this.#keepingAlive(client));
  }

  #handshakeOver(): void {
    if (!this.#handshaking) return;
    this.#handshaking = false;
    this.#fleet.handshakes.end();
  }

  hangUp(why: string): void {
    this.#wish++;
    this.#handshakeOver();
    const client = this.#client;
    if (client === null) return;
    this.#client = null;
    this.#session = client.takeSession();
    client.disconnect();
    const { ledger } = this.#fleet;
    if (this.#online) ledger.write('offline', { device: this.index, text: 'planned' });
    else ledger.write('connect-failed', { device: this.index, text: why });
    this.#setOnline(false);
  }

  abandon(why: string): void {
    this.#wish++;
    this.#handshakeOver();
    const client = this.#client;
    this.#client = null;
    this.#session = null;
    if (client !== null) this.#fleet.abandonLink(client);
    // For whoever listens, losing power and losing memory are the same silence; `boot` tells the cause.
    if (this.#online)
      this.#fleet.ledger.write('offline', { device: this.index, text: 'power-cut' });
    else if (client !== null)
      this.#fleet.ledger.write('connect-failed', { device: this.index, text: why });
    this.#setOnline(false);
    for (const message of this.#waiting.values()) this.#account('abandoned', message, why);
    this.#waiting.clear();
    for (const message of this.#outbox.clear())
      this.#account('not-sent', message, `lost in ${why}`);
  }

  backoffMs(attempt: number): number {
    return backoffMs(this.entry.backoff, attempt, this.#draws.unit());
  }

  bootMs(): number {
    return this.#draws.between(100, 600);
  }

  entered(state: string): void {
    this.#fleet.ledger.write('state', { device: this.index, text: state });
  }

  booted(epoch: number, cause: string): void {
    this.#epoch = epoch;
    this.#fleet.ledger.write('boot', { device: this.index, a: epoch, text: cause });
    this.#health.reboot(this.#fleet.clock.now(), cause);
    if (this.entry.health === 'real') this.#awaitFullHeap();
  }

  powered(on: boolean, cause: string): void {
    if (on === this.#powered) return;
    this.#powered = on;
    this.#fleet.tally.powered += on ? 1 : -1;
    this.#physics.power(on, this.#fleet.clock.now());
    if (!on) this.#fleet.ledger.write('off', { device: this.index, text: cause });
  }

  // --- events of the client (called by the fleet) ------------------------------------------------------------

  connected(client: Client, sessionPresent: boolean): void {
    if (client !== this.#client) return;
    this.#handshakeOver();
    this.#fleet.ledger.write('online', { device: this.index, a: sessionPresent ? 1 : 0 });
    this.#setOnline(true);
    this.#actor.send({ type: 'CONNECTED', sessionPresent });
    // Also without commands: Aedes reports no session for a persistent client without subscriptions.
    client.subscribe(
      [this.#fleet.dialect.commandTopic(this.device.lane, this.device.id)],
      this.#fleet.commandQos,
    );
    if (this.entry.retainStatus) this.#publishStatus();
    this.#onlines++;
    this.pump();
  }

  refused(client: Client, reason: string): void {
    if (client !== this.#client) return;
    this.#handshakeOver();
    this.#dropClient(client);
    this.#fleet.tally.connectFailures++;
    this.#fleet.ledger.write('connect-failed', { device: this.index, text: reason });
    this.#actor.send({ type: 'REFUSED', reason });
  }

  closed(client: Client, reason: string): void {
    if (client !== this.#client) return;
    if (!this.#online) return this.refused(client, reason);
    this.#dropClient(client);
    this.#fleet.ledger.write('offline', { device: this.index, text: reason });
    this.#setOnline(false);
    this.#actor.send({ type: 'LOST', reason });
  }

  sentOnWire(client: Client, key: number, resend: boolean): void {
    const message = this.#waiting.get(key);
    if (client !== this.#client || message === undefined) return;
    const fleet = this.#fleet;
    fleet.tally.sent++;
    fleet.ledger.write('sent', {
      device: this.index,
      stream: message.stream,
      n: message.n,
      a: microseconds(fleet.clock.now() - message.intended),
      hash: message.hash,
      flags: message.qos | (message.retain ? FLAG.retain : 0) | (resend ? FLAG.resend : 0),
    });
    if (message.qos === 0) this.#waiting.delete(key);
  }

  acked(key: number): void {
    const message = this.#waiting.get(key);
    if (message === undefined) return;
    this.#waiting.delete(key);
    this.#fleet.tally.noteAcked(this.index, message.stream, message.n);
    this.#fleet.ledger.write('acked', { device: this.index, stream: message.stream, n: message.n });
    this.pump();
  }

  abandoned(key: number): void {
    const message = this.#waiting.get(key);
    if (message === undefined) return;
    this.#waiting.delete(key);
    this.#account('abandoned', message, 'session-lost');
  }

  received(topic: string, payload: Uint8Array, qos: number): void {
    const fleet = this.#fleet;
    const sighting = fleet.dialect.decode(topic, payload);
    if (sighting === null || sighting.stream !== 'command') return;
    fleet.ledger.write('received', {
      device: this.index,
      stream: COMMAND,
      n: sighting.n,
      hash: hashBytes(payload),
      flags: qos,
    });
    const now = fleet.clock.now();
    const order = fleet.dialect.values(payload);
    const name = String(order['name'] ?? '');
    const done = this.#physics.command(name, Number(order['value'] ?? 0), now);
    this.#send(this.#message(ANSWER, sighting.n, now, { name, done }));
  }

  /** Sends what the window allows. */
  pump(): void {
    const client = this.#client;
    while (client !== null && this.#online && this.#waiting.size < WINDOW && !this.#stalled()) {
      const message = this.#outbox.take();
      if (message === null) return;
      const key = message.n * 8 + message.stream;
      this.#waiting.set(key, message);
      client.publish(key, message.topic, message.payload, message.qos, message.retain);
    }
  }

  // --- schedules ----------------------------------------------------------------------------------------------

  #sampling(): Paced {
    const end = this.#fleet.samplingEnd;
    return {
      fire: () => {
        const due = this.#dueAt(this.#nextSample);
        if (this.#stopped || due >= end) return Infinity;
        this.#sample(this.#nextSample++, due);
        const next = this.#dueAt(this.#nextSample);
        return next < end ? next : Infinity;
      },
    };
  }

  #dueAt(n: number): number {
    return this.device.firstAt + n * this.entry.everyMs;
  }

  #sample(n: number, intended: number): void {
    const fleet = this.#fleet;
    fleet.tally.intended++;
    if (!this.#powered) {
      fleet.ledger.write('not-sent', {
        device: this.index,
        stream: TELEMETRY,
        n,
        text: 'device-off',
      });
      return;
    }
    const values = this.#physics.sample(intended, n);
    const health = n % HEALTH_EVERY === 0 ? { health: this.#health.sample(intended, n) } : {};
    this.#send(this.#message(TELEMETRY, n, intended, { ...values, ...health }));
  }

  #sleeping(sleep: { everyMs: number; awakeMs: number }): Paced {
    let awake = true;
    let due = this.device.bootAt + sleep.awakeMs;
    return {
      fire: () => {
        if (this.#stopped) {
          this.#actor.send({ type: 'WAKE' });
          return Infinity;
        }
        this.#actor.send({ type: awake ? 'SLEEP' : 'WAKE' });
        due += awake ? sleep.everyMs - sleep.awakeMs : sleep.awakeMs;
        awake = !awake;
        return due;
      },
    };
  }

  #keepingAlive(client: Client): Paced {
    return { fire: (now) => (client === this.#client ? client.tick(now) : Infinity) };
  }

  /** `health: real`: bad radio stalls the link, an empty battery is the end; the heap is watched from each boot. */
  #planAilments(): void {
    const { wheel } = this.#fleet;
    const stalling = (after: number): void => {
      const stall = this.#health.nextStall(after);
      if (stall === null || stall.from > this.#fleet.samplingEnd) return;
      wheel.add(
        stall.from,
        once(() => {
          this.#stalledUntil = stall.to;
          wheel.add(
            stall.to,
            once(() => this.pump()),
          );
          stalling(stall.to);
        }),
      );
    };
    stalling(this.device.bootAt);
    const battery = this.#health.batteryEmptyAt();
    if (battery !== null)
      wheel.add(
        battery,
        once(() => this.#actor.send({ type: 'BATTERY_EMPTY' })),
      );
  }

  /** The heap leaks from every boot on, until the watchdog resets the device. */
  #awaitFullHeap(): void {
    const { clock, wheel } = this.#fleet;
    this.#heapTimer?.();
    const at = this.#health.heapExhaustedAt(clock.now());
    if (at === null || at > this.#fleet.samplingEnd) return;
    this.#heapTimer = wheel.add(
      at,
      once(() => this.#actor.send({ type: 'HEAP_EXHAUSTED' })),
    );
  }

  #stalled(): boolean {
    return this.#fleet.clock.now() < this.#stalledUntil;
  }

  // --- messages -----------------------------------------------------------------------------------------------

  #publishStatus(): void {
    const now = this.#fleet.clock.now();
    const values = {
      state: 'online',
      epoch: this.#epoch,
      maker: this.device.identity['maker'] ?? '',
    };
    this.#send(this.#message(STATUS, this.#onlines, now, values, true));
  }

  #willPacket(number: number): {
    topic: string;
    payload: Uint8Array;
    qos: 0 | 1 | 2;
    retain: boolean;
  } {
    const message = this.#message(WILL, number, this.#fleet.clock.now(), { state: 'offline' });
    return { topic: message.topic, payload: message.payload, qos: message.qos, retain: false };
  }

  #message(
    stream: number,
    n: number,
    intended: number,
    values: Message['values'],
    retain = false,
  ): Outgoing {
    const packet = this.#fleet.dialect.encode({
      device: this.device.id,
      lane: this.device.lane,
      stream: STREAMS[stream] ?? '',
      n,
      epoch: this.#epoch,
      intended: Math.round(intended),
      qos: this.entry.qos,
      retain,
      values,
    });
    return { stream, n, intended, hash: hashBytes(packet.payload), ...packet };
  }

  #send(message: Outgoing): void {
    const dropped = this.#outbox.put(message);
    if (dropped !== null) this.#account('not-sent', dropped, 'buffer-overflow');
    this.pump();
  }

  #account(op: 'not-sent' | 'abandoned', message: Outgoing, why: string): void {
    this.#fleet.ledger.write(op, {
      device: this.index,
      stream: message.stream,
      n: message.n,
      text: why,
    });
  }

  #dropClient(client: Client): void {
    this.#client = null;
    this.#session = client.takeSession();
    client.destroy();
  }

  #setOnline(online: boolean): void {
    if (online === this.#online) return;
    this.#online = online;
    this.#fleet.tally.connected += online ? 1 : -1;
  }
}

function healthOf(seed: number, id: string, everyMs: number): Health {
  const values = drawParams(healthParams, {}, seed, `${id}/health`);
  const params = Object.fromEntries(
    Object.keys(healthParams).map((name, i) => [name, values[i] ?? 0]),
  );
  return startHealth({ key: streamKey(seed, `device/${id}/health`), params, everyMs });
}

/** Something that happens once. */
const once = (action: () => void): Paced => ({
  fire: () => {
    action();
    return Infinity;
  },
});
