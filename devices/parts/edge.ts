/**
 * Control at the edge: a gateway hears what its children measure and switches what they can do, on
 * its local side, whether or not anybody is there to ask. How it is set comes from afar and is kept
 * in flash, so that one that comes up without an uplink goes on as it last was. What it heard and
 * what it made of it is written down as its truth.
 */
import { EDGE_OPS, isMap, type ParamValues, streamOf } from '#kernel';
import type { Heard } from '../freight.ts';
import { definePart, type Inbound, type Part, type PartDevice, rewordedFlaws } from '../part.ts';
import { loopFlaws } from './edge/flaws.ts';
import { WAYS, type Way, wantedAt } from './edge/hysteresis.ts';
import { BOUNDS, type Settings, settingsOf, settingsWith } from './edge/settings.ts';

export interface EdgeSeams {
  /** It is about to switch something: false leaves it for when there is an uplink. */
  switchAlone?(gateway: string, isOnline: boolean): boolean;
  /** It has come up: false finds nothing in its flash. */
  readSettings?(gateway: string, isFactory: boolean): boolean;
}

/** What a child said last, and whether what it can do was on, where it says that. */
interface Reading {
  readonly n: number;
  readonly at: number;
  readonly value: number;
  readonly isOn: boolean | null;
}

interface Order {
  readonly at: number;
  readonly isOn: boolean;
}

const SETTING = 'edge-setting';

export default definePart({
  kind: 'edge',
  summary: 'keeps a signal of its children at a set-point, with or without an uplink',
  params: {
    reads: { kind: 'text', about: 'Signal of its children that it keeps.' },
    switches: {
      kind: 'text',
      about:
        'Command of its children by which it does: 1 is on, 0 is off. Where they measure a ' +
        'signal of that name, that says whether it is on.',
    },
    way: { kind: 'choice', about: 'What that does to the signal.', of: WAYS, default: 'heats' },
    setpoint: {
      kind: 'number',
      about: 'Where it keeps the signal, as it left the factory.',
      min: BOUNDS.setpoint.low,
      max: BOUNDS.setpoint.high,
    },
    hysteresis: {
      kind: 'number',
      about: 'How far apart it switches on and off, as it left the factory.',
      default: 1,
      min: BOUNDS.hysteresis.low,
      max: BOUNDS.hysteresis.high,
    },
    low: {
      kind: 'number',
      about: 'It can be set no lower.',
      optional: true,
      min: BOUNDS.setpoint.low,
      max: BOUNDS.setpoint.high,
    },
    high: {
      kind: 'number',
      about: 'It can be set no higher.',
      optional: true,
      min: BOUNDS.setpoint.low,
      max: BOUNDS.setpoint.high,
    },
    reaction: {
      kind: 'duration',
      about: 'Within which it switches once a reading demands it.',
      default: '500ms',
      min: '10ms',
    },
    stale: {
      kind: 'duration',
      about: 'A reading that is older than that says nothing any more.',
      default: '5s',
      min: '10ms',
    },
    memory: {
      kind: 'choice',
      about: 'Where its settings are kept: flash outlives a loss of power, ram does not.',
      of: ['flash', 'ram'],
      default: 'flash',
    },
  },
  flaws: (params, children) => [
    ...rewordedFlaws(children, () => [], 'the loop reads values alone'),
    ...loopFlaws(params, children),
  ],
  settings: settingsOf,
  streams: [
    // Nobody is set until a workflow lays out the rounds.
    {
      name: SETTING,
      way: 'down',
      noun: 'setting',
      schedule: { by: 'rounds', firstAt: 0, everyMs: 0, devices: [] },
    },
  ],
  ops: EDGE_OPS,
  seams: ['switchAlone', 'readSettings'],
  start: (device) => new Edge(device),
});

