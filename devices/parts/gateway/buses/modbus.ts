/**
 * Children that are Modbus devices: a reading lies in registers, and what the gateway sends on is
 * what it read there, by a map of the scenario. A device keeps its last reading and no more. In
 * real time the registers are those of a Modbus TCP server and the gateway asks it by a client; in
 * virtual time the same words go from hand to hand.
 */
import type { DeclaredOp, ParamValue, ParamValues } from '#kernel';
import type { Parcel, Values } from '../../../freight.ts';
import type { BusKind } from '../bus-kind.ts';
import { type BusSide, OVERWRITTEN } from '../bus-side.ts';
import type { ModbusAnswer, ModbusBus } from '../lines/modbus.ts';
import { mapFlaws } from '../register-map.ts';
import {
  imageOf,
  REGISTER_TYPES,
  type Register,
  readingOf,
  spanOf,
  type WordOrder,
} from '../registers.ts';
import { Polled, type Reader } from './polled.ts';

const MODBUS = 'modbus';
/** What a busy device answers. */
const BUSY = 6;

const modbus: BusKind = {
  word: MODBUS,
  about: 'Modbus devices, each with registers of its own.',
  asks: true,
  noLine: 'its children are registers that are read and no more',
  holds: false,
  isField: true,
  fields: {
    maps: {
      kind: 'map',
      about: 'By the fleet entry of the children, where each signal lies.',
      of: {
        kind: 'list',
        about: 'The registers of one device.',
        min: 1,
        of: {
          kind: 'record',
          about: 'One value.',
          fields: {
            signal: { kind: 'text', about: 'The signal of the model that lies here.' },
            address: {
              kind: 'integer',
              about: 'Of its first register, from 0.',
              min: 0,
              max: 65_535,
            },
            type: {
              kind: 'choice',
              about: 'How it lies there: in one register or in two.',
              of: REGISTER_TYPES,
              default: 'int16',
            },
            scale: {
              kind: 'number',
              about: 'Value = what lies there × scale + offset.',
              default: 1,
            },
            offset: { kind: 'number', about: 'See scale.', default: 0 },
          },
        },
      },
    },
    words: {
      kind: 'choice',
      about: 'Which word of two lies at the lower address.',
      of: ['high-first', 'low-first'],
      default: 'high-first',
    },
    table: {
      kind: 'choice',
      about: 'Which registers are read: holding (function 3) or input (function 4).',
      of: ['holding', 'input'],
      default: 'holding',
    },
    timeout: {
      kind: 'duration',
      about: 'How long the gateway waits for one device before it asks the next.',
      default: '300ms',
      min: '10ms',
    },
  },
  flaws: mapFlaws,
  start: (side, own, bus) => new Polled(side, bus, new Registers(side, own, Number(bus.latency))),
};

export default modbus;

/** A device on the line. */
interface Unit {
  id: number;
  map: readonly Register[];
  span: { from: number; count: number };
  /** The reading that lies in its registers and was not heard; null where none does. */
  latched: Parcel | null;
  /** What lies there, for whoever asks without a line. */
  image: ReadonlyMap<number, number>;
  /** A question is open: what is read then must be what lay there, so nothing new is put there. */
  isAsked: boolean;
}

class Registers implements Reader {
  readonly #side: BusSide;
  readonly #latencyMs: number;
  readonly #order: WordOrder;
  readonly #maps: Readonly<Record<string, ParamValue>>;
  readonly #units = new Map<number, Unit>();
  readonly #line: ModbusBus | null;

  constructor(side: BusSide, { maps, words, table, timeout }: ParamValues, latencyMs: number) {
    this.#side = side;
    this.#latencyMs = latencyMs;
    this.#order = words === 'low-first' ? 'low-first' : 'high-first';
    this.#maps = maps as Readonly<Record<string, ParamValue>>;
    const options = {
      table: table === 'input' ? 'input' : 'holding',
      timeoutMs: Number(timeout),
    } as const;
    this.#line = side.device.fieldBus(MODBUS, options);
  }

