/**
 * A real line of observed children on the loopback, by `coap` at both ends: a server for each child
 * of one gateway, and the client by which the gateway observes them (RFC 7641). Whether what came
 * is newer than what there is, is for the gateway to tell: it hears of all that came.
 */
import { createSocket, type Socket } from 'node:dgram';
import type { CoapBus, CoapOptions, Enter, Fate, Notice, Release } from '#devices';
import { WorldError } from '#kernel';
import { CoapChild, HOST } from './coap-child.ts';

type Coap = typeof import('coap');
type Agent = InstanceType<Coap['Agent']>;
type Sent = ReturnType<Agent['request']>;
type Response = InstanceType<Coap['IncomingMessage']>;
type Packet = Response['_packet'];

/** As in virtual time: chance has no part in when something is sent again. */
const TIMING = { ackTimeout: 2, ackRandomFactor: 1 };
/** So long the goodbyes may take. */
const LEAVING_MS = 1000;
const NOTHING = new Uint8Array();

/** The package is an optional one: who does without CoAP need not have it. */
export async function loadCoap(): Promise<Coap> {
  try {
    const { default: coap } = (await import('coap')) as unknown as { default: Coap };
    coap.updateTiming(TIMING);
    return coap;
  } catch {
    throw new WorldError(
      'component',
      'a bus of the scenario is CoAP, and the package coap is not there',
      'npm install coap, or run it in sim',
    );
  }
}

interface Observation {
  readonly child: number;
  readonly resource: number;
  readonly told: (notice: Notice) => void;
  /** Null before it has gone out. */
  sent: Sent | null;
  /** Null before it was answered. */
  response: Response | null;
  isOver: boolean;
}

export class CoapLine implements CoapBus {
  readonly #coap: Coap;
  readonly #options: CoapOptions;
  readonly #enter: Enter;
  readonly #socket: Socket = createSocket('udp4');
  readonly #agent: Agent;
  readonly #children = new Map<number, CoapChild>();
  readonly #observations = new Map<string, Observation>();
  #isOver = false;
  #hasLeft: () => void = () => {};
  /** All its sockets are closed. */
  readonly closed = new Promise<void>((resolve) => {
    this.#hasLeft = resolve;
  });

  constructor(coap: Coap, options: CoapOptions, enter: Enter = (action) => action()) {
    this.#coap = coap;
    this.#options = options;
    this.#enter = enter;
    this.#socket.unref();
    this.#socket.bind(0, HOST);
    this.#agent = new coap.Agent({ type: 'udp4', socket: this.#socket });
    this.#agent.on('error', () => {});
  }

  /** Where a child listens, once it does. */
  async addressOf(child: number): Promise<{ host: string; port: number }> {
    return { host: HOST, port: await this.#of(child).listening };
  }

  boot(child: number): void {
    if (!this.#isOver) this.#of(child).boot();
  }

  put(child: number, resource: number, payload: Uint8Array): void {
    this.#of(child).put(resource, payload);
  }

  hush(child: number, isHushed: boolean): void {
    this.#of(child).isHushed = isHushed;
  }

  refuse(child: number, code: number | null): void {
    this.#of(child).refuse(code);
  }

  isObserved(child: number, resource: number): boolean {
    return this.#of(child).isObserved(resource);
  }

  notify(child: number, resource: number, fate: Fate): Release | null {
    return this.#isOver ? null : this.#of(child).notify(resource, fate);
  }

  dismiss(child: number, resource: number, code: number): void {
    if (!this.#isOver) this.#of(child).dismiss(resource, code);
  }

  observe(child: number, resource: number, told: (notice: Notice) => void): void {
    if (this.#isOver) return;
    this.forget(child, resource);
    const one = { child, resource, told, sent: null, response: null, isOver: false };
    this.#observations.set(keyOf(one), one);
    this.#register(one).catch(() => {});
  }

  forget(child: number, resource: number): void {
    const key = keyOf({ child, resource });
    const former = this.#observations.get(key);
    this.#observations.delete(key);
    if (former !== undefined) this.#letGo(former);
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const leaving = [...this.#observations.values()].map((one) => this.#takeLeave(one));
    const late = new Promise<void>((resolve) => setTimeout(resolve, LEAVING_MS).unref());
    void Promise.race([Promise.all(leaving), late]).then(() => this.#close());
  }

  async #register(one: Observation): Promise<void> {
    const request = await this.#request(one, 0);
    if (one.isOver || request === null) return;
    one.sent = request;
    request.on('response', (response: Response) => {
      one.response = response;
      this.#tell(one, response._packet, true);
      const more = { append: (packet: Packet) => this.#tell(one, packet, false) };
      // The package would sort out what it holds to be older; here somebody else does.
      if ('append' in response) Object.assign(response, more);
    });
    request.end();
  }

  /** The same token for the same resource: who registers anew is still the same observer. */
  async #request({ child, resource }: Observation, observe: 0 | 1): Promise<Sent | null> {
    const { host, port } = await this.addressOf(child);
    const pathname = this.#options.resourcesOf(child)[resource]?.path;
    if (pathname === undefined) return null;
    const token = Buffer.alloc(8);
    token.writeUInt32BE(child, 0);
    token.writeUInt32BE(resource, 4);
    const request = this.#agent.request({ host, port, pathname, observe, token });
    request.on('error', () => {});
    return request;
  }

  #tell(one: Observation, packet: Packet, answers: boolean): void {
    if (one.isOver || this.#isOver) return;
    const { code, confirmable, options = [], payload } = packet;
    const seq = options.find(({ name }) => name === 'Observe')?.value;
    const notice: Notice = {
      code: Number(String(code).replace('.', '')),
      seq: numberOf(seq),
      payload: payload ?? NOTHING,
      answers,
      confirmable: confirmable === true,
    };
    this.#enter(() => one.told(notice));
  }

  /** The package knows nothing of it any more, and rejects what still comes. */
  #letGo(one: Observation): void {
    one.isOver = true;
    if (one.response !== null && 'close' in one.response) (one.response.close as () => void)();
    else if (one.sent !== null) this.#agent.abort(one.sent);
  }

  /** One that hears nothing is told nothing. */
  async #takeLeave(one: Observation): Promise<void> {
    const isObserved = one.response !== null && this.isObserved(one.child, one.resource);
    this.#letGo(one);
    if (!isObserved || this.#of(one.child).isHushed) return;
    const request = await this.#request(one, 1);
    await new Promise<void>((resolve) => {
      request?.on('response', () => resolve());
      request?.end();
    });
  }

  #close(): void {
    for (const child of this.#children.values()) child.close();
    this.#agent.close();
    this.#socket.close();
    this.#hasLeft();
  }

  #of(index: number): CoapChild {
    let child = this.#children.get(index);
    if (child === undefined) {
      const nextSeq = (): number => this.#options.seqOf(index);
      child = new CoapChild(this.#coap, this.#options.resourcesOf(index), nextSeq);
      this.#children.set(index, child);
    }
    return child;
  }
}

/** The package reads the options of the first packet in place, and not those of others. */
function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  return Buffer.isBuffer(value) ? [...value].reduce((sum, byte) => sum * 256 + byte, 0) : null;
}

const keyOf = ({ child, resource }: Pick<Observation, 'child' | 'resource'>): string =>
  `${child}/${resource}`;
