/** A client that says exactly what it is told to: for tests of the protocol's edges. */
import { duplexPair } from 'node:stream';
import mqttPacket, { type Packet } from 'mqtt-packet';
import type { Platform } from '../platform.ts';
import { secretOf } from './twin.ts';

export interface RawClient {
  sessionPresent: boolean;
  send(packet: Packet): void;
  /** Sends, and waits for the next packet of a kind. */
  ask(packet: Packet, answer: Packet['cmd']): Promise<Packet>;
}

export async function connectRaw(
  platform: Platform,
  user: string,
  clean: boolean,
): Promise<RawClient> {
  const [near, far] = duplexPair();
  platform.handle(far);
  const parser = mqttPacket.parser();
  const waiting: { cmd: string; resolve: (packet: Packet) => void }[] = [];
  parser.on('packet', (packet) => {
    const index = waiting.findIndex((each) => each.cmd === packet.cmd);
    if (index >= 0) waiting.splice(index, 1)[0]?.resolve(packet);
  });
  near.on('data', (bytes) => parser.parse(bytes));
  near.on('error', () => {});
  const send = (packet: Packet): void => void mqttPacket.writeToStream(packet, near);
  const ask = (packet: Packet, cmd: string): Promise<Packet> =>
    new Promise((resolve) => {
      waiting.push({ cmd, resolve });
      send(packet);
    });
  const password = Buffer.from(secretOf(user));
  const connack = await ask(
    { cmd: 'connect', clientId: user, username: user, password, keepalive: 0, clean },
    'connack',
  );
  return { sessionPresent: connack.cmd === 'connack' && connack.sessionPresent, send, ask };
}
