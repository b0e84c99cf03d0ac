/**
 * TEST ONLY. A broker that lies: a man in the middle on packet level, in front of an honest one,
 * that acknowledges and drops, repeats, swaps, changes, invents and forgets. The checkers are held
 * against its log. It shares no code with the injectors of faults, nor with our light client: a bug
 * common to both would hide a lie.
 *
 *   client ⇄ [ liar ⇄ accomplice ] ⇄ broker
 *
 * What was once lied about stays so when a client sends it again, and is not written down twice.
 * That needs payloads that differ from message to message, as an envelope with a running number
 * makes them.
 */
import { connect, createServer, type Socket } from 'node:net';
import mqttPacket, { type IConnectPacket, type IPublishPacket, type Packet } from 'mqtt-packet';
import { LieBook, type LieRecord, type LieRules } from './lie-book.ts';

export interface LiarOptions {
  upstreamPort: number;
  lies: LieRules;
  /** 0, the default, takes a free one. */
  port?: number;
  /** Where each lie is appended as a line of JSON. */
  logFile?: string;
  /** How the liar itself may publish to the broker; anonymous without. */
  accomplice?: { username: string; password: string };
}

export interface Liar {
  port: number;
  log: readonly LieRecord[];
  close(): Promise<void>;
}

export async function startLiar(options: LiarOptions): Promise<Liar> {
  const book = new LieBook(options.lies, options.logFile ?? null);
  const accomplice = new Accomplice(options.upstreamPort, options.accomplice ?? null);
  const knowledge: Knowledge = {
    book,
    accomplice,
    upstreamPort: options.upstreamPort,
    dropped: new Set(),
    changed: new Map(),
    sessions: new Set(),
    retained: new Map(),
    forgotten: new Set(),
    honest: new Set(),
    frozen: new Map(),
  };
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    new Conversation(socket, knowledge).start();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    log: book.log,
    close: async () => {
      for (const socket of open) socket.destroy();
      accomplice.close();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** What all conversations of one liar know. */
interface Knowledge {
  book: LieBook;
  accomplice: Accomplice;
  upstreamPort: number;
  /** Messages that were acknowledged and dropped, by topic and payload. */
  dropped: Set<string>;
  /** Messages that were changed, and into what. */
  changed: Map<string, Buffer>;
  /** Client ids with a session that the broker keeps. */
  sessions: Set<string>;
  /** Newest retained value by topic. */
  retained: Map<string, Buffer>;
  forgotten: Set<string>;
  /** Topics that were spared by `forget-retained`. */
  honest: Set<string>;
  /** Topics whose retained value never changes again, and that value. */
  frozen: Map<string, Buffer>;
}

class Conversation {
  readonly #down: Socket;
  readonly #know: Knowledge;
  #up: Socket | null = null;
  /** Packets of the client that wait for the way up to be open. */
  #waiting: Packet[] | null = null;
  #held: IPublishPacket | null = null;
  /** Ids of dropped QoS 2 publishes whose PUBREL is still to come. */
  readonly #droppedIds = new Set<number>();
  /**
   * QoS 2 publishes to be repeated when the first copy has been delivered: earlier, it would
   * overtake others too.
   */
  readonly #repeats = new Map<number, IPublishPacket>();
  /** The client asked for a clean session, was promised one and has the old one. */
  #isHaunted = false;
  /** Ids of QoS 2 deliveries that were swallowed on the way down. */
  readonly #swallowedIds = new Set<number>();

  constructor(down: Socket, know: Knowledge) {
    this.#down = down;
    this.#know = know;
  }

  start(): void {
    this.#down.setNoDelay(true);
    listen(this.#down, (packet) => this.#fromClient(packet));
    this.#down.on('close', () => {
      if (this.#held?.qos === 0) this.#sendUp(this.#held);
      // A FIN and no reset: what was written must arrive. Without a DISCONNECT the will is
      // published all the same.
      this.#up?.end();
    });
  }

  #fromClient(packet: Packet): void {
    if (this.#waiting !== null) this.#waiting.push(packet);
    else if (packet.cmd === 'connect') void this.#connect(packet);
    else if (packet.cmd === 'publish') this.#publish(packet);
    else if (packet.cmd === 'pubrel' && this.#droppedIds.delete(packet.messageId ?? 0)) {
      this.#sendDown({ cmd: 'pubcomp', messageId: packet.messageId ?? 0 });
    } else this.#sendUp(packet);
  }

  async #connect(packet: IConnectPacket): Promise<void> {
    const { book, sessions, upstreamPort } = this.#know;
    const { clientId } = packet;
    this.#waiting = [];
    if (packet.clean !== false && sessions.has(clientId) && book.isDue('keep-session', clientId)) {
      this.#isHaunted = true;
      book.write('keep-session', clientId, new Uint8Array());
    } else if (packet.clean !== false) {
      sessions.delete(clientId);
    } else if (!sessions.has(clientId)) {
      sessions.add(clientId);
    } else if (book.isDue('forget-session', clientId)) {
      // A clean connection of the same name makes the broker forget; the next one honestly finds
      // nothing.
      await purge(upstreamPort, packet);
      book.write('forget-session', clientId, new Uint8Array());
    }
    if (this.#down.destroyed) return;
    const up = connect(upstreamPort, '127.0.0.1');
    this.#up = up;
    up.setNoDelay(true);
    listen(up, (answer) => this.#fromBroker(answer));
    up.on('close', () => this.#down.end());
    this.#sendUp(this.#isHaunted ? { ...packet, clean: false } : packet);
    const waiting = this.#waiting;
    this.#waiting = null;
    for (const next of waiting) this.#fromClient(next);
  }

  #publish(packet: IPublishPacket): void {
    const fate = packet.retain ? this.#retain(packet) : this.#fateOf(packet);
    if (fate === 'drop') this.#drop(packet);
    else for (const up of fate) this.#sendUp(up);
  }

  /** What goes to the broker in the place of a publish. At most one lie about each. */
  #fateOf(packet: IPublishPacket): 'drop' | readonly IPublishPacket[] {
    const { book, dropped, changed } = this.#know;
    const { topic, qos } = packet;
    const payload = bytesOf(packet);
    const key = keyOf(packet);
    const known = changed.get(key);
    if (dropped.has(key)) return 'drop';
    if (known !== undefined) return [{ ...packet, payload: known }];
    if (this.#held?.topic === topic) return this.#swap(this.#held, packet);
    if (qos > 0 && book.isDue(qos === 1 ? 'drop-qos1' : 'drop-qos2', topic)) {
      book.write(qos === 1 ? 'drop-qos1' : 'drop-qos2', topic, payload);
      dropped.add(key);
      return 'drop';
    }
    // What is sent again has no place in the order any more: to swap it would be no lie.
    if (this.#held === null && !packet.dup && book.isDue('swap', topic)) {
      this.#held = packet;
      return [];
    }
    if (book.isDue('change-byte', topic)) {
      const became = withChangedByte(payload);
      changed.set(key, became);
      book.write('change-byte', topic, payload, became);
      return [{ ...packet, payload: became }];
    }
    if (book.isDue('change-any-byte', topic)) {
      const became = withAnyByteChanged(payload, book.log.length);
      changed.set(key, became);
      book.write('change-any-byte', topic, payload, became);
      return [{ ...packet, payload: became }];
    }
    if (qos === 2 && book.isDue('twice-qos2', topic)) {
      this.#repeats.set(packet.messageId ?? 0, packet);
    } else if (book.isDue('invent', topic)) {
      const invented = inventedFrom(payload, book.log.length);
      book.write('invent', topic, invented);
      this.#know.accomplice.publish(topic, invented, qos);
    }
    return [packet];
  }

  /** Acknowledges what goes nowhere. */
  #drop(packet: IPublishPacket): void {
    const messageId = packet.messageId ?? 0;
    if (packet.qos === 2) this.#droppedIds.add(messageId);
    if (packet.qos > 0) this.#sendDown({ cmd: packet.qos === 1 ? 'puback' : 'pubrec', messageId });
  }

  #swap(first: IPublishPacket, second: IPublishPacket): readonly IPublishPacket[] {
    this.#held = null;
    this.#know.book.write('swap', first.topic, bytesOf(first), bytesOf(second));
    return [second, first];
  }

  /** The broker stores honestly; what is lied about is what it hands to later subscribers. */
  #retain(packet: IPublishPacket): readonly IPublishPacket[] {
    const { book, retained, forgotten, honest, frozen } = this.#know;
    const { topic } = packet;
    // Nothing as a value clears the topic, and nothing remains of it that could be lied about.
    if (packet.payload.length === 0) return [packet];
    const before = retained.get(topic);
    const isNewTopic = !forgotten.has(topic) && !honest.has(topic) && !frozen.has(topic);
    if (isNewTopic && book.isDue('forget-retained', topic)) {
      forgotten.add(topic);
      book.write('forget-retained', topic, bytesOf(packet));
    } else if (isNewTopic) {
      honest.add(topic);
    }
    const mayFreeze = before !== undefined && !frozen.has(topic) && !forgotten.has(topic);
    if (mayFreeze && book.isDue('stale-retained', topic)) {
      frozen.set(topic, before);
      book.write('stale-retained', topic, bytesOf(packet), before);
    }
    retained.set(topic, bytesOf(packet));
    return [packet];
  }

  #fromBroker(packet: Packet): void {
    const id = packet.messageId ?? 0;
    if (packet.cmd === 'publish' && packet.retain) {
      this.#handOverRetained(packet);
      return;
    }
    if (packet.cmd === 'pubrel' && this.#swallowedIds.delete(id)) {
      this.#sendUp({ cmd: 'pubcomp', messageId: id });
      return;
    }
    const repeat = packet.cmd === 'pubcomp' ? this.#repeats.get(id) : undefined;
    if (repeat !== undefined) {
      this.#repeats.delete(id);
      this.#know.book.write('twice-qos2', repeat.topic, bytesOf(repeat));
      this.#know.accomplice.publish(repeat.topic, bytesOf(repeat), 2);
    }
    const isPromise = packet.cmd === 'connack' && this.#isHaunted;
    this.#sendDown(isPromise ? { ...packet, sessionPresent: false } : packet);
  }

  #handOverRetained(packet: IPublishPacket): void {
    const { forgotten, frozen } = this.#know;
    if (forgotten.has(packet.topic)) {
      const messageId = packet.messageId ?? 0;
      if (packet.qos === 2) this.#swallowedIds.add(messageId);
      if (packet.qos > 0) this.#sendUp({ cmd: packet.qos === 1 ? 'puback' : 'pubrec', messageId });
    } else {
      this.#sendDown({ ...packet, payload: frozen.get(packet.topic) ?? packet.payload });
    }
  }

  #sendUp(packet: Packet): void {
    if (this.#up?.writable === true) this.#up.write(mqttPacket.generate(packet));
  }

  #sendDown(packet: Packet): void {
    if (this.#down.writable) this.#down.write(mqttPacket.generate(packet));
  }
}

