/**
 * TLS towards the target: whom to trust, whom to expect there, and who one is oneself. A server's
 * certificate is always checked; there is no way to have it not checked, since a run that talks to
 * whoever answers proves nothing.
 */
import { readFileSync } from 'node:fs';
import { isIP, type Socket, type TcpNetConnectOpts } from 'node:net';
import {
  checkServerIdentity,
  connect,
  createSecureContext,
  type SecureContext,
  type SecureContextOptions,
} from 'node:tls';
import { WorldError } from '#kernel';
import {
  type CertificatePlace,
  type ClientCertificate,
  ClientCertificates,
} from './client-certificates.ts';

/** How to know a server, and to be known by it. */
export interface TlsPlace {
  /** File of the authority to trust; null means those that everybody trusts. */
  ca: string | null;
  /** For whom its certificate must be. */
  serverName: string;
  /** Protocols to ask for. */
  alpn?: readonly string[];
  certificates?: CertificatePlace;
}

export class SecureConnections {
  /** By file; none is read again for each connection. */
  readonly #cas = new Map<string, Buffer>();
  /** By authority, of whoever shows no certificate: to make one takes longer than to dial. */
  readonly #contexts = new Map<string, SecureContext>();
  /** By template. */
  readonly #certificates = new Map<string, ClientCertificates>();

  /** Reads what all connections need, so that a wrong file is told before there is one. */
  prepare({ ca }: TlsPlace): void {
    if (ca !== null && !this.#cas.has(ca)) this.#cas.set(ca, readCa(ca));
  }

  /** As a device of this name, or as one of ours. */
  connect(options: TcpNetConnectOpts, place: TlsPlace, name: string | null): Socket {
    const { serverName, alpn } = place;
    return connect({
      ...options,
      rejectUnauthorized: true,
      secureContext: this.#contextFor(place, name),
      // What is dialled may be a proxy, so that what Node would compare with is not the server.
      checkServerIdentity: (_, certificate) => checkServerIdentity(serverName, certificate),
      // A certificate may name an address, but the handshake may not ask for one by it.
      ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
      ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
    });
  }

  #contextFor(place: TlsPlace, name: string | null): SecureContext {
    const trust = this.#trustOf(place);
    if (place.certificates !== undefined) {
      return createSecureContext({ ...trust, ...this.#shown(place.certificates, name) });
    }
    const key = place.ca ?? '';
    const context = this.#contexts.get(key) ?? createSecureContext(trust);
    this.#contexts.set(key, context);
    return context;
  }

  #trustOf({ ca }: TlsPlace): SecureContextOptions {
    const bytes = this.#cas.get(ca ?? '');
    return bytes === undefined ? {} : { ca: bytes };
  }

  /** All of them were looked at before the run began; one may have gone since. */
  #shown(place: CertificatePlace, name: string | null): ClientCertificate {
    const folder = this.#certificates.get(place.template) ?? new ClientCertificates(place);
    this.#certificates.set(place.template, folder);
    try {
      return folder.of(name);
    } catch (error) {
      throw new WorldError('certificates', `in the middle of the run: ${(error as Error).message}`);
    }
  }
}

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
