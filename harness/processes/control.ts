/**
 * The control channel: the runner listens on a Unix socket with a short path, each child dials it
 * and says who it is. One JSON object a line in both directions: calls with answers downwards, news
 * upwards.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';

type Line =
  | { hello: string }
  | { call: number; method: string; params: unknown }
  | { answer: number; value?: unknown; error?: string }
  | { news: string; value: unknown };

/** One child as the runner sees it. */
export class Remote {
  readonly #socket: Socket;
  readonly #calls = new Map<
    number,
    { resolve(value: unknown): void; reject(error: Error): void }
  >();
  #next = 1;
  onNews: (news: string, value: unknown) => void = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('close', () => {
      for (const call of this.#calls.values()) call.reject(new Error('the process is gone'));
      this.#calls.clear();
    });
  }

  call<T>(method: string, params: unknown): Promise<T> {
    const number = this.#next++;
    return new Promise<T>((resolve, reject) => {
      this.#calls.set(number, { resolve: resolve as (value: unknown) => void, reject });
      this.#socket.write(`${JSON.stringify({ call: number, method, params })}\n`);
    });
  }

  hear(line: Line): void {
    if ('news' in line) this.onNews(line.news, line.value);
    if (!('answer' in line)) return;
    const call = this.#calls.get(line.answer);
    this.#calls.delete(line.answer);
    if (line.error === undefined) call?.resolve(line.value);
    else call?.reject(new Error(line.error));
  }
}

export class ControlServer {
  readonly path: string;
  /** Holds the socket and nothing else; whoever outlives the runner removes it. */
  readonly folder: string;
  readonly #server: Server;
  readonly #expected = new Map<string, (remote: Remote) => void>();
  readonly #sockets = new Set<Socket>();

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'tw-'));
    this.path = join(this.folder, 's');
    this.#server = createServer((socket) => this.#accept(socket));
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.path, resolve);
    });
  }

  /** The child that will say this name. */
  expect(name: string): Promise<Remote> {
    return new Promise((resolve) => this.#expected.set(name, resolve));
  }

  close(): void {
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
        remote = new Remote(socket);
        this.#expected.get(line.hello)?.(remote);
      } else remote?.hear(line);
    });
  }
}

/** A child's side: answers calls, sends news. */
export class ControlClient {
  readonly #socket: Socket;

  constructor(
    path: string,
    name: string,
    methods: Readonly<Record<string, (params: never) => Promise<unknown>>>,
  ) {
    this.#socket = connect(path);
    this.#socket.on('error', () => {});
    this.#send({ hello: name });
    linesOf(this.#socket).on('line', (text) => {
      const line = lineIn(text);
      if (line === null || !('call' in line)) return;
      const method = methods[line.method];
      const answer =
        method === undefined
          ? Promise.reject(new Error(`no method ${line.method}`))
          : method(line.params as never);
      answer.then(
        (value) => this.#send({ answer: line.call, value: value ?? null }),
        (error: Error) => this.#send({ answer: line.call, error: error.message }),
      );
    });
  }

  tell(news: string, value: unknown): void {
    this.#send({ news, value });
  }

  #send(line: Line): void {
    if (this.#socket.writable) this.#socket.write(`${JSON.stringify(line)}\n`);
  }
}

/** Null for half a line, the last word of a process that was killed. */
function lineIn(text: string): Line | null {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return null;
  }
}

/**
 * A reader of lines says again what its socket says: a process that was killed is no error here.
 */
function linesOf(socket: Socket): Interface {
  const lines = createInterface({ input: socket });
  lines.on('error', () => {});
  return lines;
}
