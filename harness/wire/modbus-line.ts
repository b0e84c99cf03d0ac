/**
 * A real Modbus TCP line on the loopback, by `modbus-serial` at both ends: a server that stands for
 * the devices of one gateway, a unit for each, and the client by which the gateway asks them. One
 * question goes after the other, as on the serial line that such a gateway stands for: who hangs
 * costs the others the time until he is given up, and no more.
 */
import type { Enter, ModbusAnswer, ModbusBus, ModbusOptions } from '#devices';
import { WorldError } from '#kernel';

type Modbus = typeof import('modbus-serial');

const HOST = '127.0.0.1';
const ILLEGAL_ADDRESS = 2;
const DEVICE_FAILURE = 4;

/** The package is an optional one: who does without Modbus need not have it. */
export async function loadModbus(): Promise<Modbus> {
  try {
    return (await import('modbus-serial')) as unknown as Modbus;
  } catch {
    throw new WorldError(
      'component',
      'a bus of the scenario is Modbus TCP, and the package modbus-serial is not there',
      'npm install modbus-serial, or run it in sim',
    );
  }
}

interface Question {
  unit: number;
  from: number;
  count: number;
  answered: (answer: ModbusAnswer) => void;
}

interface Unit {
  image: ReadonlyMap<number, number>;
  isHushed: boolean;
  code: number | null;
}

interface Client {
  writeFC3(unit: number, from: number, count: number, next: Answered): void;
  writeFC4(unit: number, from: number, count: number, next: Answered): void;
  connectTCP(host: string, options: { port: number }): Promise<void>;
  setTimeout(ms: number): void;
  destroy(done: () => void): void;
}

type Answered = (
  error: (Error & { modbusCode?: number }) | null,
  read?: { data: number[] },
) => void;
type Reply = (error: { modbusErrorCode: number } | null, word?: number) => void;

export class ModbusLine implements ModbusBus {
  readonly #options: ModbusOptions;
  readonly #enter: Enter;
  readonly #units = new Map<number, Unit>();
  readonly #waiting: Question[] = [];
  readonly #client: Client;
  readonly #server: { close(done: () => void): void };
  /** Where its devices listen, once they do. */
  readonly ready: Promise<{ host: string; port: number }>;
  #isBusy = true;
  #isOver = false;

  constructor(modbus: Modbus, options: ModbusOptions, enter: Enter = (action) => action()) {
    this.#enter = enter;
    this.#options = options;
    const ModbusRtu = modbus.default as unknown as Package;
    const read = (address: number, unit: number, reply: Reply): void =>
      this.#serve(address, unit, reply);
    // A text, since the package takes the number 0 for its own default port.
    const server = new ModbusRtu.ServerTCP(
      { getHoldingRegister: read, getInputRegister: read },
      { host: HOST, port: '0' },
    );
    this.#server = server;
    this.#client = new ModbusRtu();
    this.ready = this.#connect(server);
    this.ready.then(
      () => {
        this.#isBusy = false;
        this.#next();
      },
      () => this.#giveUp(),
    );
  }

  put(unit: number, image: ReadonlyMap<number, number>): void {
    this.#unit(unit).image = image;
  }

  hush(unit: number, isHushed: boolean): void {
    this.#unit(unit).isHushed = isHushed;
  }

  refuse(unit: number, code: number | null): void {
    this.#unit(unit).code = code;
  }

  ask(unit: number, from: number, count: number, answered: Question['answered']): void {
    if (this.#isOver) return;
    // Who has not answered yet is not asked a second time meanwhile; what hangs on that goes on.
    if (this.#waiting.some((one) => one.unit === unit))
      return this.#enter(() => answered({ kind: 'silence' }));
    this.#waiting.push({ unit, from, count, answered });
    this.#next();
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#waiting.length = 0;
    this.#client.destroy(() => {});
    this.#server.close(() => {});
  }

  async #connect(server: EventedServer): Promise<{ host: string; port: number }> {
    await new Promise<void>((resolve, reject) => {
      server.once('initialized', () => resolve());
      server.once('serverError', (error: Error) => reject(error));
    });
    const { port } = server._server.address();
    this.#client.setTimeout(this.#options.timeoutMs);
    await this.#client.connectTCP(HOST, { port });
    return { host: HOST, port };
  }

  #next(): void {
    if (this.#isBusy || this.#isOver) return;
    const question = this.#waiting[0];
    if (question === undefined) return;
    this.#isBusy = true;
    const { unit, from, count, answered } = question;
    const done: Answered = (error, read) => {
      this.#isBusy = false;
      this.#waiting.shift();
      if (this.#isOver) return;
      this.#enter(() => answered(answerOf(error, read?.data)));
      this.#next();
    };
    if (this.#options.table === 'input') this.#client.writeFC4(unit, from, count, done);
    else this.#client.writeFC3(unit, from, count, done);
  }

  /** Called for each word of a question; one that is never answered hangs. */
  #serve(address: number, unit: number, reply: Reply): void {
    const { image, isHushed, code } = this.#unit(unit);
    if (isHushed) return;
    const word = image.get(address);
    if (code !== null) reply({ modbusErrorCode: code });
    else if (word === undefined) reply({ modbusErrorCode: ILLEGAL_ADDRESS });
    else reply(null, word);
  }

  #giveUp(): void {
    for (const { answered } of this.#waiting.splice(0)) {
      this.#enter(() => answered({ kind: 'silence' }));
    }
  }

  #unit(id: number): Unit {
    let unit = this.#units.get(id);
    if (unit === undefined) {
      unit = { image: new Map(), isHushed: false, code: null };
      this.#units.set(id, unit);
    }
    return unit;
  }
}

type Package = (new () => Client) & {
  ServerTCP: new (vector: object, options: object) => EventedServer;
};

interface EventedServer {
  once(event: string, listener: (error: Error) => void): void;
  close(done: () => void): void;
  _server: { address(): { port: number } };
}

function answerOf(
  error: (Error & { modbusCode?: number }) | null,
  words: readonly number[] | undefined,
): ModbusAnswer {
  if (error === null || error === undefined) return { kind: 'words', words: words ?? [] };
  if (error.modbusCode !== undefined) return { kind: 'exception', code: error.modbusCode };
  return error.name === 'TransactionTimedOutError'
    ? { kind: 'silence' }
    : { kind: 'exception', code: DEVICE_FAILURE };
}
