/**
 * TEST ONLY. One link on a clock that is moved by hand, with everything that comes out of it and
 * when. What comes after an end, or a second end, is an error here and now.
 */
import { randomStream } from '#kernel';
import { Link } from '../link.ts';
import type { Ending } from '../toxic.ts';
import { TOXIC_KINDS, toxicKind } from '../toxic-kinds.ts';
import { ManualClock } from './manual-clock.ts';

export interface Arrival {
  at: number;
  bytes: Uint8Array;
}

export class LinkRig {
  readonly clock = new ManualClock();
  readonly arrivals: Arrival[] = [];
  /** When the end arrived; null while it has not. */
  endedAt: number | null = null;
  /** When and how the connection was torn down. */
  destroyed: { at: number; ending: Ending } | null = null;
  relieved = 0;
  readonly link: Link;
  #added = 0;

  constructor() {
    const stillOpen = (what: string): void => {
      if (this.endedAt !== null) throw new Error(`${what} after the end`);
    };
    this.link = new Link(
      {
        push: (bytes) => {
          stillOpen('data');
          this.arrivals.push({ at: this.clock.now(), bytes });
        },
        end: () => {
          stillOpen('another end');
          this.endedAt = this.clock.now();
        },
        destroy: (ending) => {
          this.destroyed ??= { at: this.clock.now(), ending };
          this.link.stop();
        },
        relieved: () => {
          this.relieved++;
        },
      },
      this.clock,
    );
  }

  /** Appends a toxic and gives its name. Attributes that are not named have their defaults. */
  add(type: string, attributes: Record<string, number> = {}, affects = true): string {
    const name = `${type}-${this.#added++}`;
    const random = randomStream(1, name);
    this.link.add({
      name,
      kind: toxicKind(type),
      attributes: { ...defaultsOf(type), ...attributes },
      affects,
      random: () => random.unit(),
    });
    return name;
  }

  update(name: string, attributes: Record<string, number>, affects = true): void {
    const type = name.slice(0, name.lastIndexOf('-'));
    this.link.update(name, { ...defaultsOf(type), ...attributes }, affects);
  }

  write(data: string | Uint8Array): boolean {
    return this.link.write(typeof data === 'string' ? new TextEncoder().encode(data) : data);
  }

  get bytes(): Uint8Array {
    return Buffer.concat(this.arrivals.map(({ bytes }) => bytes));
  }

  get text(): string {
    return new TextDecoder().decode(this.bytes);
  }

  /** What came and when: `[100, 'ab']`. */
  get log(): [number, string][] {
    return this.arrivals.map(({ at, bytes }) => [at, new TextDecoder().decode(bytes)]);
  }
}

function defaultsOf(type: string): Record<string, number> {
  const specs = Object.entries(TOXIC_KINDS.get(type)?.attributes ?? {});
  return Object.fromEntries(specs.map(([key, spec]) => [key, spec.default]));
}
