/**
 * A device that says by its own clock from when each of its readings is. The clock may be wrong: a
 * fault steps it, and puts it right when that is over, as a time server would.
 */
import { OWN_TIME_OPS, type PartTrouble, STAMP } from '#kernel';
import { definePart, type Part, type PartDevice, type PartMessage } from '../part.ts';

export interface OwnTimeSeams {
  /** A clock is put right: false leaves it as it was. */
  putRight?(device: string): boolean;
  /** A reading is said with this time, and not with that of the clock. */
  bears?(device: string, stamp: number, of: number): number;
}

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
  ails: (_, { clockMs }) => clockMs !== undefined,
  seams: ['putRight', 'bears'],
  start: (device) => new OwnTime(device),
});

class OwnTime implements Part {
  readonly #device: PartDevice;
  /** By fault. */
  readonly #steps = new Map<string, number>();
  /** By a bug, what it was not put right by. */
  #leftMs = 0;

  constructor(device: PartDevice) {
    this.#device = device;
  }

  rewords({ n, intended, values }: PartMessage): PartMessage['values'] {
    const of = Math.round(intended ?? this.#device.now());
    const stamp = Math.max(0, of + this.#aheadMs + this.#leftMs);
    this.#device.write('own-time/said', { n, of, stamp });
    const bears = this.#device.seam<OwnTimeSeams['bears']>('bears');
    return { ...values, [STAMP]: bears?.(this.#device.row.id, stamp, of) ?? stamp };
  }

  ailed(fault: string, { clockMs }: PartTrouble): void {
    if (clockMs === undefined) return;
    this.#steps.set(fault, clockMs);
    this.#tell(fault);
  }

  eased(fault: string): void {
    const step = this.#steps.get(fault);
    if (step === undefined) return;
    const seam = this.#device.seam<OwnTimeSeams['putRight']>('putRight');
    if (seam?.(this.#device.row.id) === false) this.#leftMs += step;
    this.#steps.delete(fault);
    this.#tell(fault);
  }

  get #aheadMs(): number {
    const own = Number(this.#device.paramsOf('own-time').ahead);
    return [...this.#steps.values()].reduce((sum, step) => sum + step, own);
  }

  #tell(fault: string): void {
    this.#device.write('own-time/stepped', { fault, ahead: this.#aheadMs });
  }
}
