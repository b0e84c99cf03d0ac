/**
 * The sensors of a device, which may lie: a fault has one say the same all the time, or always so
 * much more. What is measured stays as it is, and so does the physics; all that the device does and
 * says goes by the lie. Both are written down.
 */
import { type PartTrouble, SENSORS_OPS } from '#kernel';
import { definePart, type Part, type PartDevice, type PartMessage } from '../part.ts';

export interface SensorsSeams {
  /** A sensor that lied is put right: false lets it go on. */
  readsRight?(device: string): boolean;
}

type Lie = NonNullable<PartTrouble['sensor']>;

export default definePart({
  kind: 'sensors',
  summary: 'has sensors that a fault can make lie, and writes down what they should have said',
  ops: SENSORS_OPS,
  ails: (_, { sensor }) => sensor !== undefined,
  seams: ['readsRight'],
  start: (device) => new Sensors(device),
});

class Sensors implements Part {
  readonly #device: PartDevice;
  /** By fault; a stuck one with what it is stuck at, once that is known. */
  readonly #lies = new Map<string, Lie>();
  /** What was said last, by signal. */
  readonly #last = new Map<string, number>();

  constructor(device: PartDevice) {
    this.#device = device;
  }

  senses({ n, values }: PartMessage): PartMessage['values'] {
    const said: Record<string, unknown> = { ...values };
    for (const [name, value] of Object.entries(values)) {
      if (typeof value !== 'number') continue;
      const lie = this.#saying(name, value);
      said[name] = lie;
      this.#last.set(name, lie);
    }
    this.#device.write('sensors/said', { n, was: textOf(values), said: textOf(said) });
    return said as PartMessage['values'];
  }

  ailed(fault: string, { sensor }: PartTrouble): void {
    if (sensor === undefined) return;
    const { signal, does } = sensor;
    const by = does === 'stuck' ? (sensor.by ?? this.#last.get(signal) ?? null) : sensor.by;
    this.#lies.set(fault, { ...sensor, by });
    const told = sensor.by === null ? '' : String(sensor.by);
    this.#device.write('sensors/lying', { fault, signal, does, by: told });
  }

  eased(fault: string): void {
    if (!this.#lies.has(fault)) return;
    const seam = this.#device.seam<SensorsSeams['readsRight']>('readsRight');
    if (seam?.(this.#device.row.id) !== false) this.#lies.delete(fault);
    this.#device.write('sensors/honest', { fault });
  }

  /** What is added comes first: a stuck sensor says nothing else. */
  #saying(name: string, value: number): number {
    let said = value;
    for (const { signal, does, by } of this.#lies.values()) {
      if (signal === name && does === 'offset') said += by ?? 0;
    }
    said = said === value ? value : Math.round(said * 1e6) / 1e6;
    for (const [fault, lie] of this.#lies) {
      if (lie.signal !== name || lie.does !== 'stuck') continue;
      // Before the first reading there is nothing to be stuck at but that.
      if (lie.by === null) this.#lies.set(fault, { ...lie, by: said });
      said = lie.by ?? said;
    }
    return said;
  }
}

/** Its numbers. */
const textOf = (values: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(values).filter(([, one]) => typeof one === 'number')),
  );
