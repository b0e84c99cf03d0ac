/**
 * Children that are CoAP servers: the gateway observes their resources, and a reading comes to it
 * as notifications, one of each resource. Datagrams get lost and overtake one another, and a child
 * that went down has forgotten who observed it; so the gateway takes what is newer than what it has
 * and nothing else, and registers anew once that has outlived its Max-Age. In real time it goes
 * over real sockets; in virtual time the same servers are modelled.
 */
import { type ParamValue, type ParamValues, streamKey, unitAt } from '#kernel';
import type { Letter, Parcel, Values } from '../../../freight.ts';
import { once } from '../../../part.ts';
import type { BusKind, LocalBus } from '../bus-kind.ts';
import { type BusSide, OVERWRITTEN } from '../bus-side.ts';
import { SEQUENCES } from '../coap/freshness.ts';
import { ModelledLine } from '../coap/modelled-line.ts';
import { ObservedChild, type Resource, type Watch } from '../coap/observed-child.ts';
import { payloadOf, readingOf } from '../coap/payload.ts';
import { resourceFlaws } from '../coap/resource-flaws.ts';
import { RESOURCE_PARAMS } from '../coap/resource-params.ts';
import type { CoapBus, CoapOptions, Notice } from '../lines/coap.ts';

const COAP = 'coap';
/** Why a reading was never heard: a newer one was there before. */
export const OUTDATED = 'outdated';
/** 2.05 Content. */
const CONTENT = 205;

export interface CoapSeams {
  /** True takes a notification that is older than what there is. */
  takesOlder?(gateway: string, child: string): boolean;
  /** False leaves a resource be that it had registered, however old what it has of it is. */
  registersAnew?(gateway: string, child: string): boolean;
}

const coap: BusKind = {
  word: COAP,
  about: 'CoAP servers, whose resources are observed.',
  asks: true,
  // Of a notification that was lost nobody knows, so no question tells of it.
  feels: ({ loss }) => loss === undefined,
  holds: false,
  isField: true,
  fields: RESOURCE_PARAMS,
  flaws: resourceFlaws,
  start: (side, own, bus) => new Observed(side, own, bus),
};

export default coap;

class Observed implements LocalBus {
  readonly #side: BusSide;
  readonly #line: CoapBus;
  readonly #resources: Readonly<Record<string, ParamValue>>;
  readonly #pollMs: number;
  readonly #latencyMs: number;
  readonly #timeoutMs: number;
  readonly #loss: number;
  readonly #late: { share: number; by: number };
  readonly #busyCode: number;
  readonly #key: number;
  readonly #children = new Map<number, ObservedChild>();
  #isOver = false;

