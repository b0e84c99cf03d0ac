/**
 * A client that does what a question says and nothing else: no reconnect, no ping, no answer that
 * it was not told to give. What a broker does when it is not spoken to nicely is half of what it
 * is.
 */
import type { Duplex } from 'node:stream';
import { generate, type IConnectPacket, type Packet, parser, type QoS } from 'mqtt-packet';

export interface RawOptions
  extends Partial<Pick<IConnectPacket, 'clean' | 'keepalive' | 'will' | 'properties'>> {
  version?: 4 | 5;
  /** Whether it answers what it is sent, and goes on with what it sends at QoS 2. */
  answers?: boolean;
  /** Null sends none, whatever the login says. */
  username?: string | null;
  password?: Buffer | null;
}

export interface Message {
  topic: string;
  payload: string;
  bytes: number;
  qos: QoS;
  dup: boolean;
  retain: boolean;
  at: number;
  properties: NonNullable<Extract<Packet, { cmd: 'publish' }>['properties']>;
}

type Named<Cmd extends Packet['cmd']> = Extract<Packet, { cmd: Cmd }>;

const ANSWER_MS = 8000;

/** The broker said no, or nothing. */
export class NotLetIn extends Error {
  readonly code: number | null;

  constructor(code: number | null) {
    super(code === null ? 'the connection ended without a CONNACK' : `CONNACK ${code}`);
    this.code = code;
  }
}

export class RawClient {
  readonly messages: Message[] = [];
  readonly packets: Packet[] = [];
  connack: Named<'connack'> | null = null;
  closedAt: number | null = null;
  readonly #stream: Duplex;
  readonly #version: 4 | 5;
  #nextId = 0;

