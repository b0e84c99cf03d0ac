/**
 * One living device: its statechart says what it does, its body what it measures, its client speaks
 * MQTT, and this file is the hands between them. Everything that happens is written down at the
 * moment it happens; every scheduled sample ends in one account, also those that were never taken.
 */
import { backoffMs, type DeviceActor, type DeviceEvent, type DeviceHands } from '#devices';
import { codeOf, type DevicePlan, type EntryPlan, streamKey, streamNamed, unitAt } from '#kernel';
import { LightClient, type SessionState } from '../wire/light-client.ts';
import { writeReceived } from './arrivals.ts';
import { type Ailments, DeviceBody } from './device-body.ts';
import { DeviceMessages } from './device-messages.ts';
import { naps } from './naps.ts';
import type { Outgoing } from './outbox.ts';
import type { Paced } from './pacing.ts';
import type { ClientOwner, FleetContext } from './surroundings.ts';

const STABLE_MS = 10_000;
const CONNECT_TIMEOUT_MS = 10_000;
const BOOT_MS = { least: 100, spread: 500 };

type Client = LightClient<ClientOwner>;

export class DeviceAgent implements DeviceHands, ClientOwner, Ailments {
  readonly index: number;
  readonly device: DevicePlan;
  readonly entry: EntryPlan;
  readonly #fleet: FleetContext;
  readonly #body: DeviceBody;
  readonly #messages: DeviceMessages;
  readonly #actor: DeviceActor;
  /** Of the draws of its life: boot times and back-offs. */
  readonly #key: number;
  #draws = 0;
  #client: Client | null = null;
  #session: SessionState | null = null;
  #online = false;
  #powered = false;
  #epoch = 0;
  #nextSample = 0;
  /** Connect attempts so far; the number of the next will. */
  #attempts = 0;
  /** Times online so far; the number of the next status. */
  #onlines = 0;
  #sleeps = false;
  #asleep = false;
  #stopped = false;
  #ended = false;
  /** Counts wishes to connect: one that had to wait and is no longer wanted is not granted. */
  #wish = 0;
  #handshaking = false;

  constructor(fleet: FleetContext, index: number) {
    const { plan } = fleet;
    const device = plan.devices[index] as DevicePlan;
    const entry = plan.entries[device.entry] as EntryPlan;
    this.#fleet = fleet;
    this.index = index;
    this.device = device;
    this.entry = entry;
    this.#body = new DeviceBody(plan.seed, device, entry, fleet.modelOf(entry));
    this.#messages = new DeviceMessages(fleet, index, device, entry);
    this.#key = streamKey(plan.seed, `device/${device.id}/life`);
    const policy = {
      session: entry.session,
      stableMs: STABLE_MS,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
    };
    this.#actor = fleet.herd.join({ hands: this, policy });
  }

  get buffered(): number {
    return this.#messages.buffered;
  }

