/**
 * A device that says by its own clock from when each of its readings is. The clock may be wrong: a
 * fault steps it, and puts it right when that is over, as a time server would.
 */
import { OWN_TIME_OPS, type PartTrouble, STAMP } from '#kernel';
import { definePart, type Part, type PartDevice, type PartMessage } from '../part.ts';

export default definePart({
  kind: 'own-time',
  summary: 'says by its own clock from when each reading is',
  params: {
    ahead: {
      kind: 'duration',
      about: 'By how much its clock is ahead of the time all along.',
      default: '0s',
    },
  },
  adds: [STAMP],
  ops: OWN_TIME_OPS,
  ails: () => true,
  start: (device) => new OwnTime(device),
});

class OwnTime implements Part {
  readonly #device: PartDevice;
  /** By fault. */
  readonly #steps = new Map<string, number>();

  constructor(device: PartDevice) {
    this.#device = device;
  }

  rewords({ intended, values }: PartMessage): PartMessage['values'] {
    const now = intended ?? this.#device.now();
    return { ...values, [STAMP]: Math.max(0, Math.round(now) + this.#aheadMs) };
  }

  ailed(fault: string, { clockMs }: PartTrouble): void {
    if (clockMs === undefined) return;
    this.#steps.set(fault, clockMs);
    this.#tell(fault);
  }

  eased(fault: string): void {
    if (this.#steps.delete(fault)) this.#tell(fault);
  }

  get #aheadMs(): number {
    const own = Number(this.#device.paramsOf('own-time').ahead);
    return [...this.#steps.values()].reduce((sum, step) => sum + step, own);
  }

  #tell(fault: string): void {
    this.#device.write('own-time/stepped', { fault, ahead: this.#aheadMs });
  }
}
