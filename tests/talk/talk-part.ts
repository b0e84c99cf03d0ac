/**
 * A part with a connection of its own: a device says a word over it in every interval, writes down
 * each that comes back, and opens it again when it was closed.
 */
import type { Channel, Part, PartDevice, PartKind } from '../../harness/authors.ts';

const EVERY_MS = 250;
const AGAIN_MS = 300;

export default {
  family: 'part',
  kind: 'talk',
  summary: 'says words over a connection of its own',
  channels: ['talk'],
  ops: {
    'talk/said': { device: 'device', n: 'count' },
    'talk/heard': { device: 'device', n: 'count' },
    'talk/closed': { device: 'device', why: 'text' },
  },
  start: (device) => new Talk(device),
} satisfies PartKind & { family: string };

class Talk implements Part {
  readonly #device: PartDevice;
  #channel: Channel | null = null;
  #rest = '';

  constructor(device: PartDevice) {
    this.#device = device;
  }

  begin(): void {
    const { firstAt } = this.#device.row;
    let n = 0;
    this.#device.at(firstAt, {
      fire: () => {
        if (this.#device.isStopped) return Number.POSITIVE_INFINITY;
        this.#say(n++);
        return firstAt + n * EVERY_MS;
      },
    });
  }

  booted(): void {
    if (this.#channel === null) this.#open();
  }

  end(): void {
    this.#channel?.end();
  }

  #say(n: number): void {
    if (this.#channel === null) return;
    this.#device.write('talk/said', { n });
    this.#channel.write(Buffer.from(`${n}\n`));
  }

  #open(): void {
    this.#rest = '';
    this.#channel = this.#device.open('talk', {
      data: (bytes) => this.#hear(Buffer.from(bytes).toString()),
      closed: (why) => {
        this.#channel = null;
        this.#device.write('talk/closed', { why });
        this.#device.at(this.#device.now() + AGAIN_MS, {
          fire: () => {
            if (this.#device.isPowered && this.#channel === null) this.#open();
            return Number.POSITIVE_INFINITY;
          },
        });
      },
    });
  }

  #hear(text: string): void {
    const words = (this.#rest + text).split('\n');
    this.#rest = words.pop() ?? '';
    for (const word of words) this.#device.write('talk/heard', { n: Number(word) });
  }
}
