/**
 * How far streams of what just happens have been counted, device by device. Such a message has no
 * place in a schedule by which a number could be known again: two under one number would be one
 * message to the judge, and an honest target would be called an inventor.
 *
 * It takes four bytes for each device of the plan and each such stream, from the first message of
 * the stream on, and nothing for a stream that nobody uses.
 */
export class EventNumbers {
  readonly #devices: number;
  /** By the code of the stream. */
  readonly #next: (Uint32Array | undefined)[] = [];

  constructor(devices: number) {
    this.#devices = devices;
  }

  /** False for a number that is not the next one; it is counted otherwise. */
  takes(device: number, stream: number, n: number): boolean {
    if (n !== this.nextOf(device, stream)) return false;
    this.#next[stream] ??= new Uint32Array(this.#devices);
    this.#next[stream][device] = n + 1;
    return true;
  }

  nextOf(device: number, stream: number): number {
    return this.#next[stream]?.[device] ?? 0;
  }
}
