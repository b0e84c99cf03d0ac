/**
 * A connection in the ThingsBoard API, on its way to the broker. Who it is stands in the user name
 * of its CONNECT, an access token; what it says on `v1/devices/me/…` is said for that device, and
 * goes on in our own dialect over a connection of its own:
 *
 *   device ⇄ outer ⇄ Talk ⇄ inner ⇄ broker
 *
 * An acknowledgement of the broker becomes one of the device's own packet when all that was made
 * of it has been acknowledged. An operator or observer speaks our own dialect; of these only the
 * CONNECT is written anew.
 */
import type { Duplex } from 'node:stream';
import mqttPacket, { type IConnectPacket, type Packet } from 'mqtt-packet';
import type { Account } from '../../platform.ts';
import type { Door } from '../../service.ts';
import type { Desk } from './desk.ts';
import { Session } from './session.ts';
import { asFive, asFour } from './versions.ts';

const CONNECT_BYTES_MAX = 256 * 1024;
const EMPTY_NAME = 4;
const UNKNOWN_TOKEN = 5;

export function talk(outer: Duplex, door: Door, desk: Desk): void {
  const inner = door.open();
  join(outer, inner);
  let waiting = Buffer.alloc(0);
  const first = (chunk: Buffer): void => {
    waiting = Buffer.concat([waiting, chunk]);
    const length = lengthOf(waiting);
    if (length === null && waiting.length < CONNECT_BYTES_MAX) return;
    outer.off('data', first);
    const connect = length === null ? null : connectIn(waiting.subarray(0, length));
    if (connect === null || length === null) return void outer.destroy();
    const account = door.known(Buffer.from(connect.username ?? ''));
    if (account === null) return refuse(outer, connect);
    begin(outer, inner, account, connect, waiting.subarray(length), { door, desk });
  };
  outer.on('data', first);
}

function refuse(outer: Duplex, { username = '', protocolVersion }: IConnectPacket): void {
  const returnCode = username === '' ? EMPTY_NAME : UNKNOWN_TOKEN;
  const refusal: Packet = { cmd: 'connack', returnCode, sessionPresent: false };
  outer.end(bytesOf(refusal, protocolVersion));
}

/** As the device reads it. */
const bytesOf = (packet: Packet, version: IConnectPacket['protocolVersion']): Buffer =>
  version === 5
    ? mqttPacket.generate(asFive(packet), { protocolVersion: 5 })
    : mqttPacket.generate(packet);

function begin(
  outer: Duplex,
  inner: Duplex,
  account: Account,
  connect: IConnectPacket,
  rest: Buffer,
  { door, desk }: { door: Door; desk: Desk },
): void {
  const named: IConnectPacket = {
    ...connect,
    username: account.user,
    password: Buffer.from(connect.username ?? ''),
  };
  if (account.role !== 'device') {
    inner.write(mqttPacket.generate(named));
    inner.write(rest);
    outer.on('data', (chunk: Buffer) => pass(outer, inner, chunk));
    inner.on('data', (chunk: Buffer) => pass(inner, outer, chunk));
    return;
  }
  const session = new Session(account, door, desk, {
    toDevice: (packet) => pass(inner, outer, bytesOf(packet, connect.protocolVersion)),
    toBroker: (packet) => pass(outer, inner, mqttPacket.generate(packet)),
    end: () => void outer.destroy(),
  });
  const clientId = account.clientId ?? account.user;
  session.connect({ ...asFour(named), clientId });
  const fromDevice = reader((packet) => session.fromDevice(packet), outer, connect.protocolVersion);
  const fromBroker = reader((packet) => session.fromBroker(packet), outer, 4);
  outer.on('data', fromDevice);
  inner.on('data', fromBroker);
  if (rest.length > 0) fromDevice(rest);
}

/** What cannot be read ends the connection. */
function reader(
  take: (packet: Packet) => void,
  outer: Duplex,
  protocolVersion: IConnectPacket['protocolVersion'] = 4,
): (chunk: Buffer) => void {
  const parser = mqttPacket.parser({ protocolVersion });
  parser.on('packet', (packet) => {
    if (!outer.destroyed) take(packet);
  });
  parser.on('error', () => outer.destroy());
  return (chunk) => void parser.parse(chunk);
}

/** Who is slow holds back who writes to it. */
function pass(from: Duplex, to: Duplex, bytes: Uint8Array): void {
  if (to.destroyed || to.writableEnded || to.write(bytes)) return;
  from.pause();
  to.once('drain', () => from.resume());
}

/** The end of one is the end of the other, in the way in which it came. */
function join(outer: Duplex, inner: Duplex): void {
  outer.once('end', () => inner.end());
  inner.once('end', () => outer.end());
  outer.once('close', () => inner.destroy());
  inner.once('close', () => {
    if (outer.writableEnded && !outer.writableFinished) outer.once('finish', () => outer.destroy());
    else outer.destroy();
  });
}

/** Of the first packet; null while it is not all there. */
function lengthOf(bytes: Buffer): number | null {
  let [length, scale] = [0, 1];
  for (let at = 1; at <= 4; at++) {
    const byte = bytes[at];
    if (byte === undefined) return null;
    length += (byte & 127) * scale;
    scale *= 128;
    if (byte < 128) return bytes.length >= at + 1 + length ? at + 1 + length : null;
  }
  return bytes.length;
}

function connectIn(bytes: Buffer): IConnectPacket | null {
  let found: IConnectPacket | null = null;
  const parser = mqttPacket.parser();
  parser.on('error', () => {});
  parser.on('packet', (packet) => {
    if (packet.cmd === 'connect') found = packet;
  });
  parser.parse(bytes);
  return found;
}