  constructor(side: BusSide, own: ParamValues, { poll, latency }: ParamValues) {
    const { plan, row } = side.device;
    const { busy, late, loss, resources, timeout } = own;
    this.#side = side;
    this.#resources = resources as Readonly<Record<string, ParamValue>>;
    this.#pollMs = Number(poll);
    this.#latencyMs = Number(latency);
    this.#timeoutMs = Number(timeout);
    this.#loss = Number(loss);
    this.#late = (late as unknown as { share: number; by: number } | undefined) ?? NEVER_LATE;
    this.#busyCode = Number(String(busy).replace('.', ''));
    this.#key = streamKey(plan.seed, `device/${row.id}/air`);
    const options: CoapOptions = {
      resourcesOf: (child) =>
        this.#of(child).resources.map(({ path, confirmable, ...rest }) => {
          return { path, confirmable, maxAgeS: rest['max-age'] / 1000 };
        }),
      seqOf: (child) => this.#of(child).nextSeq(side.device.now()),
    };
    this.#line =
      side.device.fieldBus(COAP, options) ??
      new ModelledLine(options, (ms, action) => {
        once(side.device, side.device.now() + ms, action);
      });
  }

  /** Each child is looked after once in a while, at its own moment. */
  begin(): void {
    const { children, device } = this.#side;
    children.forEach((child, at) => {
      let round = 0;
      const firstAt = (this.#pollMs * at) / children.length;
      device.at(firstAt, {
        fire: () => {
          if (this.#isOver) return Number.POSITIVE_INFINITY;
          this.#turn(this.#of(child), round);
          round++;
          return firstAt + round * this.#pollMs;
        },
      });
    });
  }

  /** Who is observed says what it has at once; otherwise that waits until somebody registers. */
  offered(index: number): void {
    const side = this.#side;
    if (this.#isOver || !side.isRunning || !side.hears(index)) return;
    const child = this.#of(index);
    this.#meet(child);
    const observed = child.watches.filter(({ at }) => this.#line.isObserved(index, at));
    if (observed.length === 0) return;
    if (side.isBusy(index)) {
      for (const { at } of observed) this.#line.dismiss(index, at, this.#busyCode);
      return;
    }
    const reading = this.#load(child);
    if (reading === null) return;
    for (const watch of observed) this.#notify(child, watch, reading.n);
  }

  brought(letter: Letter): void {
    this.#side.deliver(letter);
  }

  forgot(): void {
    for (const child of this.#children.values()) this.#forget(child);
  }

  end(): void {
    if (!this.#isOver) for (const child of this.#children.values()) this.#takeLeave(child);
    this.#isOver = true;
    this.#line.end();
  }

  #turn(child: ObservedChild, round: number): void {
    const side = this.#side;
    // One that is off asks nobody, and knows nothing afterwards.
    if (!side.isRunning) return this.#forget(child);
    this.#meet(child);
    const now = side.device.now();
    const unanswered = child.watches.filter((watch) => watch.isUnanswered(now, this.#timeoutMs));
    for (const watch of unanswered) watch.settles();
    if (unanswered.length > 0) side.missed(child.index, round);
    for (const watch of child.watches) {
      if (watch.isDue(now) && this.#mayRegister(child, watch)) this.#register(child, watch, round);
    }
  }

  /** How it is with the child right now. */
  #meet(child: ObservedChild): void {
    const side = this.#side;
    const { index } = child;
    const epoch = side.epochOf(index);
    if (child.epoch !== epoch) {
      child.epoch = epoch;
      this.#line.boot(index);
    }
    this.#line.hush(index, !side.hears(index));
    this.#line.refuse(index, side.isBusy(index) ? this.#busyCode : null);
  }

  #register(child: ObservedChild, watch: Watch, round: number): void {
    const side = this.#side;
    const { index } = child;
    watch.asks(side.device.now());
    side.device.write('gateway/registered', { child: index, resource: watch.at, round });
    if (side.hears(index) && !side.isBusy(index)) this.#load(child);
    this.#line.observe(index, watch.at, (notice) => this.#heard(child, watch, notice, round));
  }

  /** The last of its readings is what its resources say; those before nobody will hear. */
  #load(child: ObservedChild): Parcel | null {
    const side = this.#side;
    const { index } = child;
    const parcels = side.fetch(index);
    const readings = parcels.filter((parcel) => side.isReading(parcel));
    const others = parcels.filter((parcel) => !side.isReading(parcel));
    if (others.length > 0) side.carry(index, others, this.#latencyMs, () => {});
    for (const parcel of readings.slice(0, -1)) side.giveUp(parcel, OVERWRITTEN);
    const reading = readings.at(-1) ?? null;
    if (reading === null) return null;
    const said = side.valuesOf(reading);
    const state = child.says(reading);
    const told = child.resources.map(({ signals }) => valuesOf(signals, said));
    this.#tell('gateway/latched', reading, Object.assign({}, ...told));
    told.forEach((values, at) => {
      this.#line.put(index, at, payloadOf(state, values));
    });
    return reading;
  }

  #notify(child: ObservedChild, { at }: Watch, n: number): void {
    const { index, watches } = child;
    const draw = (what: string): number =>
      unitAt(this.#keyOf(child, what), n * watches.length + at);
    const isLost = draw('loss') < this.#loss;
    const isLate = draw('late') < this.#late.share;
    const release = this.#line.notify(index, at, isLost ? 'lost' : isLate ? 'held' : 'arrives');
    const { device } = this.#side;
    if (release !== null) once(device, device.now() + this.#late.by, release);
  }

  #heard(child: ObservedChild, watch: Watch, notice: Notice, round: number): void {
    const side = this.#side;
    const { index } = child;
    const { answers, code, confirmable, payload, seq } = notice;
    if (this.#isOver || !side.isRunning) return;
    if (answers) watch.settles();
    if (code !== CONTENT || seq === null) {
      watch.ended();
      side.device.write('gateway/turned-down', { child: index, resource: watch.at, code });
      return side.carry(index, [], this.#latencyMs, () => side.answered(index, round));
    }
    const one = { seq, at: side.device.now() };
    const taken = answers || watch.isNews(one) || this.#takesOlder(child);
    const fields = { child: index, resource: watch.at, seq, answers, confirmable, taken };
    side.device.write('gateway/observed', fields);
    if (!taken) return;
    watch.took(one);
    const parcels = this.#read(child, watch, payload);
    side.carry(index, parcels, this.#latencyMs, () => side.answered(index, round));
  }

  /** The reading that is whole with what a resource says. */
  #read(child: ObservedChild, { at }: Watch, payload: Uint8Array): readonly Parcel[] {
    const side = this.#side;
    const reading = readingOf(payload);
    const whole = reading === null ? null : child.hears(at, reading);
    if (reading === null || whole === null) return [];
    if (!this.#takesOlder(child)) {
      for (const parcel of child.olderThan(reading.n)) side.giveUp(parcel, OUTDATED);
    }
    side.rewrite(whole.parcel, whole.values);
    this.#tell('gateway/decoded', whole.parcel, whole.values);
    return [whole.parcel];
  }

  #forget(child: ObservedChild): void {
    child.forgot();
    for (const { at } of child.watches) this.#line.forget(child.index, at);
  }

  #takeLeave({ index, watches }: ObservedChild): void {
    const { device, isRunning } = this.#side;
    for (const { at } of watches) {
      if (!isRunning || !this.#line.isObserved(index, at)) continue;
      device.write('gateway/deregistered', { child: index, resource: at });
    }
  }

  #tell(op: 'gateway/latched' | 'gateway/decoded', parcel: Parcel, values: Values): void {
    const { passenger: child, n } = parcel;
    this.#side.device.write(op, { child, n, values: JSON.stringify(values) });
  }

  #mayRegister({ index }: ObservedChild, { wasAnswered }: Watch): boolean {
    if (!wasAnswered) return true;
    const seam = this.#side.device.seam<CoapSeams['registersAnew']>('registersAnew');
    return seam?.(this.#side.device.row.id, this.#side.nameOf(index)) !== false;
  }

  #takesOlder({ index }: ObservedChild): boolean {
    const seam = this.#side.device.seam<CoapSeams['takesOlder']>('takesOlder');
    return seam?.(this.#side.device.row.id, this.#side.nameOf(index)) === true;
  }

  #keyOf({ index }: ObservedChild, what: string): number {
    return streamKey(this.#key, `${this.#side.nameOf(index)}/${what}`);
  }

  #of(index: number): ObservedChild {
    const known = this.#children.get(index);
    if (known !== undefined) return known;
    const { plan } = this.#side.device;
    const entry = plan.entries[plan.devices[index]?.entry ?? -1]?.id ?? '';
    const resources = (this.#resources[entry] ?? []) as unknown as readonly Resource[];
    const key = streamKey(this.#key, `${this.#side.nameOf(index)}/clock`);
    const child = new ObservedChild(index, resources, Math.floor(unitAt(key, 0) * SEQUENCES));
    this.#children.set(index, child);
    return child;
  }
}

const NEVER_LATE = { share: 0, by: 0 };

function valuesOf(signals: readonly string[], said: Values): Record<string, number> {
  return Object.fromEntries(
    signals.map((signal) => {
      const value = Number(said[signal] ?? 0);
      return [signal, Number.isFinite(value) ? value : 0];
    }),
  );
}