  /** Starts the statechart; power comes on when the plan says so. */
  start(): void {
    const { wheel, samplingEnd } = this.#fleet;
    const { bootAt, firstAt } = this.device;
    this.#actor.start();
    wheel.add(bootAt, {
      fire: () => {
        this.#tell({ type: 'POWER_ON' });
        return Infinity;
      },
    });
    wheel.add(firstAt, this.#sampling());
    if (this.entry.health === 'real') this.#body.watch(wheel, bootAt, samplingEnd, this);
  }

  /** The plan's power-cut: everything forgotten, the old connection half-open and silent. */
  cutPower(): void {
    if (!this.#stopped) this.#tell({ type: 'POWER_CUT' });
  }

  restorePower(): void {
    if (!this.#stopped) this.#tell({ type: 'POWER_ON' });
  }

  /** No samples any more, but what is buffered may still go. */
  stopSampling(): void {
    this.#stopped = true;
  }

  /** A run that is stopped early, or that lagged, still accounts for what was due by its end. */
  accountSamples(untilMs: number): void {
    const until = Math.min(untilMs, this.#fleet.samplingEnd);
    for (; this.#dueAt(this.#nextSample) < until; this.#nextSample++) {
      this.#messages.skipped(this.#code('telemetry'), this.#nextSample, 'run-ended');
    }
  }

  /** Ends the device: a graceful goodbye, and an account of what never left. */
  end(): void {
    this.#messages.end();
    this.#tell({ type: 'STOP' });
    this.#ended = true;
    this.#client?.disconnect();
    this.#client = null;
    this.#setOnline(false);
  }

  // --- hands of the statechart ------------------------------------------------------------------

  connect(attempt: number, clean: boolean): void {
    const wish = ++this.#wish;
    this.#fleet.handshakes.begin(() => {
      this.#handshaking = true;
      if (wish === this.#wish) this.#open(attempt, clean);
      else this.#handshakeOver();
    });
  }

  hangUp(why: string): void {
    this.#noLongerWanted();
    const client = this.#client;
    if (client === null) return;
    this.#client = null;
    this.#session = client.takeSession();
    client.disconnect();
    this.#write(this.#online ? 'offline' : 'connect-failed', this.#online ? 'planned' : why);
    this.#setOnline(false);
  }

  abandon(why: string): void {
    this.#noLongerWanted();
    const client = this.#client;
    this.#client = null;
    this.#session = null;
    if (client !== null) this.#fleet.abandonLink(client);
    // For whoever listens, losing power and losing memory are one silence; `boot` tells the cause.
    if (this.#online) this.#write('offline', 'power-cut');
    else if (client !== null) this.#write('connect-failed', why);
    this.#setOnline(false);
    this.#messages.forget(why);
  }

  backoffMs(attempt: number): number {
    return backoffMs(this.entry.backoff, attempt, unitAt(this.#key, this.#draws++));
  }

  bootMs(): number {
    return BOOT_MS.least + BOOT_MS.spread * unitAt(this.#key, this.#draws++);
  }

  entered(state: string): void {
    this.#fleet.ledger.write('state', { device: this.index, state });
    if (state.startsWith('connection.')) this.#setAsleep(state === 'connection.sleeping');
  }

  booted(epoch: number, cause: string): void {
    const { clock, ledger, samplingEnd, wheel } = this.#fleet;
    this.#epoch = epoch;
    ledger.write('boot', { device: this.index, epoch, cause });
    const { sleep } = this.entry;
    if (sleep !== null && !this.#sleeps) {
      // From when it is up: one that sleeps before it has booted would not hear of it.
      this.#sleeps = true;
      const due = clock.now() + sleep.awakeMs;
      const tell = (event: DeviceEvent): void => this.#tell(event);
      wheel.add(
        due,
        naps(sleep, due, tell, () => this.#stopped),
      );
    }
    this.#body.booted(clock.now(), cause);
    this.#body.watchHeap(wheel, clock.now(), samplingEnd, this);
  }

  powered(on: boolean, cause: string): void {
    if (on === this.#powered) return;
    this.#powered = on;
    this.#fleet.tally.powered += on ? 1 : -1;
    this.#body.power(on, this.#fleet.clock.now());
    if (!on) this.#fleet.ledger.write('off', { device: this.index, cause });
  }

  // --- events of the client ---------------------------------------------------------------------

  connected(client: Client, sessionPresent: boolean): void {
    if (client !== this.#client) return;
    const { commandQos, dialect, ledger } = this.#fleet;
    this.#handshakeOver();
    ledger.write('online', { device: this.index, present: sessionPresent });
    this.#setOnline(true);
    this.#tell({ type: 'CONNECTED', sessionPresent });
    // Also without commands: some brokers report no session for a client without subscriptions.
    client.subscribe([dialect.commandTopic(this.device.lane, this.device.id)], commandQos);
    if (this.entry.retainStatus) this.#publishStatus();
    this.#onlines++;
    this.#pump();
  }

  refused(client: Client, reason: string): void {
    if (client !== this.#client) return;
    this.#handshakeOver();
    this.#dropClient(client);
    this.#fleet.tally.connectFailures++;
    this.#write('connect-failed', reason);
    this.#tell({ type: 'REFUSED', reason });
  }

  closed(client: Client, reason: string): void {
    if (client !== this.#client) return;
    if (!this.#online) return this.refused(client, reason);
    this.#dropClient(client);
    this.#write('offline', reason);
    this.#setOnline(false);
    this.#tell({ type: 'LOST', reason });
  }

  sentOnWire(client: Client, key: number, resend: boolean): void {
    if (client === this.#client) this.#messages.sentOnWire(key, resend);
  }

  acked(key: number): void {
    this.#messages.acked(key);
    this.#pump();
  }

  abandoned(key: number): void {
    this.#messages.abandoned(key);
  }

  received(topic: string, payload: Uint8Array, qos: number): void {
    const { clock, dialect } = this.#fleet;
    const sighting = dialect.decode(topic, payload);
    const place = sighting ?? dialect.place(topic);
    const stream = streamNamed(this.#fleet.plan, place?.stream ?? '');
    if (stream?.way !== 'down') return;
    writeReceived(this.#fleet, { device: this.index, stream, sighting }, payload, qos);
    // A device obeys whatever it can read.
    if (sighting === null) return;
    const { n } = sighting;
    const now = clock.now();
    const order = dialect.values(payload);
    const name = String(order.name ?? '');
    const done = this.#body.command(name, Number(order.value ?? 0), now);
    this.#messages.put(
      this.#messages.make(this.#code('answer'), n, this.#epoch, now, { name, done }),
    );
    this.#pump();
  }

  // --- schedules --------------------------------------------------------------------------------

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
    this.#fleet.tally.intended++;
    if (!this.#powered) return this.#messages.skipped(this.#code('telemetry'), n, 'device-off');
    const values = this.#body.sample(intended, n);
    this.#messages.put(
      this.#messages.make(this.#code('telemetry'), n, this.#epoch, intended, values),
    );
    this.#pump();
  }

  stalled(until: number): void {
    this.#messages.stall(until);
  }

  stallOver(): void {
    this.#pump();
  }

  heapExhausted(): void {
    this.#tell({ type: 'HEAP_EXHAUSTED' });
  }

  batteryEmpty(): void {
    this.#tell({ type: 'BATTERY_EMPTY' });
  }

  // --- the connection ---------------------------------------------------------------------------

  #open(attempt: number, clean: boolean): void {
    const fleet = this.#fleet;
    const { id } = this.device;
    const will = this.entry.will ? this.#willOf(this.#attempts) : null;
    fleet.ledger.write('connect', { device: this.index, attempt, will: will?.hash ?? 0 });
    fleet.tally.connects++;
    this.#attempts++;
    const options = {
      clientId: fleet.clientId(id),
      username: fleet.userName(id),
      password: fleet.password(id),
      clean,
      keepAliveS: this.entry.keepAliveS,
      ...(will === null ? {} : { will }),
    };
    const stream = fleet.openLink(this.device);
    const client = new LightClient<ClientOwner>(stream, options, fleet.clientEvents, this);
    this.#client = client;
    // Also into a clean session: the client then knows what must not be sent again.
    if (this.#session !== null) client.resume(this.#session);
    this.#session = null;
    fleet.wheel.addAfter(1000, {
      fire: (at) => (client === this.#client ? client.tick(at) : Infinity),
    });
  }

  #noLongerWanted(): void {
    this.#wish++;
    this.#handshakeOver();
  }

  #handshakeOver(): void {
    if (!this.#handshaking) return;
    this.#handshaking = false;
    this.#fleet.handshakes.end();
  }

  #willOf(n: number): Outgoing {
    const now = this.#fleet.clock.now();
    return this.#messages.make(this.#code('will'), n, this.#epoch, now, { state: 'offline' });
  }

  #publishStatus(): void {
    const maker = this.device.identity.maker ?? '';
    const values = { state: 'online', epoch: this.#epoch, maker };
    const now = this.#fleet.clock.now();
    this.#messages.put(
      this.#messages.make(this.#code('status'), this.#onlines, this.#epoch, now, values, true),
    );
  }

  #pump(): void {
    if (this.#client !== null && this.#online) this.#messages.pump(this.#client);
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

  #setAsleep(asleep: boolean): void {
    if (asleep === this.#asleep) return;
    this.#asleep = asleep;
    this.#fleet.tally.asleep += asleep ? 1 : -1;
  }

  #tell(event: DeviceEvent): void {
    if (!this.#ended) this.#actor.send(event);
  }

  #code(stream: string): number {
    return codeOf(this.#fleet.plan, stream);
  }

  #write(op: 'offline' | 'connect-failed', why: string): void {
    this.#fleet.ledger.write(op, { device: this.index, why });
  }
}
