/**
 * Addresses as Toxiproxy writes them, and why one cannot be bound in Go's words: its clients show
 * that text to people.
 */
const LOOPBACK = '127.0.0.1';
const PORT_MAX = 65_535;

export interface Address {
  host: string;
  port: number;
}

/** `host:port`, `:port`, or nothing, which is any free port. No host means loopback. */
export function addressOf(text: string): Address {
  if (text === '') return { host: LOOPBACK, port: 0 };
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > PORT_MAX) {
    throw new Error(`listen tcp: address ${text}: ${faultOf(text)}`);
  }
  const host = match[1] ?? match[2] ?? '';
  return { host: host === '' || host === 'localhost' ? LOOPBACK : host, port };
}

function faultOf(text: string): string {
  const colons = text.split(':').length - 1;
  if (colons === 0) return 'missing port in address';
  if (colons > 1 && !text.startsWith('[')) return 'too many colons in address';
  return 'invalid port or host';
}

/** With the brackets that a host of colons needs. */
export const addressText = ({ host, port }: Address): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

const BIND_ERRORS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'bind: address already in use',
  EADDRNOTAVAIL: 'bind: cannot assign requested address',
  EACCES: 'bind: permission denied',
  ENOTFOUND: 'no such host',
};

export function bindError(error: Error & { code?: string }, address: Address): Error {
  const why = BIND_ERRORS[error.code ?? ''] ?? error.message;
  return new Error(`listen tcp ${addressText(address)}: ${why}`);
}
