/**
 * Links of the real gear: TCP or TLS to a cohort's proxy or to the target. Sources are spread over
 * many loopback addresses, since one address has about 28,000 ports towards one destination.
 */
import { readFileSync } from 'node:fs';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, createSecureContext } from 'node:tls';
import { assert, type DevicePlan, WorldError } from '#kernel';
import type { Links } from './links.ts';

export interface Address {
  host: string;
  port: number;
  tls: { ca: string | null; serverName: string } | null;
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
  /** By file; none is read again for each connection. */
  readonly #cas = new Map<string, Buffer>();
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
    for (const { tls } of addressesOf(target, cohorts, channels)) {
      if (tls?.ca != null && !this.#cas.has(tls.ca)) this.#cas.set(tls.ca, readCa(tls.ca));
    }
  }

  open({ cohort }: DevicePlan, channel?: string): Duplex {
    if (channel === undefined) return this.#connect(this.#cohorts.get(cohort) ?? this.#target);
    const ways = this.#channels.get(channel);
    assert(ways !== undefined, `the plan knows the channel ${channel}`);
    return this.#connect(ways.cohorts.get(cohort) ?? ways.target);
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
    this.#abandoned.add(stream);
  }

  /** At the end of the run the half-open ones may go. */
  close(): void {
    for (const stream of this.#abandoned) stream.destroy();
  }

  #connect(address: Address): Socket {
    // Elsewhere than on Linux only 127.0.0.1 is there from the start.
    const spreads = process.platform === 'linux' && address.host.startsWith('127.');
    const source = spreads
      ? `127.0.0.${1 + (Math.floor(this.#opened++ / PER_SOURCE) % 200)}`
      : undefined;
    const local = source === undefined || source === '127.0.0.1' ? {} : { localAddress: source };
    const options = { host: address.host, port: address.port, noDelay: true, ...local };
    if (address.tls === null) return connectTcp(options);
    const ca = this.#cas.get(address.tls.ca ?? '');
    return connectTls({
      ...options,
      // A certificate may name an address, but the handshake may not ask for one by it.
      ...(isIP(address.tls.serverName) === 0 ? { servername: address.tls.serverName } : {}),
      ...(ca === undefined ? {} : { ca }),
    });
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

/** Read and tried at once: a wrong one would else look like a target that refuses everybody. */
function readCa(file: string): Buffer {
  try {
    const ca = readFileSync(file);
    createSecureContext({ ca });
    if (!ca.includes('-----BEGIN CERTIFICATE-----')) throw new Error('no certificate is in it');
    return ca;
  } catch (error) {
    const { message } = error as Error;
    throw new WorldError(
      'ca',
      `${file} cannot be used as target.ca: ${message}`,
      'name a PEM file',
    );
  }
}
