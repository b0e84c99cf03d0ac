/**
 * Frames of RFC 6455 as a client of MQTT needs them: it writes masked binary frames, and reads what
 * a server sends as one stream of bytes. What a frame holds is handed on as it comes and never
 * gathered, so no length that a server claims costs memory; control frames alone are kept, and they
 * have 125 bytes at most.
 */

export const OPCODE = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const CONTROL_BYTES_MAX = 125;
/** A head has two bytes, eight more of length at most, and no mask. */
const HEAD_BYTES_MAX = 10;

/** One whole frame. The payload is copied, since a mask is laid over it. */
export function clientFrame(
  opcode: number,
  mask: Uint8Array,
  ...parts: readonly Uint8Array[]
): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const more = length < 126 ? 0 : length < 0x1_00_00 ? 2 : 8;
  const start = 2 + more + 4;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (more === 0 ? length : more === 2 ? 126 : 127);
  if (more === 2) frame.writeUInt16BE(length, 2);
  if (more === 8) frame.writeBigUInt64BE(BigInt(length), 2);
  frame.set(mask, 2 + more);
  let at = start;
  for (const part of parts) {
    frame.set(part, at);
    at += part.length;
  }
  for (let k = start; k < frame.length; k++) {
    frame[k] = (frame[k] ?? 0) ^ (mask[(k - start) & 3] ?? 0);
  }
  return frame;
}

export interface FrameEvents {
  /** A piece of the bytes that binary frames carry: a view of what was read. */
  data(bytes: Uint8Array): void;
  ping(payload: Uint8Array): void;
  /** The server says goodbye; nothing that follows is read. */
  closed(code: number | null): void;
}

export class FrameReader {
  readonly #events: FrameEvents;
  /** The head of a frame whose rest has not come. */
  #head: Uint8Array | null = null;
  #opcode = -1;
  /** Bytes of this frame's payload that have not come; the frame is at its end with 0. */
  #left = 0;
  /** A message of several frames is under way. */
  #isOpen = false;
  /** What came of a control frame. */
  #control: Uint8Array[] | null = null;
  #isOver = false;

  constructor(events: FrameEvents) {
    this.#events = events;
  }

  /** What is wrong with what came, or null. After that, or a goodbye, nothing more is read. */
  read(chunk: Uint8Array): string | null {
    let bytes = chunk;
    if (this.#head !== null) {
      bytes = Buffer.concat([this.#head, chunk]);
      this.#head = null;
    }
    let at = 0;
    while (at < bytes.length && !this.#isOver) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, bytes.length - at);
        this.#left -= taken;
        this.#take(bytes.subarray(at, at + taken));
        at += taken;
        continue;
      }
      const end = headEnd(bytes, at);
      if (end > bytes.length) {
        // A copy of ten bytes at most: a view would keep the whole read buffer alive.
        this.#head = Uint8Array.from(bytes.subarray(at));
        return null;
      }
      const wrong = this.#begin(bytes.subarray(at, end));
      if (wrong !== null) {
        this.#isOver = true;
        return wrong;
      }
      at = end;
    }
    return null;
  }

  #begin(head: Uint8Array): string | null {
    const [first = 0, second = 0] = head;
    const isControl = (first & 0x08) !== 0;
    const isFinal = (first & 0x80) !== 0;
    const opcode = first & 0x0f;
    const length = lengthIn(head);
    const wrong =
      flawOf(first, second, length) ?? (isControl ? null : this.#disorder(opcode, isFinal));
    if (wrong !== null) return wrong;
    this.#opcode = opcode;
    this.#left = length;
    if (isControl) this.#control = [];
    if (length === 0) this.#take(new Uint8Array(0));
    return null;
  }

  /** Frames of one message follow each other, and only the first says what they are. */
  #disorder(opcode: number, isFinal: boolean): string | null {
    if (opcode === OPCODE.text) return 'a text frame';
    if (opcode === OPCODE.more && !this.#isOpen) return 'a continuation of nothing';
    if (opcode === OPCODE.binary && this.#isOpen) return 'a message within another';
    this.#isOpen = !isFinal;
    return null;
  }

  #take(piece: Uint8Array): void {
    if (this.#control === null) {
      if (piece.length > 0) this.#events.data(piece);
      return;
    }
    this.#control.push(Uint8Array.from(piece));
    if (this.#left > 0) return;
    const payload = Buffer.concat(this.#control);
    this.#control = null;
    if (this.#opcode === OPCODE.ping) this.#events.ping(payload);
    if (this.#opcode !== OPCODE.close) return;
    this.#isOver = true;
    this.#events.closed(payload.length >= 2 ? payload.readUInt16BE(0) : null);
  }
}

/** Where the head that begins at `at` ends; beyond the bytes where it has not come whole. */
function headEnd(bytes: Uint8Array, at: number): number {
  const second = bytes[at + 1];
  if (second === undefined) return at + 2;
  const length = second & 0x7f;
  return at + (length === 127 ? HEAD_BYTES_MAX : length === 126 ? 4 : 2);
}

function lengthIn(head: Uint8Array): number {
  if (head.length === 2) return (head[1] ?? 0) & 0x7f;
  return head.subarray(2).reduce((sum, byte) => sum * 256 + byte, 0);
}

/** What is wrong with the head of one frame from a server. */
function flawOf(first: number, second: number, length: number): string | null {
  const opcode = first & 0x0f;
  if ((first & 0x70) !== 0) return 'bits of an extension that nobody asked for';
  if ((second & 0x80) !== 0) return 'a mask on a frame of a server';
  if (!Object.values(OPCODE).some((known) => known === opcode)) return `a frame of kind ${opcode}`;
  if (length > Number.MAX_SAFE_INTEGER) return 'a length that no frame has';
  if (opcode < OPCODE.close) return null;
  if ((first & 0x80) === 0) return 'a control frame in pieces';
  return length > CONTROL_BYTES_MAX ? 'a control frame that is too long' : null;
}
