/**
 * The platform twin as a process of its own: MQTT, MQTT over WebSocket and HTTP on loopback sockets
 * around the same platform that the sim gear runs. One JSON line of options comes in on stdin, one
 * with the ports goes out on stdout. It ends when stdin closes, so that nobody's death leaves it
 * behind. kill -9 at any instant loses nothing that was acknowledged.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { threw, WorldError } from '#kernel';
import type { Platform } from './platform.ts';
import { httpCall } from './serving/caller.ts';
import { httpServer } from './serving/http.ts';
import { readServeOptions, type ServeOptions, type ServeReady } from './serving/options.ts';
import { loadPlugins } from './serving/plugins.ts';
import { webSocketServer } from './serving/websocket.ts';
import { startPlatform } from './start.ts';
import { nativeTopics, readJsonEnvelope } from './topics.ts';

/** A fleet that reconnects at once must not overflow the kernel's queue. */
const BACKLOG = 8192;
/** A predecessor that was just killed may still hold the port for a moment. */
const BIND_TRIES = 100;
const BIND_PAUSE_MS = 50;

const FAILED = 4;

if (process.argv[1] === import.meta.filename) await main();

async function main(): Promise<void> {
  // What a service throws in a timer of its own has no caller who could tell whose it is.
  process.on('uncaughtException', (error) => {
    process.stderr.write(`${error.stack ?? error.message}\n`);
    fail(textOf(threw('the platform or a service', 'an event of its own', error)));
  });
  const line = await firstLine();
  const options = readServeOptions(line, (file) => readFileSync(file, 'utf8'));
  if (typeof options === 'string') return fail(options);
  let served: Served;
  try {
    served = await serve(options);
  } catch (error) {
    return fail(textOf(error));
  }
  if (process.stdin.readableEnded) served.end(0);
  process.stdin.on('end', () => served.end(0));
  process.stdin.on('error', () => served.end(0));
  process.on('SIGTERM', () => served.end(0));
  process.on('SIGINT', () => served.end(0));
  process.stdout.write(`${JSON.stringify(served.ready)}\n`);
}

interface Served {
  ready: ServeReady;
  end(exitCode: number): void;
}

async function serve(options: ServeOptions): Promise<Served> {
  const { now, after } = processClock(options.clockZeroMs ?? monotonicMs());
  const { services, mutant } = await loadPlugins(options.mutant, options.plugins);
  const platform = await startPlatform({
    storeFile: options.storeFile,
    accounts: options.accounts,
    topics: nativeTopics(options.run),
    readEnvelope: readJsonEnvelope,
    services,
    kept: options.kept,
    dialect: options.dialect,
    limits: options.limits,
    clock: { now, after },
    digests: { sha256Hex: (data) => createHash('sha256').update(data).digest('hex') },
    mutant,
    call: httpCall,
    onFatal: (error) =>
      fail(error instanceof WorldError ? textOf(error) : `the store failed: ${error.message}`),
  });
  const taking = (channel?: string): Server =>
    createServer({ noDelay: true, pauseOnConnect: false }, (socket: Socket) =>
      platform.handle(socket, channel),
    );
  const mqtt = taking();
  const http = httpServer(platform, options.httpToken);
  const [mqttPort, httpPort] = [
    await listen(mqtt, options.mqttPort, options.host),
    await listen(http, options.httpPort, options.host),
  ];
  const servers: Server[] = [mqtt, http];
  let websocket: number | null = null;
  if (options.websocketPort !== null) {
    const server = webSocketServer((connection) => platform.handle(connection));
    servers.push(server);
    websocket = await listen(server, options.websocketPort, options.host);
  }
  const channels: Record<string, number> = {};
  for (const [channel, port] of Object.entries(options.channelPorts)) {
    const server = taking(channel);
    servers.push(server);
    channels[channel] = await listen(server, port, options.host);
  }
  return {
    ready: { mqtt: mqttPort, http: httpPort, websocket, channels, pid: process.pid },
    end: (exitCode) => void end(platform, servers, exitCode),
  };
}

async function end(platform: Platform, servers: Server[], exitCode: number): Promise<void> {
  for (const server of servers) server.close();
  await platform.close();
  process.exit(exitCode);
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  for (let tries = 1; ; tries++) {
    try {
      return await listenOnce(server, port, host);
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!isTaken || tries === BIND_TRIES) throw error;
      await pause(BIND_PAUSE_MS);
    }
  }
}

function listenOnce(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: BACKLOG }, () => {
      server.removeListener('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** All processes of a machine share its monotonic clock, so that one goes on as another did. */
function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}

function processClock(zeroMs: number) {
  return {
    now: () => monotonicMs() - zeroMs,
    after: (delayMs: number, action: () => void) => {
      const timer = setTimeout(action, delayMs);
      return () => clearTimeout(timer);
    },
  };
}

function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  return new Promise((resolve) => {
    let isRead = false;
    lines.once('line', (line) => {
      isRead = true;
      // The stream must go on flowing, or its end would never be seen.
      lines.removeAllListeners('close');
      resolve(line);
    });
    lines.once('close', () => {
      if (!isRead) resolve('');
    });
  });
}

/** With the way out, where there is one: what stands here is all that is told of it. */
function textOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const remedy = error instanceof WorldError ? error.remedy : undefined;
  return remedy === undefined ? message : `${message} (${remedy})`;
}

function fail(message: string): void {
  process.stderr.write(`platform: ${message}\n`);
  process.exit(FAILED);
}
