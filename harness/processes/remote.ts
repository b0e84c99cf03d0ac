/**
 * One child as the runner sees it: calls downwards, news upwards. A call says how long its answer
 * may take; beyond that the child counts as hung, whatever it is doing.
 */
import type { Socket } from 'node:net';
import { formatDuration, type Timers, WorldError } from '#kernel';
import { within } from '../run/bounded.ts';
import type { Line } from './control-lines.ts';

interface Call {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class Remote {
  readonly name: string;
  readonly #socket: Socket;
  readonly #timers: Timers;
  readonly #calls = new Map<number, Call>();
  #next = 1;
  #isGone = false;
  #isHeard = false;
  onNews: (news: string, value: unknown) => void = () => {};
  /** A call was not answered in its time. */
  onHung: (error: WorldError) => void = () => {};

  constructor(name: string, socket: Socket, timers: Timers) {
    this.name = name;
    this.#socket = socket;
    this.#timers = timers;
    socket.on('close', () => {
      this.#isGone = true;
      for (const call of this.#calls.values()) call.reject(gone(name));
      this.#calls.clear();
    });
  }

  call<T>(method: string, params: unknown, boundMs: number): Promise<T> {
    if (this.#isGone) return Promise.reject(gone(this.name));
    const number = this.#next++;
    const answer = new Promise<T>((resolve, reject) => {
      this.#calls.set(number, { resolve: resolve as (value: unknown) => void, reject });
      this.#socket.write(`${JSON.stringify({ call: number, method, params })}\n`);
    });
    return within(this.#timers, boundMs, answer, () => {
      this.#calls.delete(number);
      const error = hung(this.name, method, boundMs);
      this.onHung(error);
      return error;
    });
  }

  /** Whether anything came since this was last asked. */
  wasHeard(): boolean {
    const heard = this.#isHeard;
    this.#isHeard = false;
    return heard;
  }

  hear(line: Line): void {
    this.#isHeard = true;
    if ('news' in line) this.onNews(line.news, line.value);
    if (!('answer' in line)) return;
    const call = this.#calls.get(line.answer);
    this.#calls.delete(line.answer);
    if (line.error === undefined) call?.resolve(line.value);
    else call?.reject(new Error(line.error));
  }
}

export const fellSilent = (name: string, boundMs: number): WorldError =>
  new WorldError('hung', `${name} said nothing for ${formatDuration(boundMs)}`, logOf(name));

const gone = (name: string): WorldError =>
  new WorldError('gone', `${name} is gone in the middle of the run`, logOf(name));

const hung = (name: string, method: string, boundMs: number): WorldError =>
  new WorldError(
    'hung',
    `${name} did not answer '${method}' within ${formatDuration(boundMs)}`,
    logOf(name),
  );

/** What to do about a process that a signal ended; null where its log says it. */
export const remedyFor = (signal: string | null): string | null =>
  signal === 'SIGKILL'
    ? 'something outside ended it; Linux does so when a machine is out of memory'
    : null;

/** Where a person finds what a child had to say. */
export const logOf = (name: string): string => `see log/${name}.log in the run directory`;
