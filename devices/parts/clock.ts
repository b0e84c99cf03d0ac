/**
 * A gateway that says when it took each reading in, for children that know no time. Its clock has
 * no battery: whenever it comes up it knows how long it has been up, and no more, until it has been
 * connected for a moment. What it takes in meanwhile it stamps by that alone, puts right once it
 * knows the time, and says that it has.
 */
import { CLOCK_OPS, type ParamValues, streamOf } from '#kernel';
import type { Heard } from '../freight.ts';
import { definePart, once, type Part, type PartDevice } from '../part.ts';

export interface ClockSeams {
  /** It knows the time now: false leaves what it stamped before as it was. */
  correctTime?(gateway: string): boolean;
}

/** Taken in, and not told yet. */
interface Taken {
  readonly child: number;
  readonly n: number;
  /** Since it came up, by its own clock. */
  readonly upMs: number;
  /** It did not know the time. */
  readonly isEstimated: boolean;
}

const STREAM = 'stamps';
const LEAST_MS = 500;
/** So many go in one message. */
const MOST = 200;

export default definePart({
  kind: 'clock',
  summary: 'says when each reading of its children was taken in, by a clock that it loses',
  params: {
    sync: {
      kind: 'duration',
      about: 'How long it must have been connected until it knows the time.',
      default: '500ms',
      min: '10ms',
    },
    every: {
      kind: 'duration',
      about: 'How often it says what it has stamped.',
      default: '2s',
      min: `${LEAST_MS}ms`,
    },
    drift: {
      kind: 'number',
      unit: 'ppm',
      about: 'How much too fast it runs while it does not know the time.',
      default: 50,
      min: -10_000,
      max: 10_000,
    },
  },
  streams: [
    {
      name: STREAM,
      way: 'up',
      noun: 'list of stamps',
      qos: 1,
      schedule: { by: 'event', leastMs: LEAST_MS },
    },
  ],
  ops: CLOCK_OPS,
  seams: ['correctTime'],
  start: (device) => new Clock(device),
});

class Clock implements Part {
  readonly #device: PartDevice;
  readonly #params: ParamValues;
  /** When it came up, which it does not know. */
  #bootedAt = 0;
  /** What its clock must be put forward by, to tell the time; null until it knows. */
  #aheadMs: number | null = null;
  #connections = 0;
  #sent = 0;
  #taken: Taken[] = [];

  constructor(device: PartDevice) {
    this.#device = device;
    this.#params = device.paramsOf('clock');
  }

  begin(): void {
    const device = this.#device;
    const everyMs = Number(this.#params.every);
    device.at(device.row.firstAt + everyMs, {
      fire: (at) => {
        const isMore = device.isOnline && this.#tell();
        if (device.isStopped) return Number.POSITIVE_INFINITY;
        // After an outage it does not wait its own time between one list and the next.
        return at + (isMore ? LEAST_MS : everyMs);
      },
    });
  }

  booted(): void {
    this.#bootedAt = this.#device.now();
    this.#aheadMs = null;
    this.#taken = [];
    this.#device.write('clock/lost', {});
  }

  online(): void {
    const connection = ++this.#connections;
    if (this.#aheadMs !== null) return;
    once(this.#device, this.#device.now() + Number(this.#params.sync), () => {
      if (connection !== this.#connections || !this.#device.isOnline) return;
      this.#aheadMs = this.#device.now() - this.#upMs;
      this.#device.write('clock/set', {});
    });
  }

  lost(): void {
    this.#connections++;
  }

  heard({ passenger: child, stream, n }: Heard): void {
    if (streamOf(this.#device.plan, stream)?.schedule.by !== 'sampling') return;
    this.#taken.push({ child, n, upMs: this.#upMs, isEstimated: this.#aheadMs === null });
  }

  get #upMs(): number {
    const upMs = this.#device.now() - this.#bootedAt;
    // Once it knows the time it is put right all along.
    return this.#aheadMs === null ? upMs * (1 + Number(this.#params.drift) / 1e6) : upMs;
  }

  /** True where more waits than went. */
  #tell(): boolean {
    const aheadMs = this.#aheadMs;
    if (aheadMs === null) return false;
    const device = this.#device;
    const stamps = this.#taken.splice(0, MOST).map(({ child, n, upMs, isEstimated }) => {
      const seam = device.seam<ClockSeams['correctTime']>('correctTime');
      const isLeft = isEstimated && seam?.(device.row.id) === false;
      const at = Math.max(0, Math.round(isLeft ? upMs : aheadMs + upMs));
      device.write('clock/stamped', { child, n, at, estimated: isEstimated });
      return [device.plan.devices[child]?.id ?? '', n, at, isEstimated];
    });
    if (stamps.length === 0) return false;
    device.send({ stream: device.code(STREAM), n: this.#sent++, values: { stamps } });
    return this.#taken.length > 0;
  }
}
