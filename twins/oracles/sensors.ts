/**
 * What the sensors of devices should have said: what there was, but for what a fault has one say
 * meanwhile.
 */
import type { LedgerEntry } from '#kernel';
import { defineOracle, type OracleFold } from './oracle.ts';

declare module './oracle.ts' {
  interface Oracles {
    sensors: SensorsOracle;
  }
}

export default defineOracle({
  kind: 'sensors',
  summary: 'what the sensors of devices should have said',
  scope: 'lane',
  ops: ['sensors/lying', 'sensors/honest', 'sensors/said'],
  start: () => new SensorsOracle(),
});

export interface Misread {
  t: number;
  n: number;
  signal: string;
  said: number | undefined;
  expected: number;
}

export interface SensorsStory {
  readings: number;
  /** Of those, in which a fault has a sensor lie. */
  lying: number;
  /** Nobody can say whether they are so: they, or what a sensor is stuck at, cannot be read. */
  unread: number;
  misread: readonly Misread[];
}

interface Lie {
  fault: string;
  signal: string;
  does: string;
  /** Null for what is said first. */
  by: number | null;
  /** What was said last before it cannot be read. */
  isLost: boolean;
}

interface Sensors {
  lies: Lie[];
  last: Readonly<Record<string, number>>;
  /** Some of what it said cannot be read. */
  hasLost: boolean;
  story: { readings: number; lying: number; unread: number; misread: Misread[] };
}

/** Two ways to add may differ by so much. */
const TREMBLE = 1e-5;

export class SensorsOracle implements OracleFold {
  readonly #devices = new Map<number, Sensors>();

  step(entry: LedgerEntry): void {
    const sensors = this.#of(entry.device);
    const fields = entry as unknown as Readonly<Record<string, string>>;
    switch (entry.op as string) {
      case 'sensors/lying': {
        const { fault = '', signal = '', does = '', by = '' } = fields;
        const known = by === '' ? (sensors.last[signal] ?? null) : Number(by);
        const isLost = known === null && sensors.hasLost;
        sensors.lies.push({ fault, signal, does, by: known, isLost });
        break;
      }
      case 'sensors/honest':
        sensors.lies = sensors.lies.filter(({ fault }) => fault !== fields.fault);
        break;
      default:
        heard(sensors, entry.t, entry as unknown as Said);
    }
  }

  /** Null of a device whose sensors nobody can make lie. */
  of(device: number): SensorsStory | null {
    return this.#devices.get(device)?.story ?? null;
  }

  #of(device: number): Sensors {
    const sensors = this.#devices.get(device) ?? {
      ...{ lies: [], last: {}, hasLost: false },
      story: { readings: 0, lying: 0, unread: 0, misread: [] },
    };
    this.#devices.set(device, sensors);
    return sensors;
  }
}

interface Said {
  n: number;
  was: string;
  said: string;
}

function heard(sensors: Sensors, t: number, { n, was, said: text }: Said): void {
  const [there, said] = [numbersIn(was), numbersIn(text)];
  if (said === null) lost(sensors);
  if (there === null || said === null || sensors.lies.some(({ isLost }) => isLost)) {
    sensors.story.unread++;
    if (said !== null) sensors.last = { ...sensors.last, ...said };
    return;
  }
  sensors.story.readings++;
  if (sensors.lies.some(({ signal }) => there[signal] !== undefined)) sensors.story.lying++;
  for (const [signal, value] of Object.entries(there)) {
    const expected = expectedOf(signal, value, sensors.lies);
    const own = said[signal];
    if (own !== undefined && Math.abs(own - expected) <= TREMBLE) continue;
    sensors.story.misread.push({ t, n, signal, said: own, expected });
  }
  // One that had said nothing before is stuck at the first that it says.
  for (const lie of sensors.lies) lie.by ??= said[lie.signal] ?? null;
  // What a reading leaves out was said by one before it.
  sensors.last = { ...sensors.last, ...said };
}

/** Of no signal it is known what was said last. */
function lost(sensors: Sensors): void {
  sensors.last = {};
  sensors.hasLost = true;
  for (const lie of sensors.lies) lie.isLost ||= lie.by === null;
}

function expectedOf(signal: string, value: number, lies: readonly Lie[]): number {
  const own = lies.filter((one) => one.signal === signal);
  const stuck = own.findLast(({ does, by }) => does === 'stuck' && by !== null);
  if (stuck !== undefined) return Number(stuck.by);
  const more = own.filter(({ does }) => does === 'offset').map(({ by }) => by ?? 0);
  return more.reduce((sum, one) => sum + one, value);
}

/** Null for what cannot be read, as it was too long for the ledger. */
function numbersIn(text: string): Record<string, number> | null {
  try {
    const values: unknown = JSON.parse(text);
    if (typeof values !== 'object' || values === null) return null;
    return Object.fromEntries(Object.entries(values).filter(([, one]) => typeof one === 'number'));
  } catch {
    return null;
  }
}
