/**
 * A twin lived through at random: the service of the platform, the part of a device and the model
 * in it are real, the network between them is two queues. Two writers change it, the device goes
 * and comes and loses its power, the platform is killed; at the end all is quiet. What happened is
 * told as a ledger would, for the oracle to say what should have.
 */
import type { LedgerEntry, Mutant, Random } from '#kernel';
import { type DeviceModel, defineDevice } from '../devices/device.ts';
import { BenchDevice } from '../devices/duties/bench-device.ts';
import type { PartMessage } from '../devices/part.ts';
import part from '../devices/parts/twin.ts';
import { Question, Refusal } from '../twins/platform/api/question.ts';
import type { Act, Publication, Service, ServicePorts } from '../twins/platform/service.ts';
import service from '../twins/platform/services/twin.ts';
import { openStore, type Store } from '../twins/platform/store/store.ts';

const ID = 'rooms/1';
const STEPS = 40;
const SENT_FROM_HERE = { device: 0, lane: 0 };

type Told = Readonly<Record<string, unknown>>;

/** A box of which two things can be set, each by itself. */
const BOX: DeviceModel = defineDevice({
  kind: 'box',
  summary: 'a box with a lid and a light',
  params: {},
  signals: {},
  commands: {
    lid: { about: 'How far it is open.', low: 0, high: 30, sets: 'lid' },
    light: { about: 'How bright it is.', low: 0, high: 30, sets: 'light' },
  },
  everyMs: 1000,
  start: () => {
    const held: Record<string, number> = { lid: 1, light: 1 };
    return {
      sample: () => ({}),
      truth: () => ({ ...held }),
      command: (name, value) => {
        if (!(name in held) || typeof value !== 'number' || value < 0 || value > 30) return false;
        held[name] = value;
        return true;
      },
      power: () => {},
    };
  },
});

/** Keeps what its part sends and writes. */
class Device extends BenchDevice {
  readonly sent: PartMessage[] = [];
  readonly written: [op: string, fields: Told][] = [];

  override send(message: PartMessage): void {
    this.sent.push(structuredClone(message));
  }

  override write(op: string, fields: Told): void {
    this.written.push([op, fields]);
  }
}

export class TwinLife {
  readonly entries: LedgerEntry[] = [];
  readonly #random: Random;
  readonly #store: Store = openStore(':memory:');
  readonly #device: Device;
  readonly #seams: object | null;
  #service: Service;
  #t = 0;
  #epoch = 1;
  #changes = 0;
  #stages = 0;
  /** What each writer has seen last. */
  readonly #seen = [0, 0];
  #up: { n: number; epoch: number; values: Told }[] = [];
  #down: string[] = [];
  #unacknowledged: string[] = [];
  readonly #isKept: boolean;

  constructor(random: Random, mutant: Mutant | null = null, memory = 'flash') {
    this.#random = random;
    this.#isKept = random.below(2) === 0;
    this.#seams =
      mutant === null
        ? null
        : mutant.plant(
            () => {},
            () => this.#t,
          );
    this.#store.create(service.schema);
    this.#service = this.#start();
    this.#device = new Device(part, BOX, { memory });
    this.#device.isPowered = true;
    this.#device.part.booted?.(this.#epoch, 'power-on');
    this.#turn(true);
    this.#take();
  }

  run(): readonly LedgerEntry[] {
    for (let step = 0; step < STEPS; step++) this.#step();
    this.#settle();
    this.#device.part.end?.();
    this.#take();
    const { version, known, desired, reported } = this.#document();
    const texts = { desired: JSON.stringify(desired), reported: JSON.stringify(reported) };
    this.#tell('twin/read', { version, known, ...texts });
    this.#tell('twin/history-read', {});
    this.#tellGiven();
    this.#store.close();
    return this.entries;
  }

  #start(): Service {
    const asked = { id: ID };
    const page = { limit: 1, items: [asked], next: null };
    return service.start({
      sql: this.#store,
      clock: { now: () => this.#t },
      registry: { asked: () => asked, all: () => [ID], page: () => page },
      publish: ({ payload }: Publication) => this.#down.push(Buffer.from(payload).toString()),
      topicOf: () => 'topic',
      seams: this.#seams,
    } as unknown as ServicePorts);
  }