class Edge implements Part {
  readonly #device: PartDevice;
  readonly #params: ParamValues;
  readonly #factory: Settings;
  #settings: Settings;
  /** Number of the next message that may set it: what is older comes too late. */
  #next = 0;
  /** By child; as little outlives a loss of power as anything in RAM. */
  readonly #readings = new Map<number, Reading>();
  readonly #orders = new Map<number, Order>();

  constructor(device: PartDevice) {
    this.#device = device;
    this.#params = device.paramsOf('edge');
    const { setpoint, hysteresis } = this.#params;
    this.#factory = { setpoint: Number(setpoint), hysteresis: Number(hysteresis) };
    this.#settings = this.#factory;
  }

  booted(): void {
    this.#readings.clear();
    this.#orders.clear();
    if (!this.#keepsSettings()) {
      this.#settings = this.#factory;
      this.#next = 0;
    }
    this.#write('boot');
  }

  heard({ passenger, stream, n, intended, values }: Heard): void {
    if (streamOf(this.#device.plan, stream)?.schedule.by !== 'sampling') return;
    const value = values[String(this.#params.reads)];
    if (typeof value !== 'number' || !Number.isFinite(value)) return;
    // A reading that comes again, or by a detour, says nothing new.
    if (n <= (this.#readings.get(passenger)?.n ?? -1)) return;
    const said = values[String(this.#params.switches)];
    const isOn = typeof said === 'number' ? said > 0 : null;
    this.#device.write('edge/read', {
      child: passenger,
      n,
      value: String(value),
      on: isOn === null ? '' : String(isOn),
    });
    this.#readings.set(passenger, { n, at: intended, value, isOn });
    this.#control(passenger);
  }

  inbox({ stream, n, values }: Inbound): void {
    if (stream !== SETTING || n < this.#next) return;
    const given = isMap(values) ? values : {};
    const settings = settingsWith(this.#settings, given, settingsOf(this.#params));
    this.#next = n + 1;
    if (settings === null) return this.#write('refused');
    this.#make(settings, 'taken over');
  }

  setting(name: string): number {
    return this.#settings[name as keyof Settings];
  }

  set(name: string, value: number): void {
    this.#make({ ...this.#settings, [name]: value }, 'set');
  }

  #make(settings: Settings, why: string): void {
    this.#settings = settings;
    this.#write(why);
    for (const child of this.#readings.keys()) this.#control(child);
  }

  #keepsSettings(): boolean {
    if (this.#params.memory === 'ram') return false;
    const isFactory = this.#settings === this.#factory;
    const seam = this.#device.seam<EdgeSeams['readSettings']>('readSettings');
    return seam?.(this.#device.row.id, isFactory) !== false;
  }

  /** Switches what the child can do, where its last reading demands it. */
  #control(child: number): void {
    const device = this.#device;
    const { freight } = device;
    const reading = this.#readings.get(child);
    if (freight === null || reading === undefined || this.#isStale(reading)) return;
    const wanted = wantedAt(reading.value, this.#settings, this.#params.way as Way);
    if (wanted === null || wanted === this.#isOn(child, reading)) return;
    const seam = device.seam<EdgeSeams['switchAlone']>('switchAlone');
    if (seam?.(device.row.id, device.isOnline) === false) return;
    const done = freight.order(child, String(this.#params.switches), wanted ? 1 : 0);
    if (done) this.#orders.set(child, { at: device.now(), isOn: wanted });
    const settings = JSON.stringify(this.#settings);
    device.write('edge/switched', { child, n: reading.n, on: wanted, done, settings });
  }

  #isStale({ at }: Reading): boolean {
    return this.#device.now() - at > Number(this.#params.stale);
  }

  /** By its last order, unless the child has said otherwise since; null where nobody knows. */
  #isOn(child: number, { at, isOn }: Reading): boolean | null {
    const order = this.#orders.get(child);
    if (order === undefined) return isOn;
    return isOn === null || at <= order.at ? order.isOn : isOn;
  }

  #write(why: string): void {
    this.#device.write('edge/set', { settings: JSON.stringify(this.#settings), why });
  }
}