  constructor(stream: Duplex, { version = 4, answers = true }: RawOptions) {
    this.#stream = stream;
    this.#version = version;
    const reader = parser({ protocolVersion: version });
    reader.on('packet', (packet) => this.#take(packet, answers));
    reader.on('error', () => stream.destroy());
    stream.on('data', (bytes: Buffer) => reader.parse(bytes));
    stream.on('error', () => {});
    stream.on('close', () => {
      this.closedAt ??= performance.now();
    });
  }

  get isClosed(): boolean {
    return this.closedAt !== null;
  }

  get isSessionPresent(): boolean {
    return this.connack?.sessionPresent === true;
  }

  /** Throws NotLetIn where it is not let in. */
  async enter(hello: Partial<IConnectPacket> & { clientId: string }): Promise<void> {
    const protocol = { protocolId: 'MQTT', protocolVersion: this.#version } as const;
    this.send({ cmd: 'connect', ...protocol, clean: true, keepalive: 0, ...hello });
    await this.awaitConnack();
  }

  async awaitConnack(): Promise<void> {
    const answer = await this.next('connack', ANSWER_MS);
    const code = answer?.returnCode ?? answer?.reasonCode ?? null;
    if (code !== 0) {
      this.destroy();
      throw new NotLetIn(code);
    }
    this.connack = answer;
  }

  send(packet: Packet): void {
    this.write(generate(packet, { protocolVersion: this.#version }));
  }

  write(bytes: Buffer): void {
    if (!this.isClosed && this.#stream.writable) this.#stream.write(bytes);
  }

  /** The packet's number, by which its answer is known. */
  publish(
    topic: string,
    payload: string | Buffer,
    qos: QoS,
    more: Partial<Pick<Named<'publish'>, 'retain' | 'properties'>> = {},
  ): number {
    const messageId = this.#number();
    const number = qos === 0 ? {} : { messageId };
    const flags = { retain: false, dup: false, ...more };
    this.send({ cmd: 'publish', topic, payload, qos, ...flags, ...number });
    return messageId;
  }

  /** Acknowledged at QoS 1; false where no PUBACK came. */
  async publishSafely(
    topic: string,
    payload: string | Buffer,
    more: Partial<Pick<Named<'publish'>, 'retain' | 'properties'>> = {},
  ): Promise<boolean> {
    this.publish(topic, payload, 1, more);
    return (await this.next('puback')) !== null;
  }

  /** So many, no more than `window` of them without an answer; how many were answered. */
  async burst(
    topic: string,
    count: number,
    window: number,
    withinMs: number,
    payloadOf: (n: number) => string = String,
    qos: 1 | 2 = 1,
  ): Promise<number> {
    const before = this.#answers;
    const end = performance.now() + withinMs;
    for (let n = 0; n < count && performance.now() < end && !this.isClosed; n++) {
      await until(() => this.isClosed || n - (this.#answers - before) < window, withinMs);
      this.publish(topic, payloadOf(n), qos);
    }
    await until(() => this.isClosed || this.#answers - before >= count, end - performance.now());
    return this.#answers - before;
  }

  /** What was granted for each filter; null where the connection ended or said nothing. */
  async subscribe(
    filters: readonly string[],
    qos: QoS,
    more: { nl?: boolean; rap?: boolean; rh?: number; id?: number } = {},
  ): Promise<number[] | null> {
    const { id, ...words } = more;
    const subscriptions = filters.map((topic) => ({ topic, qos, ...words }));
    const properties = id === undefined ? {} : { properties: { subscriptionIdentifier: id } };
    this.send({ cmd: 'subscribe', messageId: this.#number(), subscriptions, ...properties });
    const answer = await this.next('suback');
    return answer === null ? null : (answer.granted as number[]);
  }

  /** The next packet of a kind, taken out; null where none comes in time. */
  async next<Cmd extends Packet['cmd']>(
    cmd: Cmd,
    withinMs = ANSWER_MS,
  ): Promise<Named<Cmd> | null> {
    let found = -1;
    await until(() => {
      found = this.packets.findIndex((packet) => packet.cmd === cmd);
      return found >= 0 || this.isClosed;
    }, withinMs);
    return found < 0 ? null : (this.packets.splice(found, 1)[0] as Named<Cmd>);
  }

  /** So many messages have come, or no further one for a while. */
  async settled(count: number, quietMs: number, withinMs: number): Promise<number> {
    const end = performance.now() + withinMs;
    const since = performance.now();
    await until(() => {
      const last = this.messages.at(-1)?.at ?? since;
      return this.messages.length >= count || performance.now() - Math.max(last, since) > quietMs;
    }, end - performance.now());
    return this.messages.length;
  }

  goodbye(): void {
    this.send({ cmd: 'disconnect' });
    this.#stream.end();
  }

  /** Gone without a goodbye. */
  destroy(): void {
    this.#stream.destroy();
    this.closedAt ??= performance.now();
  }

  #answers = 0;

  #number(): number {
    this.#nextId = (this.#nextId % 65_535) + 1;
    return this.#nextId;
  }

  #take(packet: Packet, answers: boolean): void {
    const { messageId = 0 } = packet;
    if (packet.cmd === 'publish') {
      const { topic, payload, qos, dup, retain, properties = {} } = packet;
      const bytes = payload.length;
      const text = payload.toString().slice(0, 100);
      this.messages.push({
        ...{ topic, payload: text, bytes, qos, dup, retain, properties },
        at: performance.now(),
      });
      if (answers && qos === 1) this.send({ cmd: 'puback', messageId });
      if (answers && qos === 2) this.send({ cmd: 'pubrec', messageId });
      return;
    }
    if (packet.cmd === 'puback' || packet.cmd === 'pubcomp') this.#answers++;
    this.packets.push(packet);
    if (!answers) return;
    if (packet.cmd === 'pubrec') this.send({ cmd: 'pubrel', messageId });
    if (packet.cmd === 'pubrel') this.send({ cmd: 'pubcomp', messageId });
  }
}

/** Whether it became true in time. */
export async function until(holds: () => boolean, withinMs: number): Promise<boolean> {
  for (const end = performance.now() + withinMs; !holds(); await pause(5)) {
    if (performance.now() > end) return false;
  }
  return true;
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));
