/**
 * Tells when a link stands, for whoever speaks only when asked: a socket says so itself, TLS after
 * its handshake, and memory is there at once unless it is refused.
 */
import type { Duplex } from 'node:stream';

type Dialled = Duplex & { connecting?: boolean; encrypted?: boolean };

export function whenOpen(stream: Dialled, open: () => void): void {
  if (stream.connecting === true) stream.once(stream.encrypted ? 'secureConnect' : 'connect', open);
  else setImmediate(open);
}
