/**
 * TEST ONLY. A server that does nothing on its own: it keeps what it received and sends what the
 * test says, so that every order of packets, and every broken one, can be played to a client.
 */
import { type Duplex, duplexPair } from 'node:stream';
import mqttPacket, { type Packet } from 'mqtt-packet';

export class ScriptedServer {
  readonly stream: Duplex;
  readonly clientEnd: Duplex;
  readonly got: Packet[] = [];
  /** How often bytes arrived: one is one write of the client. */
  chunks = 0;
  closed = false;

  constructor(options: { highWaterMark?: number } = {}) {
    const [clientEnd, stream] = duplexPair(options);
    this.clientEnd = clientEnd;
    this.stream = stream;
    const parser = mqttPacket.parser({ protocolVersion: 4 });
    parser.on('packet', (packet: Packet) => this.got.push(packet));
    stream.on('data', (chunk: Buffer) => {
      this.chunks++;
      parser.parse(chunk);
    });
    stream.on('error', () => {});
    clientEnd.on('close', () => {
      this.closed = true;
    });
  }

  send(packet: Packet): void {
    this.stream.write(mqttPacket.generate(packet));
  }

  bytes(bytes: Uint8Array): void {
    this.stream.write(bytes);
  }

  connack(sessionPresent = false, returnCode = 0): void {
    this.send({ cmd: 'connack', returnCode, sessionPresent });
  }

  puback(messageId: number): void {
    this.send({ cmd: 'puback', messageId });
  }

  /** What was received since the last call, as short texts. */
  take(): string[] {
    return this.got.splice(0).map(brief);
  }
}

/** `publish 3 q1 dup t=payload`, `puback 3`, `pingreq`. */
function brief(packet: Packet): string {
  if (packet.cmd !== 'publish') return `${packet.cmd} ${packet.messageId ?? ''}`.trim();
  const flags = `q${packet.qos}${packet.dup ? ' dup' : ''}${packet.retain ? ' retain' : ''}`;
  return `publish ${packet.messageId ?? '-'} ${flags} ${packet.topic}=${packet.payload.toString()}`;
}

/** Lets streams, ticks and immediates run until nothing in memory is on its way. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 8; i++) await new Promise((resolve) => setImmediate(resolve));
}
