/** Whether the device is there: told by itself at each connect, and by its will when it dies. */
import { definePart, type Part, type PartDevice, type PartMessage } from '../part.ts';

export default definePart({
  kind: 'status',
  summary: 'publishes a retained status at each connect, and leaves a will',
  fits: (entry) => entry.will || entry.retainStatus,
  streams: [
    { name: 'status', way: 'up', schedule: { by: 'event' }, retained: true },
    { name: 'will', way: 'up', schedule: { by: 'attempt' }, counted: false },
  ],
  takes: (entry) => [...(entry.retainStatus ? ['status'] : []), ...(entry.will ? ['will'] : [])],
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
    if (!this.#device.entry.will) return null;
    return { stream: this.#device.code('will'), n: attempt, values: { state: 'offline' } };
  }

  online(): void {
    const n = this.#onlines++;
    const { entry, epoch, row } = this.#device;
    if (!entry.retainStatus) return;
    const values = { state: 'online', epoch, maker: row.identity.maker ?? '' };
    this.#device.send({ stream: this.#device.code('status'), n, values, retain: true });
  }
}
