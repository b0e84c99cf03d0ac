/**
 * Client certificates of a fleet: one for each name on the wire, found below a folder by that name.
 * They are read where they are used and go into no plan, no report and no other process.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Where they lie; goes to every process of a run, and is no secret. */
export interface CertificatePlace {
  /** Absolute, without an ending; `{device}` stands for a name. */
  template: string;
  /** The name of the one for observers, operators and probes. */
  own: string;
}

export interface ClientCertificate {
  cert: Buffer;
  key: Buffer;
}

export const CERTIFICATE = '.crt';
export const KEY = '.key';

/** A folder alone means that each lies in it under its name, flat or nested. */
export const templateOf = (text: string): string =>
  text.includes('{device}') ? text : `${text.replace(/\/+$/, '')}/{device}`;

export class ClientCertificates {
  readonly #place: CertificatePlace;
  /** None is read again for each connection. */
  readonly #read = new Map<string, ClientCertificate>();

  constructor(place: CertificatePlace) {
    this.#place = place;
  }

  /** Of a device, or ours where no name is given. Throws what the file system says. */
  of(name: string | null): ClientCertificate {
    const owner = name ?? this.#place.own;
    let certificate = this.#read.get(owner);
    if (certificate === undefined) {
      const file = this.fileOf(owner);
      certificate = { cert: readFileSync(file + CERTIFICATE), key: readFileSync(file + KEY) };
      this.#read.set(owner, certificate);
    }
    return certificate;
  }

  /** Without its ending. A slash of the name may be a dash, which goes first, or a folder. */
  fileOf(owner: string): string {
    const { template } = this.#place;
    const flat = template.replaceAll('{device}', owner.replaceAll('/', '-'));
    if (!owner.includes('/') || existsSync(flat + CERTIFICATE)) return flat;
    const nested = template.replaceAll('{device}', owner);
    // What is nowhere is told under the name that it would have beside the others.
    return existsSync(nested + CERTIFICATE) || existsSync(dirname(nested)) ? nested : flat;
  }
}
