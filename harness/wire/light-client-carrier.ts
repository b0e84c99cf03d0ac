/**
 * What the streams of light clients tell: all of them share their listeners, which find the client
 * of a stream without a closure per connection.
 */
import type { Duplex } from 'node:stream';

const CLIENT = Symbol('light client');

/** A stream, and the client that it carries; null once it is none of ours. */
export type Carrier<Client> = Duplex & { [CLIENT]?: Client | null };

/** What streams may do to a client. */
export interface Inside<Client> {
  read(client: Client, chunk: Uint8Array): void;
  failed(client: Client, reason: string): void;
  over(client: Client): void;
  drained(client: Client): void;
}

export interface Listeners<Client> {
  attach(stream: Carrier<Client>, client: Client): void;
  /** From here on only its errors are heard, which must not become exceptions. */
  detach(stream: Carrier<Client>): void;
  /** Its errors tell this client once more. */
  listen(stream: Carrier<Client>, client: Client): void;
  awaitDrain(stream: Carrier<Client>): void;
}

export function listenersOf<Client>(inside: Inside<Client>): Listeners<Client> {
  function onData(this: Carrier<Client>, chunk: Uint8Array): void {
    if (this[CLIENT]) inside.read(this[CLIENT], chunk);
  }
  function onError(this: Carrier<Client>, error: NodeJS.ErrnoException): void {
    if (this[CLIENT]) inside.failed(this[CLIENT], error.code ?? error.message);
  }
  function onOver(this: Carrier<Client>): void {
    if (this[CLIENT]) inside.over(this[CLIENT]);
  }
  function onDrain(this: Carrier<Client>): void {
    if (this[CLIENT]) inside.drained(this[CLIENT]);
  }
  return {
    attach: (stream, client) => {
      stream[CLIENT] = client;
      stream.on('data', onData);
      stream.on('end', onOver);
      stream.on('error', onError);
      stream.on('close', onOver);
    },
    detach: (stream) => {
      stream[CLIENT] = null;
      stream.off('data', onData);
      stream.off('end', onOver);
      stream.off('close', onOver);
      stream.off('drain', onDrain);
    },
    listen: (stream, client) => {
      stream[CLIENT] = client;
    },
    awaitDrain: (stream) => {
      stream.once('drain', onDrain);
    },
  };
}
