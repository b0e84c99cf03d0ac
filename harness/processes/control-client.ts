/** A child's side of the control channel: it dials, says who it is, answers calls, sends news. */
import { connect, type Socket } from 'node:net';
import { type Line, lineIn, linesOf } from './control-lines.ts';

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
