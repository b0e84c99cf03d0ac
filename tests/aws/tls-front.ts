/** TEST ONLY. TLS before a broker that has none: AWS IoT's own client speaks nothing else. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer } from 'node:tls';

export interface TlsFront {
  port: number;
  /** What a client shows, and by what it knows the server. */
  certificates: { caCert: Buffer; clientCert: Buffer; privateKey: Buffer };
  close(): void;
}

/** `file` says where files may lie. */
export async function startTlsFront(
  file: (name: string) => string,
  take: (connection: Duplex) => void,
): Promise<TlsFront> {
  const [key, cert] = [file('front-key.pem'), file('front-cert.pem')];
  const made = ['-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '9'];
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  execFileSync('openssl', ['req', '-x509', ...made, ...name], { stdio: 'pipe' });
  const [privateKey, clientCert] = [readFileSync(key), readFileSync(cert)];
  const sockets = new Set<Duplex>();
  const server = createServer({ key: privateKey, cert: clientCert }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    take(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    certificates: { caCert: clientCert, clientCert, privateKey },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
