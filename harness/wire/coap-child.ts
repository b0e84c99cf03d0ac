/**
 * One observed child on the loopback: a CoAP server with a socket of its own. Its datagrams go out
 * through a gate, where one is lost or held back; the one after it overtakes it in truth. Who
 * observes it, it has in memory alone.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { CoapResource, Fate, Release } from '#devices';

type Coap = typeof import('coap');
type Server = ReturnType<Coap['createServer']>;
type Stream = InstanceType<Coap['ObserveWriteStream']>;
type Request = InstanceType<Coap['IncomingMessage']>;
type Response = InstanceType<Coap['OutgoingMessage']> | Stream;

export const HOST = '127.0.0.1';
const NOT_FOUND = 404;
/** Before a child has anything to say. */
const NOTHING = new TextEncoder().encode('{}');

/** 4.04 of 404. */
const dotted = (code: number): string =>
  `${Math.floor(code / 100)}.${String(code % 100).padStart(2, '0')}`;

export class CoapChild {
  readonly #coap: Coap;
  readonly #resources: readonly CoapResource[];
  readonly #nextSeq: () => number;
  readonly #socket: Socket = createSocket('udp4');
  /** Its port, once it listens. */
  readonly listening: Promise<number>;
  readonly #payloads: Uint8Array[];
  /** By resource, then by who observes it. */
  #observers: Map<string, Stream>[] = [];
  #server: Server | null = null;
  /** How often it was started. */
  #life = 0;
  #gate: Fate = 'arrives';
  #held: Release[] = [];
  #code: number | null = null;
  isHushed = false;

  constructor(coap: Coap, resources: readonly CoapResource[], nextSeq: () => number) {
    this.#coap = coap;
    this.#resources = resources;
    this.#nextSeq = nextSeq;
    this.#payloads = resources.map(() => NOTHING);
    this.listening = this.#listen();
    this.boot();
  }

  boot(): void {
    this.#life++;
    this.#server?.close();
    this.#socket.removeAllListeners('message');
    this.#observers = this.#resources.map(() => new Map());
    const server = this.#coap.createServer();
    server.on('request', (request: Request, response: Response) => this.#asked(request, response));
    server.on('error', () => {});
    server.listen(this.#socket);
    // One that is hushed does not even hear what it would turn down.
    const hears = this.#socket.listeners('message') as ((...args: unknown[]) => void)[];
    this.#socket.removeAllListeners('message');
    this.#socket.on('message', (...args: unknown[]) => {
      if (!this.isHushed) for (const hear of hears) hear(...args);
    });
    this.#server = server;
  }

  put(resource: number, payload: Uint8Array): void {
    this.#payloads[resource] = payload;
  }

  refuse(code: number | null): void {
    this.#code = code;
  }

  isObserved(resource: number): boolean {
    return (this.#observers[resource]?.size ?? 0) > 0;
  }

  notify(resource: number, fate: Fate): Release | null {
    const seq = this.#nextSeq();
    this.#held = [];
    this.#gate = fate;
    for (const stream of this.#observers[resource]?.values() ?? [])
      this.#say(stream, resource, seq);
    this.#gate = 'arrives';
    const [held, life] = [this.#held, this.#life];
    if (fate !== 'held') return null;
    return () => {
      if (life === this.#life) for (const send of held) send();
    };
  }

  dismiss(resource: number, code: number): void {
    for (const stream of this.#observers[resource]?.values() ?? []) {
      stream.statusCode = dotted(code);
      const packet = stream._packet;
      packet.options = (packet.options ?? []).filter(({ name }) => name !== 'Observe');
      Object.assign(packet, { confirmable: true, ack: false });
      stream._doSend();
    }
    this.#observers[resource]?.clear();
  }

  close(): void {
    this.#life++;
    this.#server?.close();
    this.#server = null;
    this.#socket.close();
  }

  async #listen(): Promise<number> {
    const send = this.#socket.send.bind(this.#socket) as (...args: unknown[]) => void;
    this.#socket.send = ((...args: unknown[]) => {
      if (this.#gate === 'arrives') send(...args);
      else if (this.#gate === 'held') this.#held.push(() => send(...args));
    }) as Socket['send'];
    this.#socket.unref();
    this.#socket.bind(0, HOST);
    await once(this.#socket, 'listening');
    return this.#socket.address().port;
  }

  #asked(request: Request, response: Response): void {
    const [path] = request.url.split('?');
    const resource = this.#resources.findIndex((one) => one.path === path);
    const observers = this.#observers[resource];
    const who = observerOf(request);
    observers?.delete(who);
    if (observers === undefined || this.#code !== null) {
      response.statusCode = dotted(this.#code ?? NOT_FOUND);
      response.end();
      return;
    }
    const { maxAgeS } = this.#resources[resource] ?? { maxAgeS: 60 };
    response.setOption('Content-Format', 'application/json');
    response.setOption('Max-Age', maxAgeS);
    if (!(response instanceof this.#coap.ObserveWriteStream)) {
      response.end(this.#payloads[resource]);
      return;
    }
    observers.set(who, response);
    // Whoever rejects a notification observes it no longer.
    response.on('finish', () => {
      if (observers.get(who) === response) observers.delete(who);
    });
    this.#write(response, resource, this.#nextSeq());
  }

  #say(stream: Stream, resource: number, seq: number): void {
    // The package would do as the registration did, and call what needs no answer an answer.
    const confirmable = this.#resources[resource]?.confirmable === true;
    Object.assign(stream._packet, { confirmable, ack: false });
    this.#write(stream, resource, seq);
  }

  /** The package counts for each registration anew, and a device does not. */
  #write(stream: Stream, resource: number, seq: number): void {
    stream._counter = seq - 1;
    stream.write(Buffer.from(this.#payloads[resource] ?? NOTHING));
  }
}

/** An endpoint and its token (RFC 7641, 4.1). */
const observerOf = ({ rsinfo, _packet }: Request): string =>
  `${rsinfo.address}:${rsinfo.port}/${_packet.token?.toString('hex')}`;
