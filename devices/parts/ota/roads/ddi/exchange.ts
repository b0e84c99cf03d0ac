/**
 * Requests of a device to its server over one connection, one after the other: the next goes when
 * the one before is answered. What is not answered in time, or not as an answer, ends it.
 */
import type { Channel } from '../../../../channel.ts';
import { type Answer, readAnswer, UNFINISHED } from '../../../../http/answer.ts';
import { once, type PartDevice } from '../../../../part.ts';
import type { Asks } from './talk.ts';

const WITHIN_MS = 10_000;

/** Null for none. */
export type Answered = (answer: Answer | null) => void;

interface Asked {
  then: Answered;
  bytes: Uint8Array;
}

export class Exchange {
  readonly #device: PartDevice;
  #channel: Channel | null = null;
  #asked: Asked | null = null;

  constructor(device: PartDevice) {
    this.#device = device;
  }

  ask({ method, path, body }: Asks, then: Answered): void {
    const asked: Asked = { then, bytes: new Uint8Array() };
    this.#asked = asked;
    this.#channel ??= this.#open();
    const lines = [`${method} ${path} HTTP/1.1`, 'host: platform', 'accept: application/json'];
    if (method !== 'GET') {
      lines.push('content-type: application/json', `content-length: ${body.length}`);
    }
    this.#channel.write(new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n${body}`));
    once(this.#device, this.#device.now() + WITHIN_MS, () => {
      if (this.#asked === asked) this.#answered(null);
    });
  }

  /** In good order. */
  end(): void {
    this.#asked = null;
    this.#channel?.end();
    this.#channel = null;
  }

  /** Power is gone, and the connection with it. */
  abandon(): void {
    this.#asked = null;
    this.#channel = null;
  }

  #open(): Channel {
    const channel = this.#device.open('ota', {
      data: (bytes) => {
        if (this.#channel === channel) this.#take(bytes);
      },
      closed: () => {
        if (this.#channel !== channel) return;
        this.#channel = null;
        if (this.#asked !== null) this.#answered(null);
      },
    });
    return channel;
  }

  #take(more: Uint8Array): void {
    const asked = this.#asked;
    // Nobody asked for that.
    if (asked === null) return this.end();
    const bytes = new Uint8Array(asked.bytes.length + more.length);
    bytes.set(asked.bytes);
    bytes.set(more, asked.bytes.length);
    asked.bytes = bytes;
    const read = readAnswer(bytes);
    if (read === UNFINISHED) return;
    this.#answered('flaw' in read ? null : read);
  }

  #answered(answer: Answer | null): void {
    const asked = this.#asked;
    this.#asked = null;
    if (answer === null) this.end();
    asked?.then(answer);
  }
}
