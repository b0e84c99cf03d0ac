/** Free ports of the loopback, and whether something listens on one. */
import { connect, createServer } from 'node:net';

export const freePort = async (): Promise<number> => (await freePorts(1))[0] ?? 0;

/** All are held before the first is let go, so they differ. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(typeof address === 'object' && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

export function accepts(host: string, port: number, boundMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (open: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(open);
    };
    const timer = setTimeout(() => end(false), boundMs);
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/** Waits until something listens; false when nothing did within the bound. */
export async function awaitListener(host: string, port: number, boundMs: number): Promise<boolean> {
  const deadline = Date.now() + boundMs;
  while (Date.now() < deadline) {
    if (await accepts(host, port, 500)) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
