/**
 * The runner's side of the control channel: it listens on a Unix socket with a short path, and each
 * child dials it and says who it is. A child that does not come is not waited for without end.
 */
import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { formatDuration, type Timers, WorldError } from '#kernel';
import { within } from '../run/bounded.ts';
import { lineIn, linesOf } from './control-lines.ts';
import { logOf, Remote } from './remote.ts';
import { socketFolder } from './socket-folder.ts';

const SOCKET = 's';

export class ControlServer {
  readonly path: string;
  /** Holds the socket and nothing else; whoever outlives the runner removes it. */
  readonly folder: string;
  readonly #timers: Timers;
  readonly #server: Server;
  readonly #expected = new Map<string, PromiseWithResolvers<Remote>>();
  readonly #sockets = new Set<Socket>();

  constructor(timers: Timers) {
    this.#timers = timers;
    this.folder = socketFolder(SOCKET);
    this.path = join(this.folder, SOCKET);
    this.#server = createServer((socket) => this.#accept(socket));
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.path, resolve);
    });
  }

  /** The child that will say this name. */
  expect(name: string, boundMs: number): Promise<Remote> {
    const dialled = Promise.withResolvers<Remote>();
    this.#expected.set(name, dialled);
    const late = (): Error =>
      new WorldError(
        'component',
        `${name} did not report within ${formatDuration(boundMs)}`,
        logOf(name),
      );
    return within(this.#timers, boundMs, dialled.promise, late);
  }

  close(): void {
    const closed = new Error('the control channel is closed');
    for (const dialled of this.#expected.values()) dialled.reject(closed);
    this.#expected.clear();
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #accept(socket: Socket): void {
    let remote: Remote | null = null;
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {});
    linesOf(socket).on('line', (text) => {
      const line = lineIn(text);
      if (line === null) return;
      if ('hello' in line) {
        remote = new Remote(line.hello, socket, this.#timers);
        this.#expected.get(line.hello)?.resolve(remote);
        this.#expected.delete(line.hello);
      } else remote?.hear(line);
    });
  }
}
