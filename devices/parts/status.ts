/** Whether the device is there: told by itself at each connect, and by its will when it dies. */
import { definePart, type Part, type PartDevice, type PartMessage } from '../part.ts';

export interface StatusSeams {
  /** A connect attempt is about to be made: false leaves no will. */
  armWill?(device: string, attempt: number): boolean;
  /** A status is about to be published: false publishes it without keeping it. */
  retainStatus?(device: string, n: number): boolean;
}

/** So long a connection lasts, even where they come and go. */
const CONNECTED_MS = 5000;

export default definePart({
  kind: 'status',
  summary: 'publishes a retained status at each connect, and leaves a will',
  fits: (entry) => entry.will || entry.retainStatus,
  streams: [
    { name: 'status', way: 'up', schedule: { by: 'event', leastMs: CONNECTED_MS }, retained: true },
    { name: 'will', way: 'up', schedule: { by: 'attempt', leastMs: CONNECTED_MS }, counted: false },
  ],
  takes: (entry) => [...(entry.retainStatus ? ['status'] : []), ...(entry.will ? ['will'] : [])],
  seams: ['armWill', 'retainStatus'],
  start: (device) => new Status(device),
});

class Status implements Part {
  readonly #device: PartDevice;
  /** Times online so far; the number of the next status. */
  #onlines = 0;

  constructor(device: PartDevice) {
    this.#device = device;
  }

  will(attempt: number): PartMessage | null {
    const { entry, row } = this.#device;
    if (!entry.will) return null;
    const arms = this.#device.seam<StatusSeams['armWill']>('armWill');
    if (arms?.(row.id, attempt) === false) return null;
    return { stream: this.#device.code('will'), n: attempt, values: { state: 'offline' } };
  }

  online(): void {
    const n = this.#onlines++;
    const { entry, epoch, row } = this.#device;
    if (!entry.retainStatus) return;
    const values = { state: 'online', epoch, maker: row.identity.maker ?? '' };
    const retains = this.#device.seam<StatusSeams['retainStatus']>('retainStatus');
    const retain = retains?.(row.id, n) !== false;
    this.#device.send({ stream: this.#device.code('status'), n, values, retain });
  }
}
