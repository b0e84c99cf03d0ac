/** Free ports of the loopback, and whether something listens on one. */
import { connect, createServer } from 'node:net';

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
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
