/**
 * A gateway that is wrongly wired: now and then it speaks for a child of another one, as the plan
 * names them, in turn. The platform must refuse what it says of them, and count it.
 */
import type { PartDevice } from '../../part.ts';

/** A stray comes no more often. */
export const STRAY_LEAST_MS = 1000;
export const STRAY_STREAM = 'gateway-stray';

/** So many different ones it can come to speak for in so long. */
export const strangersIn = (spanMs: number, everyMs: number): number => Math.ceil(spanMs / everyMs);

export class Strays {
  readonly #device: PartDevice;
  readonly #everyMs: number;
  #sent = 0;

  constructor(device: PartDevice, everyMs: number) {
    this.#device = device;
    this.#everyMs = everyMs;
  }

  begin(): void {
    const device = this.#device;
    device.at(device.row.firstAt + this.#everyMs, {
      fire: (at) => {
        if (device.isStopped) return Number.POSITIVE_INFINITY;
        if (device.isPowered) this.#send();
        return at + this.#everyMs;
      },
    });
  }

  #send(): void {
    const device = this.#device;
    const { strangers = [] } = device.row;
    const stranger = strangers[this.#sent % strangers.length];
    if (stranger === undefined) return;
    const n = this.#sent++;
    device.write('gateway/strayed', { child: stranger.device, n });
    const stream = device.code(STRAY_STREAM);
    device.send({ stream, n, as: stranger, values: { stray: n } });
  }
}
