/** A line on which answers take their time: what is read then, and by whom. */
import { expect, it } from 'vitest';
import { BENCH_MODEL, BenchDevice } from '../../../duties/bench-device.ts';
import gateway from '../../gateway.ts';
import type { ModbusAnswer, ModbusBus } from '../lines/modbus.ts';

const CHILD = 1;
const POLL_MS = 1000;
const BESIDE = [{ name: 'telemetry', way: 'up', schedule: { by: 'sampling' } }] as const;
const maps = { kids: [{ signal: 'level', address: 0, type: 'uint16', scale: 1, offset: 0 }] };

/** Its devices answer when the test says so, with what lay there when it was served. */
class Line implements ModbusBus {
  readonly #images = new Map<number, ReadonlyMap<number, number>>();
  #open: { unit: number; answered: (answer: ModbusAnswer) => void } | null = null;
  #served: ModbusAnswer = { kind: 'silence' };

  put(unit: number, image: ReadonlyMap<number, number>): void {
    this.#images.set(unit, image);
  }

  hush(): void {}
  refuse(): void {}
  end(): void {}

  ask(unit: number, _: number, __: number, answered: (answer: ModbusAnswer) => void): void {
    if (unit !== 1) return;
    if (this.#open !== null) return answered({ kind: 'silence' });
    this.#open = { unit, answered };
  }

  serve(): void {
    const words = [...(this.#images.get(this.#open?.unit ?? -1)?.values() ?? [])];
    this.#served = { kind: 'words', words };
  }

  answer(): void {
    const open = this.#open;
    this.#open = null;
    open?.answered(this.#served);
  }
}

interface Told {
  op: string;
  n: number;
  values: unknown;
}

function gate(line: Line) {
  const told: Told[] = [];
  class Device extends BenchDevice {
    override fieldBus(): ModbusBus {
      return line;
    }

    override write(op: string, { n = -1, values = null }: Readonly<Record<string, unknown>>): void {
      if (typeof values === 'string') told.push({ op, n: Number(n), values: JSON.parse(values) });
      else this.deeds.push(op);
    }
  }
  const buffer = { messages: 100, bytes: 100_000, drop: 'oldest', priorities: {}, memory: 'ram' };
  const modbus = { maps, words: 'high-first', table: 'holding', timeout: 5000 };
  const bus = { misses: 3, poll: POLL_MS, latency: 0, loss: 0, modbus };
  const device = new Device(gateway, BENCH_MODEL, { ...buffer, bus } as never, BESIDE);
  const [entry] = device.plan.entries;
  const entries = [entry, { ...entry, id: 'kids' }];
  const devices = [device.row, { ...device.row, entry: 1 }, { ...device.row, entry: 1 }];
  Object.assign(device.plan, { entries, devices });
  device.call('begin');
  device.isPowered = true;
  device.call('booted', 1, 'power-on');
  const says = (): void => device.freight.has(CHILD, 1, device.now(), 1);
  return { device, told, says };
}

const of = (told: readonly Told[], which: string) => told.filter(({ op }) => op === which);

it('reads what lay there when it was asked, whatever the child has meanwhile', () => {
  const line = new Line();
  const { device, told, says } = gate(line);
  says();
  device.pass(POLL_MS / 2);
  line.serve();
  // The answer is on its way when the child has its next reading, and its turn comes.
  says();
  device.pass(POLL_MS);
  line.answer();
  const [meant] = of(told, 'gateway/latched');
  expect(of(told, 'gateway/decoded')).toEqual([{ ...meant, op: 'gateway/decoded' }]);
  device.pass(POLL_MS);
  line.serve();
  line.answer();
  expect(of(told, 'gateway/decoded').map(({ n }) => n)).toEqual([0, 1]);
  expect(device.deeds.filter((deed) => deed.startsWith('give up'))).toEqual([]);
});

it('hears nothing of what it asked before it lost its memory', () => {
  const line = new Line();
  const { device, says } = gate(line);
  says();
  device.pass(POLL_MS / 2);
  line.serve();
  device.isPowered = false;
  device.freight.forget();
  device.call('forgot', 'power-cut');
  line.answer();
  expect(device.deeds.filter((deed) => deed.startsWith('gateway/'))).toEqual([]);
  device.isPowered = true;
  device.call('booted', 2, 'power-on');
  device.pass(POLL_MS);
  line.serve();
  line.answer();
  expect(device.deeds).toContain('gateway/took');
});
