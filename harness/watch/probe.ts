/**
 * The witness of a link: a connection of our own through a cohort's proxy that does nothing but ask
 * and listen. A fault counts as having happened only when something like this saw it; a proxy's own
 * counters are not evidence.
 */
import type { Duplex } from 'node:stream';
import mqttPacket, { type Packet } from 'mqtt-packet';
import type { Paced } from '#kernel';
import type { PacingWheel } from '../fleet/pacing.ts';
import type { LedgerWriter } from '../record/ledger-writer.ts';
import type { Login } from '../wire/login.ts';

const PING = Buffer.from([0xc0, 0]);
const EVERY_MS = 200;
/** A ping without an answer for this long is written down as silence. */
const SILENT_MS = 400;
/**
 * Not 0, which some brokers refuse, and so long that a silent fault never ends the witness of it.
 */
const KEEP_ALIVE_S = 65_535;

export interface ProbePorts {
  wheel: PacingWheel;
  ledger: LedgerWriter;
  now(): number;
  open(): Duplex;
  login: Login;
  /** Where it may publish to measure a rate, and so many bytes at once. */
  topic: string;
  rateBytes: number;
}

export class Probe {
  readonly #ports: ProbePorts;
  readonly #cohort: number;
  #stream: Duplex | null = null;
  #connected = false;
  #ended = false;
  #seq = 0;
  #outstanding: { seq: number; at: number }[] = [];
  #rate: { at: number; id: number } | null = null;
  #rateId = 1;
  #measuresRate = false;

  constructor(ports: ProbePorts, cohort: number) {
    this.#ports = ports;
    this.#cohort = cohort;
  }

  start(): void {
    this.#open();
    this.#ports.wheel.add(this.#ports.now() + EVERY_MS, this.#asking());
  }

  /** While on, the time of an acknowledged bulk publish tells the link's rate. */
  measureRate(on: boolean): void {
    this.#measuresRate = on;
  }

  end(): void {
    this.#ended = true;
    this.#stream?.destroy();
    this.#stream = null;
  }

  #open(): void {
    const stream = this.#ports.open();
    const parser = mqttPacket.parser({ protocolVersion: 4 });
    this.#stream = stream;
    this.#connected = false;
    this.#outstanding = [];
    this.#rate = null;
    parser.on('packet', (packet: Packet) => this.#got(stream, packet));
    parser.on('error', () => stream.destroy());
    stream.on('data', (chunk: Buffer) => parser.parse(chunk));
    stream.on('error', () => {});
    stream.on('close', () => this.#closed(stream));
    stream.write(
      mqttPacket.generate({
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clean: true,
        keepalive: KEEP_ALIVE_S,
        ...this.#ports.login,
      }),
    );
  }

  #closed(stream: Duplex): void {
    if (stream !== this.#stream || this.#ended) return;
    this.#write(this.#connected ? 'closed' : 'refused', 0);
    this.#stream = null;
    this.#connected = false;
    this.#outstanding = [];
  }

  #got(stream: Duplex, packet: Packet): void {
    if (stream !== this.#stream) return;
    if (packet.cmd === 'connack') {
      this.#connected = packet.returnCode === 0;
      if (this.#connected) this.#write('connected', 0);
      else {
        // The target's answer, not the link's: it proves nothing about a fault.
        this.#write('denied', 0);
        this.#stream = null;
        stream.destroy();
      }
    } else if (packet.cmd === 'pingresp') {
      const asked = this.#outstanding.shift();
      if (asked !== undefined) this.#write('pong', asked.at, asked.seq);
    } else if (
      packet.cmd === 'puback' &&
      this.#rate !== null &&
      this.#rate.id === packet.messageId
    ) {
      const seconds = (this.#ports.now() - this.#rate.at) / 1000;
      this.#rate = null;
      this.#ports.ledger.write('probe', {
        cohort: this.#cohort,
        value: Math.round(this.#ports.rateBytes / Math.max(1e-6, seconds)),
        asked: this.#seq,
        saw: 'rate',
      });
    }
  }

  #asking(): Paced {
    return {
      fire: (at) => {
        if (this.#ended) return Infinity;
        if (this.#stream === null) this.#open();
        else if (this.#connected) this.#ask(this.#stream, this.#ports.now());
        return at + EVERY_MS;
      },
    };
  }

  #ask(stream: Duplex, now: number): void {
    const oldest = this.#outstanding[0];
    if (oldest !== undefined && now - oldest.at >= SILENT_MS)
      this.#write('silent', oldest.at, oldest.seq);
    // A bounded number of questions: their bytes must not become the load.
    if (this.#outstanding.length < 64) {
      this.#outstanding.push({ seq: this.#seq++, at: now });
      stream.write(PING);
    }
    if (this.#measuresRate && this.#rate === null) {
      const messageId = this.#rateId;
      this.#rate = { at: now, id: messageId };
      this.#rateId = (this.#rateId % 65_535) + 1;
      stream.write(
        mqttPacket.generate({
          cmd: 'publish',
          topic: this.#ports.topic,
          payload: Buffer.alloc(this.#ports.rateBytes),
          qos: 1,
          messageId,
          dup: false,
          retain: false,
        }),
      );
    }
  }

  /** `since` is when the question was asked; the entry carries the microseconds it took so far. */
  #write(text: string, since: number, seq = this.#seq): void {
    const took = since === 0 ? 0 : Math.round((this.#ports.now() - since) * 1000);
    this.#ports.ledger.write('probe', { cohort: this.#cohort, value: took, asked: seq, saw: text });
  }
}
