/**
 * TEST ONLY. Brokers to test against: Aedes without sockets, Aedes behind a socket, and a Mosquitto
 * of our own in its default configuration.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Duplex, duplexPair } from 'node:stream';
import { Aedes } from 'aedes';
import { real } from '../../tools/real.ts';

export interface Broker {
  name: string;
  /** A fresh connection. */
  open(): Duplex;
  /** Port on 127.0.0.1; 0 where there is no socket. */
  port: number;
  /** Whether it still counts a client as connected, where that can be known. */
  holds(clientId: string): boolean;
  close(): Promise<void>;
}

/** One in a process of its own, which can die like one. */
export interface MortalBroker extends Broker {
  /** Dies by -9, and does not come back. */
  kill(): Promise<void>;
}

export interface BrokerKind<Started extends Broker = Broker> {
  name: string;
  /** Whether it is missing here, for `context.skip`; throws where it may not be. */
  look(): { skip: boolean; reason: string };
  start(): Promise<Started>;
}

const here = { skip: false, reason: '' };
export const MEMORY_AEDES: BrokerKind = {
  name: 'Aedes in memory',
  look: () => here,
  start: startMemory,
};
export const SOCKET_AEDES: BrokerKind = { name: 'Aedes', look: () => here, start: startSocket };
export const MOSQUITTO: BrokerKind<MortalBroker> = {
  name: 'Mosquitto',
  look: () => real('mosquitto'),
  start: startMosquitto,
};

async function startMemory(): Promise<Broker> {
  const broker = await Aedes.createBroker();
  const open = (): Duplex => {
    const [ours, theirs] = duplexPair();
    // As a socket would: when one end is gone, so is the other.
    ours.on('close', () => theirs.destroy());
    theirs.on('close', () => ours.destroy());
    theirs.on('error', () => {});
    broker.handle(theirs);
    return ours;
  };
  return {
    name: MEMORY_AEDES.name,
    open,
    port: 0,
    holds: roll(broker),
    close: () => closed((done) => broker.close(done)),
  };
}

async function startSocket(): Promise<Broker> {
  const broker = await Aedes.createBroker();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    broker.handle(socket);
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(portOf(server.address())));
  });
  const close = async (): Promise<void> => {
    await closed((done) => broker.close(done));
    for (const socket of sockets) socket.destroy();
    await closed((done) => server.close(() => done()));
  };
  return { name: SOCKET_AEDES.name, open: () => dial(port), port, holds: roll(broker), close };
}

/** Who is connected. */
function roll(broker: Aedes): (clientId: string) => boolean {
  const connected = new Set<string>();
  broker.on('client', ({ id }) => connected.add(id));
  broker.on('clientDisconnect', ({ id }) => connected.delete(id));
  return (clientId) => connected.has(clientId);
}

async function startMosquitto(): Promise<MortalBroker> {
  const binary = real('mosquitto').path ?? 'mosquitto';
  for (let attempt = 1; ; attempt++) {
    const folder = mkdtempSync(join(tmpdir(), 'twinstorm-mosquitto-'));
    const port = await freePort();
    const config = join(folder, 'mosquitto.conf');
    writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
    const child = spawn(binary, ['-c', config], { stdio: 'ignore' });
    const exited = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    const kill = async (): Promise<void> => {
      child.kill('SIGKILL');
      await exited;
    };
    const close = async (): Promise<void> => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    };
    if (await accepts(port, child)) {
      const open = (): Socket => dial(port);
      return { name: 'Mosquitto', open, port, holds: () => false, kill, close };
    }
    // Somebody else was faster with the free port.
    await close();
    if (attempt === 5) throw new Error(`${binary} does not accept connections`);
  }
}

const dial = (port: number): Socket => connect({ port, host: '127.0.0.1', noDelay: true });

async function accepts(port: number, child: ChildProcess): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    const socket = dial(port);
    const up = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (up) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(portOf(server.address())));
  });
  await closed((done) => server.close(() => done()));
  return port;
}

const portOf = (address: ReturnType<ReturnType<typeof createServer>['address']>): number =>
  typeof address === 'object' && address !== null ? address.port : 0;

const closed = (close: (done: () => void) => void): Promise<void> =>
  new Promise((resolve) => close(resolve));

/**
 * Waits for something to become true, however long the machine takes; the test's own limit is the
 * only one.
 */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