  read(child: number, parcels: readonly Parcel[], heard: () => void): void {
    const unit = this.#unitOf(child);
    const others = parcels.filter((parcel) => !this.#side.isReading(parcel));
    for (const parcel of parcels) if (this.#side.isReading(parcel)) this.#latch(unit, parcel);
    const isAwaited = this.#side.awaits(others);
    this.#ask(child, unit, (answer) => {
      if (!isAwaited()) return;
      if (answer.kind === 'silence') return this.#side.carry(child, others, 0, () => {});
      const { latched } = unit;
      const isRead = answer.kind === 'words' && latched !== null;
      if (isRead) {
        unit.latched = null;
        const { map, span } = unit;
        const order = this.#side.wordOrder(this.#order);
        const reading = readingOf(answer.words, span.from, map, order);
        this.#side.rewrite(latched, reading);
        this.#tell('gateway/decoded', latched, reading);
      }
      const all = isRead ? [...others, latched] : others;
      this.#side.carry(child, all, this.#latencyMs, () => {
        heard();
        if (answer.kind === 'exception') this.#side.refused(child, answer.code);
      });
    });
  }

  /** The question goes out all the same, and nobody answers it. */
  readInVain(child: number): void {
    const unit = this.#unitOf(child);
    this.#line?.hush(unit.id, true);
    this.#askLine(unit, () => {});
  }

  isAsked(child: number): boolean {
    return this.#unitOf(child).isAsked;
  }

  end(): void {
    this.#line?.end();
  }

  /** The reading before is gone with it. */
  #latch(unit: Unit, parcel: Parcel): void {
    if (unit.latched !== null) this.#side.giveUp(unit.latched, OVERWRITTEN);
    unit.latched = parcel;
    const values = this.#side.valuesOf(parcel);
    const own = unit.map.map(({ signal }) => [signal, Number(values[signal] ?? 0)]);
    this.#tell('gateway/latched', parcel, Object.fromEntries(own));
    unit.image = imageOf(values, unit.map, this.#order);
    this.#line?.put(unit.id, unit.image);
  }

  #tell(op: DeclaredOp, { passenger: child, n }: Parcel, values: Values): void {
    this.#side.device.write(op, { child, n, values: JSON.stringify(values) });
  }

  #ask(child: number, unit: Unit, answered: (answer: ModbusAnswer) => void): void {
    const { id, image, span } = unit;
    const code = this.#side.isBusy(child) ? BUSY : null;
    if (this.#line !== null) {
      this.#line.hush(id, false);
      this.#line.refuse(id, code);
      return this.#askLine(unit, answered);
    }
    if (code !== null) return answered({ kind: 'exception', code });
    const words = Array.from({ length: span.count }, (_, at) => image.get(span.from + at) ?? 0);
    answered({ kind: 'words', words });
  }

  #askLine(unit: Unit, answered: (answer: ModbusAnswer) => void): void {
    if (this.#line === null) return;
    const { id, span } = unit;
    unit.isAsked = true;
    this.#line.ask(id, span.from, span.count, (answer) => {
      unit.isAsked = false;
      answered(answer);
    });
  }

  #unitOf(child: number): Unit {
    const known = this.#units.get(child);
    if (known !== undefined) return known;
    const { plan } = this.#side.device;
    const entry = plan.entries[plan.devices[child]?.entry ?? -1]?.id ?? '';
    const map = (this.#maps[entry] ?? []) as unknown as readonly Register[];
    const id = 1 + this.#side.children.indexOf(child);
    const image = map.length === 0 ? new Map<number, number>() : imageOf({}, map, this.#order);
    const span = map.length === 0 ? { from: 0, count: 1 } : spanOf(map);
    const unit = { id, map, span, latched: null, image, isAsked: false };
    this.#units.set(child, unit);
    this.#line?.put(id, image);
    return unit;
  }
}
