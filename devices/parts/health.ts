/**
 * Health with consequences: bad radio stalls the link, a leaking heap ends in a reset by the
 * watchdog, an empty battery is the end. The figures are the body's; here they act.
 */
import type { Cancel } from '#kernel';
import { definePart, once, type Part, type PartDevice } from '../part.ts';

export default definePart({
  kind: 'health',
  summary: 'lets radio, heap and battery have consequences',
  fits: (entry) => entry.health === 'real',
  start: (device) => new Ailments(device),
});

class Ailments implements Part {
  readonly #device: PartDevice;
  #heap: Cancel | null = null;

  constructor(device: PartDevice) {
    this.#device = device;
  }

  begin(): void {
    const { body, row, samplingEnd } = this.#device;
    this.#nextStall(row.bootAt);
    const empty = body.health.batteryEmptyAt();
    if (empty === null || empty > samplingEnd) return;
    once(this.#device, empty, () => this.#device.tell({ type: 'BATTERY_EMPTY' }));
  }

  /** The heap leaks from every boot on. */
  booted(): void {
    this.#heap?.();
    const { body, samplingEnd } = this.#device;
    const at = body.health.heapExhaustedAt(this.#device.now());
    if (at === null || at > samplingEnd) return;
    this.#heap = once(this.#device, at, () => this.#device.tell({ type: 'HEAP_EXHAUSTED' }));
  }

  #nextStall(after: number): void {
    const device = this.#device;
    const stall = device.body.health.nextStall(after);
    if (stall === null || stall.from > device.samplingEnd) return;
    once(device, stall.from, () => {
      device.stall(stall.to);
      this.#nextStall(stall.to);
    });
  }
}
