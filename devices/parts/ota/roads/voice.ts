/**
 * What a device says of its firmware: how it stands, no more often than so, and then how it stands
 * by then. How the last update ended is in everything that it says, so that nothing is lost with a
 * single message.
 */
import type { StreamSpec } from '#kernel';
import type { Ended } from '../../../firmware/job.ts';
import type { Updater } from '../../../firmware/updater.ts';
import { once, type PartDevice } from '../../../part.ts';
import type { OtaSeams } from '../seams.ts';

const LEAST_MS = 250;

/** By which it hears and tells. */
export const OTA_STREAMS: readonly StreamSpec[] = [
  {
    name: 'ota-notify',
    way: 'down',
    from: 'target',
    noun: 'offer',
    schedule: { by: 'event', leastMs: 500 },
  },
  {
    name: 'ota-status',
    way: 'up',
    noun: 'firmware status',
    qos: 1,
    schedule: { by: 'event', leastMs: LEAST_MS },
  },
];

export class Voice {
  readonly #device: PartDevice;
  readonly #updater: Updater;
  readonly #fell: () => boolean;
  #said = 0;
  #nextAt = 0;
  #isDue = false;
  #asks = false;
  /** What was to be said before it went down is not said any more. */
  #life = 0;

  constructor(device: PartDevice, updater: Updater, fell: () => boolean) {
    this.#device = device;
    this.#updater = updater;
    this.#fell = fell;
  }

  /** It has said nothing for so long. */
  isSilentFor(ms: number): boolean {
    return this.#device.now() >= this.#nextAt - LEAST_MS + ms;
  }

  /** And asks what there is for it: it has just come, or is free for another. */
  ask(state: () => string): void {
    this.#asks = true;
    this.say(state);
  }

  say(state: () => string): void {
    if (this.#isDue) return;
    const wait = this.#nextAt - this.#device.now();
    if (wait <= 0) return this.#speak(state());
    this.#isDue = true;
    const life = this.#life;
    once(this.#device, this.#nextAt, () => {
      if (life !== this.#life) return;
      this.#isDue = false;
      this.#speak(state());
    });
  }

  hush(): void {
    this.#life++;
    this.#isDue = false;
  }

  get #last(): Ended | null {
    const { last } = this.#updater;
    if (last === null) return null;
    const { id } = this.#device.row;
    const seam = this.#device.seam<OtaSeams['tellEnd']>('tellEnd');
    return seam?.(id, last.attempt) === false ? null : last;
  }

  #speak(state: string): void {
    const device = this.#device;
    this.#nextAt = device.now() + LEAST_MS;
    const { booted, job, uses } = this.#updater;
    const last = this.#last;
    const version = booted?.manifest.version ?? '';
    const n = this.#said++;
    const { campaign = '', attempt = 0 } = job ?? {};
    const [ask, fell] = [this.#asks, this.#fell()];
    const values = { version, state, campaign, attempt, last, ask, ...(fell ? { fell } : {}) };
    this.#asks = false;
    device.write('ota/said', {
      n,
      version,
      uses,
      campaign: last?.campaign ?? '',
      attempt: last?.attempt ?? 0,
      status: last?.status ?? '',
      fell,
    });
    device.send({
      stream: device.code('ota-status'),
      n,
      values: uses === '' ? values : { ...values, uses },
    });
  }
}
