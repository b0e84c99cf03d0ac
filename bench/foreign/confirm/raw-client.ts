/**
 * A client that does what the script says and nothing else: no reconnect, no ping, no answer that
 * it was not told to give. It shares no code with the product.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { generate, type IConnectPacket, type Packet, parser, type QoS } from 'mqtt-packet';

/** Where the broker is, and as whom one may come in. */
export interface Door {
  port: number;
  user?: string;
  password?: string;
}

export interface RawOptions extends Partial<Pick<IConnectPacket, 'clean' | 'keepalive' | 'will'>> {
  /** Whether it answers what it is sent, and goes on with what it sends at QoS 2. */
  answers?: boolean;
}

export interface Message {
  topic: string;
  payload: string;
  qos: QoS;
  dup: boolean;
  retain: boolean;
  at: number;
}

export class RawClient {
  readonly socket: Socket;
  readonly packets: Packet[] = [];
  readonly messages: Message[] = [];
  isClosed = false;
  isSessionPresent = false;
  #nextId = 0;

  private constructor(socket: Socket, answers: boolean) {
    this.socket = socket;
    const reader = parser({ protocolVersion: 4 });
    reader.on('packet', (packet: Packet) => this.#take(packet, answers));
    socket.on('data', (bytes: Buffer) => reader.parse(bytes));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isClosed = true;
    });
  }

  /** Connected and let in; throws with the broker's code where it is not. */
  static async open(door: Door, clientId: string, options: RawOptions = {}): Promise<RawClient> {
    const { answers = true, ...words } = options;
    const socket = connect({ port: door.port, host: '127.0.0.1', noDelay: true });
    const client = new RawClient(socket, answers);
    await once(socket, 'connect');
    const login = door.user === undefined ? {} : { username: door.user };
    const secret = door.password === undefined ? {} : { password: Buffer.from(door.password) };
    const hello = { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, keepalive: 0 } as const;
    client.send({ ...hello, clean: true, clientId, ...login, ...secret, ...words });
    const answer = await client.next('connack');
    if (answer?.cmd !== 'connack') throw new Error(`no CONNACK for ${clientId}`);
    if (answer.returnCode !== 0) throw new Error(`CONNACK ${answer.returnCode} for ${clientId}`);
    client.isSessionPresent = answer.sessionPresent;
    return client;
  }

  send(packet: Packet): void {
    if (!this.isClosed) this.socket.write(generate(packet));
  }

  /** The packet's number, by which its answer is known. */
  publish(topic: string, payload: string | Buffer, qos: QoS, retain = false): number {
    const messageId = this.#number();
    const number = qos === 0 ? {} : { messageId };
    this.send({ cmd: 'publish', topic, payload, qos, retain, dup: false, ...number });
    return messageId;
  }

  /** What was granted for each filter; null where the connection ended instead. */
  async subscribe(filters: readonly string[], qos: QoS): Promise<number[] | null> {
    const subscriptions = filters.map((topic) => ({ topic, qos }));
    this.send({ cmd: 'subscribe', messageId: this.#number(), subscriptions });
    const answer = await this.next('suback');
    return answer?.cmd === 'suback' ? (answer.granted as number[]) : null;
  }

  /** The next packet of a kind, taken out; null where none comes in time. */
  async next(cmd: Packet['cmd'], withinMs = 10_000): Promise<Packet | null> {
    let found = -1;
    await until(() => {
      found = this.packets.findIndex((packet) => packet.cmd === cmd);
      return found >= 0 || this.isClosed;
    }, withinMs);
    return found < 0 ? null : (this.packets.splice(found, 1)[0] ?? null);
  }

  /** So many packets of a kind have come, and stay; false where they do not in time. */
  all(cmd: Packet['cmd'], count: number, withinMs = 20_000): Promise<boolean> {
    const came = (): number => this.packets.filter((packet) => packet.cmd === cmd).length;
    return until(() => this.isClosed || came() >= count, withinMs);
  }

  /** Gone without a goodbye. */
  destroy(): void {
    this.socket.destroy();
  }

  #number(): number {
    this.#nextId = (this.#nextId % 65_535) + 1;
    return this.#nextId;
  }

  #take(packet: Packet, answers: boolean): void {
    this.packets.push(packet);
    const { messageId = 0 } = packet;
    if (packet.cmd === 'publish') {
      const { topic, qos, dup, retain } = packet;
      const payload = packet.payload.toString();
      this.messages.push({ topic, payload, qos, dup, retain, at: performance.now() });
      if (answers && qos === 1) this.send({ cmd: 'puback', messageId });
      if (answers && qos === 2) this.send({ cmd: 'pubrec', messageId });
    }
    if (!answers) return;
    if (packet.cmd === 'pubrec') this.send({ cmd: 'pubrel', messageId });
    if (packet.cmd === 'pubrel') this.send({ cmd: 'pubcomp', messageId });
  }
}

/** Whether it became true in time. */
export async function until(holds: () => boolean, withinMs: number): Promise<boolean> {
  for (const end = performance.now() + withinMs; !holds(); await sleep(5)) {
    if (performance.now() > end) return false;
  }
  return true;
}

export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/**
 * What a script ends with: one sentence of what it saw. Exit code 0 where that is the habit, 1
 * where it is not, 2 where it could not tell.
 */
export async function confirm(look: (door: Door) => Promise<[boolean, string]>): Promise<void> {
  const [, , url = 'mqtt://127.0.0.1:1883', user, password] = process.argv;
  const given = user === undefined ? {} : { user, password: password ?? '' };
  try {
    const [isShown, sentence] = await look({ port: Number(new URL(url).port), ...given });
    process.stdout.write(`${sentence}\n`);
    process.exit(isShown ? 0 : 1);
  } catch (error) {
    process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  }
}
