/**
 * A relay on a workbench: a server that answers in pieces and may be cut off, and passengers that
 * load like a device does. Time passes by hand.
 */
import type { Channel, ChannelEvents } from '../../../channel.ts';
import { BenchWheel } from '../../../duties/bench-wheel.ts';
import { RangeReader, rangeRequest } from '../../../firmware/range-client.ts';
import type { Part, PartDevice } from '../../../part.ts';
import relay from '../../relay.ts';
import { joined } from '../cache.ts';
import { answerHead, RequestReader } from '../requests.ts';

export type Told = Readonly<Record<string, number | string | boolean>> & { op: string };
type Tell = (fields: Told) => void;

/** What is under each path; what is not there is answered by 404. */
export type Images = Readonly<Record<string, Uint8Array>>;

const [PIECE_BYTES, PIECE_MS] = [700, 30];

export class RelayBench {
  readonly wheel = new BenchWheel();
  readonly told: Told[] = [];
  readonly images: Images;
  readonly part: Part;
  isOnline = true;
  /** Of bodies, as they left the server. */
  sent = 0;
  #server: { events: ChannelEvents; isOver: boolean } | null = null;

  constructor(images: Images, params: Readonly<Record<string, number>> = {}) {
    this.images = images;
    const tell: Tell = (fields) => this.told.push(fields);
    const bench = this;
    const device = {
      row: { id: 'gates/1' },
      plan: { quantumMs: 10 },
      paramsOf: () => ({ cache: 100_000, range: 4096, rate: 20_000, ...params }),
      get isOnline() {
        return bench.isOnline;
      },
      now: () => this.wheel.now,
      at: (ms: number, paced: Parameters<PartDevice['at']>[1]) => this.wheel.add(ms, paced),
      open: (_: string, events: ChannelEvents) => this.#open(events),
      write: (op: string, fields: object) => tell({ op, ...fields }),
      seals: { sha256Hex: (bytes: Uint8Array) => `${bytes.length} bytes` },
      seam: () => undefined,
    } as unknown as PartDevice;
    this.part = relay.start(device);
    this.part.booted?.(1, 'power-on');
  }

  pass(ms: number): void {
    this.wheel.pass(ms);
  }

  /** The uplink is gone, and what was open on it with it. */
  cut(): void {
    this.isOnline = false;
    this.breakOff();
  }

  back(): void {
    this.isOnline = true;
    this.part.online?.(false);
  }

  breakOff(): void {
    const server = this.#server;
    this.#server = null;
    if (server === null || server.isOver) return;
    server.isOver = true;
    this.#soon(() => server.events.closed('cut'));
  }

  /** Without power, and then with it: what was open is gone. */
  restart(): void {
    this.part.entered?.('power.off');
    this.breakOff();
    this.part.booted?.(2, 'power-on');
    this.back();
  }

  #open(events: ChannelEvents): Channel {
    const server = { events, isOver: false };
    this.#server = server;
    const reader = new RequestReader();
    return {
      write: (bytes) => {
        for (const asked of reader.take(bytes)) if (typeof asked === 'object') this.#answer(asked);
      },
      end: () => {
        server.isOver = true;
      },
    };
  }

  #answer({ path, from, to }: { path: string; from: number; to: number }): void {
    const server = this.#server;
    const image = this.images[path];
    const end = Math.min(to, image?.length ?? 0);
    const range = `content-range: bytes ${from}-${end - 1}/${image?.length}\r\n`;
    const body = image?.subarray(from, end) ?? new Uint8Array();
    const head = answerHead(image === undefined ? 404 : 206, body.length, range);
    const all = joined([head, body]);
    for (let at = 0, k = 1; at < all.length; at += PIECE_BYTES, k++) {
      this.#after(k * PIECE_MS, () => {
        if (server === null || server.isOver) return;
        const piece = all.slice(at, at + PIECE_BYTES);
        this.sent += piece.length - Math.min(piece.length, Math.max(0, head.length - at));
        server.events.data(piece);
      });
    }
  }

  #soon(action: () => void): void {
    this.#after(10, action);
  }

  #after(ms: number, action: () => void): void {
    this.wheel.add(this.wheel.now + ms, {
      fire: () => {
        action();
        return Number.POSITIVE_INFINITY;
      },
    });
  }
}

/** A passenger that loads what is under a path, range by range, and begins a line when it must. */
export class BenchChild {
  readonly #bench: RelayBench;
  readonly #passenger: number;
  readonly #path: string;
  readonly #size: number;
  readonly #range: number;
  #pieces: Uint8Array[] = [];
  #line: ChannelEvents | null = null;
  /** Answers that told it to come again, and others that were none. */
  sentAway = 0;
  refused: string[] = [];

  constructor(bench: RelayBench, passenger: number, path: string, range = 3000) {
    this.#bench = bench;
    this.#passenger = passenger;
    this.#path = path;
    this.#size = bench.images[path]?.length ?? 1;
    this.#range = range;
  }

  get loaded(): Uint8Array {
    return joined(this.#pieces);
  }

  get isDone(): boolean {
    return this.loaded.length === this.#size;
  }

  /** It loses its line, and what was on its way. */
  leave(): void {
    this.#line?.closed('child');
    this.#line = null;
  }

  ask(): void {
    if (this.#line !== null || this.isDone) return;
    let reader: RangeReader | null = null;
    const isMine = (): boolean => line !== null && this.#line === line;
    const line: ChannelEvents | null =
      this.#bench.part.called?.(this.#passenger, 'ota', {
        write: (bytes) => {
          if (isMine()) reader?.take(bytes);
        },
        end: () => {
          if (isMine()) this.#line = null;
        },
      }) ?? null;
    this.#line = line;
    const next = (): void => {
      if (!isMine() || this.isDone) return this.leave();
      const from = this.loaded.length;
      const to = Math.min(this.#size, from + this.#range);
      const events = {
        bytes: (_: number, bytes: Uint8Array) => void this.#pieces.push(bytes.slice()),
        done: next,
        later: () => {
          this.sentAway++;
          this.leave();
        },
        failed: (why: string) => {
          this.refused.push(why);
          this.leave();
        },
      };
      reader = new RangeReader(from, to, events, this.#size);
      line?.data(new TextEncoder().encode(rangeRequest(this.#path, from, to)));
    };
    next();
  }
}