  #step(): void {
    this.#t += 1000;
    this.#device.pass(100);
    const drawn = this.#random.below(100);
    if (drawn < 28) this.#change(this.#random.below(2));
    else if (drawn < 64) this.#deliver();
    else if (drawn < 71) this.#read(this.#random.below(2));
    else if (drawn < 80) this.#turn(!this.#device.isOnline);
    else if (drawn < 86) this.#powerCycle();
    else if (drawn < 90) this.#kill();
    else if (drawn < 92) this.#setLocally();
    else this.#changeTemplate();
    this.#take();
  }

  /** Whatever waits comes through, until nothing does any more. */
  #settle(): void {
    this.#turn(true);
    for (let rounds = 0; rounds < 20; rounds++) {
      this.#t += 1000;
      this.#device.pass(1000);
      this.#take();
      while (this.#up.length + this.#down.length > 0) {
        this.#deliver();
        this.#take();
      }
    }
  }

  #turn(online: boolean): void {
    const device = this.#device;
    if (online === device.isOnline || !device.isPowered) return;
    device.isOnline = online;
    if (!online) {
      // A session that is kept brings again whatever nobody has acknowledged.
      this.#down = this.#isKept ? [...this.#unacknowledged, ...this.#down] : [];
      this.#unacknowledged = [];
      device.part.lost?.();
    } else device.part.online?.(this.#isKept);
  }

  /** What waits in the device may be lost with its power, or not. */
  #powerCycle(): void {
    const device = this.#device;
    this.#turn(false);
    this.#take();
    if (this.#random.below(2) === 0) this.#up = [];
    device.isPowered = false;
    device.part.powered?.(false, 'power-cut');
    device.isPowered = true;
    device.part.powered?.(true, 'power-on');
    device.epoch = ++this.#epoch;
    device.part.booted?.(this.#epoch, 'power-on');
    if (this.#random.below(3) > 0) this.#turn(true);
  }

  /** All connections drop with it. */
  #kill(): void {
    this.#turn(false);
    this.#service = this.#start();
  }

  #setLocally(): void {
    const { body, part: living } = this.#device;
    body.physics.command('lid', this.#random.below(30), this.#device.now());
    living.inbox?.({ stream: 'command', n: 0, values: {} });
  }

  #deliver(): void {
    if (!this.#device.isOnline) return;
    const isUp = this.#up.length > 0 && (this.#down.length === 0 || this.#random.below(2) === 0);
    if (isUp) this.#deliverUp();
    else this.#deliverDown();
  }

  #deliverUp(): void {
    const message = this.#up.shift();
    if (message === undefined) return;
    const { n, epoch, values } = message;
    const payload = Buffer.from(JSON.stringify({ n, e: epoch, t: this.#t, v: values }));
    const row = { ...SENT_FROM_HERE, by: ID, device: ID, stream: 'twin-report', n, epoch, payload };
    this.#service.take?.({ ...row, intended: this.#t, receivedAt: this.#t }, true);
    // Nobody may have heard the acknowledgement: then it comes again.
    if (this.#random.below(8) === 0) this.#up.unshift(message);
  }

  #deliverDown(): void {
    const text = this.#down.shift();
    if (text === undefined) return;
    this.#unacknowledged.push(text);
    if (this.#random.below(3) > 0) this.#unacknowledged = [];
    const { n, v } = JSON.parse(text) as { n: number; v: Told };
    this.#device.part.inbox?.({ stream: 'twin-delta', n, values: v });
  }

  #read(writer: number): void {
    const { version } = this.#document();
    this.#seen[writer] = version;
    this.#tell('twin/seen', { writer, version });
  }

  #change(writer: number): void {
    const change = this.#changes++;
    const from = this.#random.below(2) === 0 ? -1 : (this.#seen[writer] ?? 0);
    const patch = this.#patch();
    this.#tell('twin/asked', { change, writer, from, patch: JSON.stringify(patch) });
    const body = { desired: patch, ...(from < 0 ? {} : { version: from }) };
    const { status, version } = this.#act(body);
    if (status === 200) this.#seen[writer] = version;
    this.#tell('twin/answered', { change, status, version });
  }

  /** One of two templates, in its next stage. */
  #changeTemplate(): void {
    const random = this.#random;
    const template = ['eco', 'night'][random.below(2)] ?? '';
    const change = this.#stages++;
    const permille = [0, 300, 700, 1000][random.below(4)] ?? 0;
    const patch = this.#patch();
    const said = { device: -1, template, change };
    this.#tell('template/asked', { ...said, of: 'rooms', permille, patch: JSON.stringify(patch) });
    const body = { of: 'rooms', share: permille / 1000, desired: patch };
    const { status, version } = this.#act(body, ['template', template]);
    this.#tell('template/answered', { ...said, status, stage: version });
  }

  /** What the target says of it at the end. */
  #tellGiven(): void {
    const route = this.#service.routes.template;
    const page = route?.(new Question(['template'], new URLSearchParams())) as {
      template: { version: number; desired: object; steps: Told[] }[];
    };
    for (const { version, desired, steps } of page.template) {
      this.#tell('template/read', { version, desired: JSON.stringify(desired) });
      for (const step of steps) this.#tell('template/step', step);
    }
  }

  #act(body: object, path = ['twin', ID]): { status: number; version: number } {
    try {
      const act = this.#service.acts?.[`${path[0]}/*`] as Act;
      const question = new Question(path, new URLSearchParams());
      const { version } = act(question, body) as { version: number };
      return { status: 200, version };
    } catch (error) {
      if (error instanceof Refusal) return { status: error.status, version: 0 };
      throw error;
    }
  }

  /** What the device can be set to, what it cannot, what it has never heard of, and what nests. */
  #patch(): Told {
    const random = this.#random;
    const values: readonly (() => Told)[] = [
      () => ({ lid: random.below(30) }),
      () => ({ light: random.below(30) }),
      () => ({ lid: random.below(30), light: random.below(30) }),
      () => ({ lid: null }),
      () => ({ light: null }),
      () => ({ light: 99 }),
      () => ({ tune: random.below(2) === 0 ? null : random.below(3) }),
      () => ({ plan: { [`day-${random.below(3)}`]: random.below(2) === 0 ? null : { from: 7 } } }),
      () => ({ plan: random.below(2) === 0 ? null : [1, 2] }),
    ];
    return values[random.below(values.length)]?.() ?? {};
  }

  #document() {
    const route = this.#service.routes['twin/*'];
    const question = new Question(['twin', ID], new URLSearchParams());
    return route?.(question) as {
      version: number;
      known: number;
      desired: object;
      reported: object;
    };
  }

  /** What the device has said and written since. */
  #take(): void {
    for (const { n, values } of this.#device.sent.splice(0)) {
      this.#up.push({ n, epoch: this.#epoch, values });
    }
    for (const [op, fields] of this.#device.written.splice(0)) this.#tell(op, fields);
  }

  #tell(op: string, fields: Told): void {
    this.entries.push({ t: this.#t * 1000, op, device: 0, ...fields } as unknown as LedgerEntry);
  }
}
