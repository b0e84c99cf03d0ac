/**
 * Links of the real gear: TCP to a cohort's proxy or to the target, and TLS or WebSocket through it
 * if the target wants them; a proxy carries bytes and knows of neither. Sources are spread over
 * many loopback addresses, since one address has about 28,000 ports towards one destination.
 */
import { connect as connectTcp, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { assert, type DevicePlan } from '#kernel';
import type { Links } from './links.ts';
import { SecureConnections, type TlsPlace } from './secure-connections.ts';
import { type WebSocketPlace, WebSocketStream } from './websocket-stream.ts';

export interface Address {
  host: string;
  port: number;
  tls: TlsPlace | null;
  /** Bytes go in frames of WebSocket, within TLS if there is any. */
  websocket?: WebSocketPlace;
}

/** Where one connection of every device leads. */
export interface ChannelAddresses {
  target: Address;
  /** By cohort; absent means direct. */
  cohorts: ReadonlyMap<number, Address>;
}

/**
 * Per process. Half of an address's ports are found at once; after those the kernel searches for
 * each, at nearly a millisecond a connection: tried, 30 µs before and 827 µs after 14,000.
 */
const PER_SOURCE = 2000;

export class TcpLinks implements Links {
  readonly #target: Address;
  readonly #observe: Address;
  /** Proxy addresses by cohort; absent means direct. */
  readonly #cohorts: ReadonlyMap<number, Address>;
  readonly #channels: ReadonlyMap<string, ChannelAddresses>;
  readonly #abandoned = new Set<Duplex>();
  readonly #secure = new SecureConnections();
  #opened = 0;

  constructor(
    target: Address,
    cohorts: ReadonlyMap<number, Address>,
    channels: ReadonlyMap<string, ChannelAddresses> = new Map(),
    observe: Address = target,
  ) {
    this.#observe = observe;
    this.#target = target;
    this.#cohorts = cohorts;
    this.#channels = channels;
    for (const { tls } of [observe, ...addressesOf(target, cohorts, channels)]) {
      if (tls !== null) this.#secure.prepare(tls);
    }
  }

  open({ cohort, id }: DevicePlan, channel?: string): Duplex {
    if (channel === undefined) return this.#connect(this.#cohorts.get(cohort) ?? this.#target, id);
    const ways = this.#channels.get(channel);
    assert(ways !== undefined, `the plan knows the channel ${channel}`);
    return this.#connect(ways.cohorts.get(cohort) ?? ways.target, id);
  }

  direct(): Duplex {
    return this.#connect(this.#target);
  }

  witness(): Duplex {
    return this.#connect(this.#observe);
  }

  probe(cohort: number): Duplex {
    return this.#connect(this.#cohorts.get(cohort) ?? this.#target);
  }

  /** The kernel goes on acknowledging bytes, but nobody reads them and no FIN is sent. */
  abandon(stream: Duplex): void {
    stream.removeAllListeners('data');
    stream.removeAllListeners('close');
    stream.on('close', () => this.#abandoned.delete(stream));
    stream.on('error', () => {});
    stream.pause();
    if (stream instanceof WebSocketStream) stream.fallSilent();
    this.#abandoned.add(stream);
  }

  /** At the end of the run the half-open ones may go. */
  close(): void {
    for (const stream of this.#abandoned) stream.destroy();
  }

  /** Under the name of a device, or as one of ours. */
  #connect(address: Address, name: string | null = null): Duplex {
    const socket = this.#dial(address, name);
    const { websocket } = address;
    return websocket === undefined ? socket : new WebSocketStream(socket, websocket);
  }

  #dial(address: Address, name: string | null): Socket {
    // Elsewhere than on Linux only 127.0.0.1 is there from the start.
    const spreads = process.platform === 'linux' && address.host.startsWith('127.');
    const source = spreads
      ? `127.0.0.${1 + (Math.floor(this.#opened++ / PER_SOURCE) % 200)}`
      : undefined;
    const local = source === undefined || source === '127.0.0.1' ? {} : { localAddress: source };
    const options = { host: address.host, port: address.port, noDelay: true, ...local };
    return address.tls === null
      ? connectTcp(options)
      : this.#secure.connect(options, address.tls, name);
  }
}

const addressesOf = (
  target: Address,
  cohorts: ReadonlyMap<number, Address>,
  channels: ReadonlyMap<string, ChannelAddresses>,
): Address[] =>
  [{ target, cohorts }, ...channels.values()].flatMap((ways) => [
    ways.target,
    ...ways.cohorts.values(),
  ]);
