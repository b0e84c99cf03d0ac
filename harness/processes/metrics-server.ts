/**
 * Serves the metrics of a run to whoever scrapes them, while it goes on. It holds nobody up: the
 * process may end while it listens, and a scraper that stays connected is cut off with the run.
 */
import { createServer, type Server } from 'node:http';
import { AuthorError, WorldError } from '#kernel';

export interface MetricsServer {
  /** Where it is, with the port that it got. */
  url: string;
  close(): Promise<void>;
}

export interface Endpoint {
  host: string;
  port: number;
}

/** `9464`, `127.0.0.1:9464`, `[::1]:0`. */
export function endpointIn(flag: string, text: string): Endpoint {
  const [, bracketed, plain, digits = ''] =
    /^(?:(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]]+)):)?(\d{1,5})$/.exec(text.trim()) ?? [];
  const port = Number(digits);
  if (digits === '' || port > 65_535) {
    const message = `${flag} takes an address such as 127.0.0.1:9464, not '${text}'`;
    throw new AuthorError([{ code: 'flag', message, hint: 'port 0 takes any that is free' }]);
  }
  return { host: bracketed ?? plain ?? '127.0.0.1', port };
}

const PATH = '/metrics';
const TYPE = 'text/plain; version=0.0.4; charset=utf-8';
/** Who sends no request, or takes no answer, is let go. */
const PATIENCE_MS = 5000;

export async function serveMetrics(at: Endpoint, text: () => string): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0];
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const [status, body] =
      path !== PATH
        ? [404, `there is only ${PATH} here\n`]
        : isRead
          ? [200, text()]
          : [405, 'it can be read, and nothing else\n'];
    request.resume();
    response.writeHead(status, { 'content-type': TYPE, ...(status === 405 && { allow: 'GET' }) });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
  server.requestTimeout = PATIENCE_MS;
  server.headersTimeout = PATIENCE_MS;
  await listening(server, at);
  server.unref();
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : at.port;
  const host = at.host.includes(':') ? `[${at.host}]` : at.host;
  return {
    url: `http://${host}:${port}${PATH}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, { host, port }: Endpoint): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const message = `metrics cannot be served at ${host}:${port}: ${error.code ?? error.message}`;
      const remedy = 'name another address with --metrics; port 0 takes any that is free';
      reject(new WorldError('port', message, remedy));
    });
    server.listen({ host, port }, () => {
      server.removeAllListeners('error');
      // A scraper that breaks off is none of our trouble.
      server.on('error', () => {});
      resolve();
    });
  });
}