/** Publishes to the broker under a name of its own, at most once per call. */
class Accomplice {
  readonly #port: number;
  readonly #login: { username: string; password: string } | null;
  #socket: Socket | null = null;
  #waiting: Buffer[] | null = null;
  #id = 0;

  constructor(port: number, login: { username: string; password: string } | null) {
    this.#port = port;
    this.#login = login;
  }

  publish(topic: string, payload: Uint8Array, qos: 0 | 1 | 2): void {
    this.#id = (this.#id % 0xffff) + 1;
    const bytes = mqttPacket.generate({
      cmd: 'publish',
      topic,
      payload: Buffer.from(payload),
      qos,
      dup: false,
      retain: false,
      ...(qos > 0 ? { messageId: this.#id } : {}),
    });
    if (this.#socket === null) this.#open();
    if (this.#waiting !== null) this.#waiting.push(bytes);
    else this.#socket?.write(bytes);
  }

  close(): void {
    this.#socket?.destroy();
  }

  #open(): void {
    const socket = connect(this.#port, '127.0.0.1');
    this.#socket = socket;
    this.#waiting = [];
    listen(socket, ({ cmd, messageId }) => {
      if (cmd === 'connack') {
        for (const bytes of this.#waiting ?? []) socket.write(bytes);
        this.#waiting = null;
      } else if (cmd === 'pubrec') {
        socket.write(mqttPacket.generate({ cmd: 'pubrel', messageId: messageId ?? 0 }));
      }
    });
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = null;
    });
    const login = this.#login;
    socket.write(
      mqttPacket.generate({
        ...{ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 0 },
        clientId: `accomplice-${process.pid}-${this.#port}`,
        ...(login === null
          ? {}
          : { username: login.username, password: Buffer.from(login.password) }),
      }),
    );
  }
}

/** Connects once, clean, under the client's name. */
async function purge(port: number, packet: IConnectPacket): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  listen(socket, ({ cmd }) => {
    if (cmd === 'connack') socket.end(mqttPacket.generate({ cmd: 'disconnect' }));
  });
  const { will: _will, ...rest } = packet;
  socket.write(mqttPacket.generate({ ...rest, clean: true }));
  await new Promise<void>((resolve) => socket.on('close', () => resolve()));
}

/** Hands over each packet that comes in; a peer that speaks no MQTT is cut off. */
function listen(socket: Socket, got: (packet: Packet) => void): void {
  const parser = mqttPacket.parser({ protocolVersion: 4 });
  parser.on('packet', got);
  parser.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => void parser.parse(chunk));
  socket.on('error', () => socket.destroy());
}

const bytesOf = (packet: IPublishPacket): Buffer => Buffer.from(packet.payload);

const keyOf = (packet: IPublishPacket): string =>
  `${packet.topic}\0${bytesOf(packet).toString('base64')}`;

/** Another last digit: it sits in a value, so the message can still be told by its number. */
function withChangedByte(payload: Buffer): Buffer {
  const changed = Buffer.from(payload);
  for (let i = changed.length - 1; i >= 0; i--) {
    const byte = changed[i] ?? 0;
    if (byte < 0x30 || byte > 0x39) continue;
    changed[i] = byte === 0x39 ? 0x31 : byte + 1;
    return changed;
  }
  return Buffer.concat([payload, Buffer.from('!')]);
}

/** Wherever that is: also where a message is no longer what it was, or can no longer be read. */
function withAnyByteChanged(payload: Buffer, k: number): Buffer {
  const changed = Buffer.from(payload);
  const at = (k * 7) % changed.length;
  changed[at] = (changed[at] ?? 0) ^ (1 + ((k * 5) % 255));
  return changed;
}

/** The same message with a number that nobody has reached. */
function inventedFrom(payload: Buffer, k: number): Buffer {
  const text = payload.toString();
  const invented = text.replace(/"n":\d+/, `"n":${1_000_000_000 + k}`);
  return Buffer.from(invented === text ? `${text} invented ${k}` : invented);
}
