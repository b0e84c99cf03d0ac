/**
 * A connection over WebSocket that looks like any other stream of bytes: the handshake and the
 * frames are its own affair, so that clients, proxies and faults know nothing of it. Much smaller
 * than one of `ws` (bench/websocket-cost.ts), which a fleet of thousands feels; in tests the two
 * are each other's peers.
 *
 * What is written in one turn leaves as one frame. A connection whose device lost its power is
 * made silent: it answers no ping any more.
 */
import { createHash, randomFillSync } from 'node:crypto';
import { Duplex } from 'node:stream';
import { breachOf } from '#kernel';
import { clientFrame, FrameReader, OPCODE } from './websocket-frames.ts';

/** What a server is asked for. */
export interface WebSocketPlace {
  /** Host and port as they stand in the URL, whatever proxy lies before them. */
  authority: string;
  /** From the first slash on. */
  path: string;
}

const SUBPROTOCOL = 'mqtt';
/** RFC 6455 §1.3. */
const ACCEPT_SALT = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const ANSWER_BYTES_MAX = 16 * 1024;
const NORMAL = Buffer.of(1000 >> 8, 1000 & 0xff);

export class WebSocketStream extends Duplex {
  readonly #under: Duplex;
  /** While the server has not agreed: what it answered so far, and the key that it must know. */
  #handshake: { key: string; answer: Buffer; opened: (() => void) | null } | null;
  readonly #frames: FrameReader;
  #isSilent = false;
  /** We have said goodbye. */
  #isClosing = false;

  constructor(under: Duplex, { authority, path }: WebSocketPlace) {
    super({ allowHalfOpen: false });
    this.#under = under;
    const key = randomFillSync(Buffer.alloc(16)).toString('base64');
    this.#handshake = { key, answer: Buffer.alloc(0), opened: null };
    this.#frames = new FrameReader({
      data: (bytes) => {
        if (!this.push(bytes)) under.pause();
      },
      ping: (payload) => this.#answerPing(payload),
      closed: () => this.#closedByServer(),
    });
    under.on('data', (chunk: Buffer) => this.#heard(chunk));
    under.on('end', () => this.#ended());
    under.on('error', (error) => this.destroy(error));
    under.on('close', () => this.#gone());
    under.write(requestFor(authority, path, key));
  }

  /** Goes on existing, and says nothing more: no pong, no goodbye. */
  fallSilent(): void {
    this.#isSilent = true;
    this.#under.pause();
  }

  override _read(): void {
    if (!this.#isSilent) this.#under.resume();
  }

  override _write(bytes: Uint8Array, _: string, done: (error?: Error | null) => void): void {
    this.#send([bytes], done);
  }

  override _writev(chunks: { chunk: Uint8Array }[], done: (error?: Error | null) => void): void {
    this.#send(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#sayGoodbye();
    this.#under.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#under.destroy();
    done(error);
  }

  #send(parts: readonly Uint8Array[], done: (error?: Error | null) => void): void {
    if (this.#handshake !== null) {
      this.#handshake.opened = () => this.#send(parts, done);
      return;
    }
    // Nothing may follow a goodbye.
    if (this.#isClosing) done();
    else this.#under.write(clientFrame(OPCODE.binary, mask(), ...parts), () => done());
  }

  #heard(chunk: Buffer): void {
    let bytes = chunk;
    if (this.#handshake !== null) {
      const { key, answer } = this.#handshake;
      const heard = Buffer.concat([answer, chunk]);
      const end = heard.indexOf('\r\n\r\n');
      if (end < 0 && heard.length <= ANSWER_BYTES_MAX) {
        this.#handshake.answer = heard;
        return;
      }
      const refusal =
        end < 0 ? 'with no end' : refusalIn(heard.toString('latin1', 0, end), acceptOf(key));
      if (refusal !== null) {
        this.destroy(new Error(`the WebSocket handshake was answered ${refusal}`));
        return;
      }
      const { opened } = this.#handshake;
      this.#handshake = null;
      opened?.();
      bytes = heard.subarray(end + 4);
    }
    const wrong = this.#frames.read(bytes);
    if (wrong !== null) this.destroy(new Error(breachOf(`${wrong} over WebSocket`)));
  }

  /** Only the last of many pings must be answered, so a server that reads nothing gets none. */
  #answerPing(payload: Uint8Array): void {
    if (this.#isSilent || this.#isClosing || this.#under.writableNeedDrain) return;
    if (this.#under.writable) this.#under.write(clientFrame(OPCODE.pong, mask(), payload));
  }

  #closedByServer(): void {
    if (this.#isSilent) return;
    this.#sayGoodbye();
    this.push(null);
  }

  #sayGoodbye(): void {
    if (!this.#isClosing && this.#under.writable) {
      this.#under.write(clientFrame(OPCODE.close, mask(), NORMAL));
    }
    this.#isClosing = true;
  }

  #ended(): void {
    if (this.#handshake === null) this.push(null);
    else this.destroy(new Error('the connection was closed before the WebSocket handshake'));
  }

  /** What was read may still wait for its reader; without an end it would wait for ever. */
  #gone(): void {
    if (this.readableEnded || this.errored !== null) this.destroy();
    else this.push(null);
  }
}

function requestFor(authority: string, path: string, key: string): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${authority}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${key}`,
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Protocol: ${SUBPROTOCOL}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

const acceptOf = (key: string): string =>
  createHash('sha1').update(`${key}${ACCEPT_SALT}`).digest('base64');

/** Why the head of this answer is no agreement, or null. */
function refusalIn(head: string, accept: string): string | null {
  const [status = '', ...lines] = head.split('\r\n');
  const [, code] = /^HTTP\/1\.1 (\d{3})(?: |$)/.exec(status) ?? [];
  if (code === undefined) return 'by something that speaks no HTTP';
  if (code !== '101') return `with status ${code}`;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const said = (name: string): string => (headers.get(name) ?? '').toLowerCase();
  if (said('upgrade') !== 'websocket' || !/\bupgrade\b/.test(said('connection')))
    return 'without an upgrade';
  if (headers.get('sec-websocket-accept') !== accept) return 'with a wrong key';
  if (headers.has('sec-websocket-extensions')) return 'with an extension that nobody asked for';
  // MQTT-6.0.0-4.
  return said('sec-websocket-protocol') === SUBPROTOCOL
    ? null
    : `without the subprotocol ${SUBPROTOCOL}`;
}

/** Masks are drawn many at a time: a call of the system for four bytes each would be felt. */
const masks = Buffer.alloc(4096);
let drawn = masks.length;

function mask(): Uint8Array {
  if (drawn === masks.length) {
    randomFillSync(masks);
    drawn = 0;
  }
  drawn += 4;
  return masks.subarray(drawn - 4, drawn);
}
