/** How the machines of devices fare that go wrong some time: until then they are as any other. */
import type { LedgerEntry } from '#kernel';
import { defineOracle, type OracleFold } from './oracle.ts';

declare module './oracle.ts' {
  interface Oracles {
    machine: MachineOracle;
  }
}

export default defineOracle({
  kind: 'machine',
  summary: 'whether machines are in good order until something ails them',
  scope: 'lane',
  ops: ['machine/ill', 'machine/measured'],
  start: () => new MachineOracle(),
});

export interface MachineStory {
  /** Readings from before anything ailed it. */
  before: number;
  /** Of those, the ones of which it was in another state all the same. */
  early: { t: number; n: number }[];
  /** Readings since, and those of another state. */
  since: number;
  otherwise: number;
}

export class MachineOracle implements OracleFold {
  readonly #devices = new Map<number, MachineStory & { isIll: boolean }>();

  step(entry: LedgerEntry): void {
    const { device, t } = entry;
    const story = this.#devices.get(device) ?? {
      ...{ before: 0, early: [], since: 0, otherwise: 0, isIll: false },
    };
    this.#devices.set(device, story);
    if ((entry.op as string) === 'machine/ill') {
      story.isIll = true;
      return;
    }
    const { n, differs } = entry as unknown as { n: number; differs: boolean };
    if (story.isIll) {
      story.since++;
      if (differs) story.otherwise++;
    } else {
      story.before++;
      if (differs) story.early.push({ t, n });
    }
  }

  /** Null of a device that never goes wrong. */
  of(device: number): MachineStory | null {
    return this.#devices.get(device) ?? null;
  }
}
