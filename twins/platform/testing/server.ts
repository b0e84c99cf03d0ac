/**
 * The platform as a process, and an MQTT client that knows nothing but sending and counting: for
 * tests only.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { connect as dial, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import mqttPacket from 'mqtt-packet';
import type { Account, PlatformLimits } from '../platform.ts';
import type { ServeOptions, ServeReady } from '../serving/options.ts';
import { envelope, RUN, secretOf } from './twin.ts';

export interface Server {
  child: ChildProcess;
  ready: ServeReady;
  /** kill -9, and the end of it. */
  kill(): Promise<void>;
  /** Closes its stdin. */
  end(): Promise<number | null>;
  get(path: string): Promise<unknown>;
}

export type ServerOptions = Partial<Omit<ServeOptions, 'accounts' | 'limits'>> & {
  storeFile: string;
  accounts: readonly Account[];
  limits?: Partial<PlatformLimits>;
};

export function startServer(options: ServerOptions): Promise<Server> {
  const file = fileURLToPath(new URL('../serve.ts', import.meta.url));
  const child = spawn(process.execPath, ['--no-warnings', file], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
  });
  child.stdin.write(`${JSON.stringify({ run: RUN, ...options })}\n`);
  return new Promise((resolve, reject) => {
    let said = '';
    let complaint = '';
    child.stderr.on('data', (chunk) => {
      complaint += chunk;
    });
    child.stdout.on('data', (chunk) => {
      said += chunk;
      if (said.includes('\n')) {
        resolve(serverOf(child, JSON.parse(said) as ServeReady, exited, options.httpToken));
      }
    });
    child.once('exit', (code) => reject(new Error(`platform ended with ${code}: ${complaint}`)));
  });
}

function serverOf(
  child: ChildProcess,
  ready: ServeReady,
  exited: Promise<number | null>,
  token: string | null | undefined,
): Server {
  return {
    child,
    ready,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    end: () => {
      child.stdin?.end();
      return exited;
    },
    get: async (path) => {
      const headers = token ? { authorization: `Bearer ${token}` } : {};
      return (await fetch(`http://127.0.0.1:${ready.http}${path}`, { headers })).json();
    },
  };
}

/** Every stored (device, n), by paging through the bulk read. */
export async function storedIn(server: Server): Promise<Set<string>> {
  const found = new Set<string>();
  const rows = await pagesOf<{ device: string; n: number }>(server, '/telemetry?', 'rows');
  for (const { device, n } of rows) found.add(`${device} ${n}`);
  return found;
}

/** All rows of a list; `path` ends where a query may go on. */
export async function pagesOf<Row>(server: Server, path: string, key: string): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = (await server.get(`${path}limit=20000${query}`)) as Record<string, Row[]> & {
      next: string | null;
    };
    rows.push(...(page[key] ?? []));
    cursor = page.next;
  }
  return rows;
}

export interface Publisher {
  /** Identities that were acknowledged, as `device n`: the client's own log. */
  acked: string[];
  connected: Promise<void>;
  closed: Promise<void>;
  next: number;
}

/**
 * Publishes at QoS 1 as fast as a window of unacknowledged messages allows, until the connection
 * dies.
 */
export function publishFast(
  port: number,
  device: string,
  topic: string,
  firstN: number,
  window = 64,
  payloadOf: (n: number) => string = envelope,
): Publisher {
  const socket: Socket = dial({ port, host: '127.0.0.1', noDelay: true });
  const parser = mqttPacket.parser();
  const open = new Map<number, number>();
  const publisher = { acked: [] as string[], next: firstN };
  let messageId = 0;
  const send = (): void => {
    socket.cork();
    while (open.size < window) {
      messageId = (messageId % 65_535) + 1;
      const n = publisher.next++;
      open.set(messageId, n);
      const payload = payloadOf(n);
      mqttPacket.writeToStream(
        { cmd: 'publish', topic, payload, qos: 1, messageId, dup: false, retain: false },
        socket,
      );
    }
    socket.uncork();
  };
  const connected = new Promise<void>((resolve, reject) => {
    parser.on('packet', (packet) => {
      if (packet.cmd === 'connack') {
        if (packet.returnCode !== 0) reject(new Error(`refused with ${packet.returnCode}`));
        resolve();
        send();
      } else if (packet.cmd === 'puback') {
        const n = open.get(packet.messageId ?? 0);
        open.delete(packet.messageId ?? 0);
        publisher.acked.push(`${device} ${n}`);
      }
    });
    socket.once('close', () => reject(new Error('closed before CONNACK')));
  });
  socket.on('data', (bytes) => {
    parser.parse(bytes);
    if (open.size < window / 2) send();
  });
  socket.on('error', () => {});
  socket.once('connect', () => {
    const password = Buffer.from(secretOf(device));
    mqttPacket.writeToStream(
      { cmd: 'connect', clientId: device, username: device, password, keepalive: 60, clean: true },
      socket,
    );
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return Object.assign(publisher, { connected, closed });
}
