/**
 * How many messages a broker has under way to a client that takes three, in MQTT 5: it lets a dozen
 * wait while the client is away, and once it is back has the first three acknowledged in one write
 * and no others. Anybody may run it against a broker on a port: an honest one has three under way.
 *
 *   node bench/foreign/confirm/receive-maximum.ts 1883
 */
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { generate, type Packet, parser } from 'mqtt-packet';

const MAXIMUM = 3;
const WAITING = 12;
const port = Number(process.argv[2] ?? 1883);
const topic = `receive-maximum/${process.pid}`;

interface Raw {
  got: Packet[];
  send(...packets: Packet[]): void;
  close(): void;
}

function open(clientId: string, clean: boolean, properties: object): Raw {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const got: Packet[] = [];
  const reader = parser({ protocolVersion: 5 });
  reader.on('packet', (packet: Packet) => got.push(packet));
  socket.on('data', (bytes: Buffer) => reader.parse(bytes));
  socket.on('error', () => {});
  const send = (...packets: Packet[]): void => {
    socket.write(Buffer.concat(packets.map((one) => generate(one, { protocolVersion: 5 }))));
  };
  const hello = { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 5, keepalive: 0 } as const;
  send({ ...hello, clientId, clean, properties });
  return { got, send, close: () => socket.destroy() };
}

const idsIn = ({ got }: Raw): number[] =>
  got.flatMap((packet) => (packet.cmd === 'publish' ? [packet.messageId ?? 0] : []));

const own = { sessionExpiryInterval: 60, receiveMaximum: MAXIMUM };
const away = open(topic, true, own);
away.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 1 }] });
await pause(300);
away.close();
await pause(300);
const sender = open(`${topic}/sender`, true, {});
for (let n = 1; n <= WAITING; n++) {
  const message = { topic, payload: `m${n}`, qos: 1, retain: false, dup: false } as const;
  sender.send({ cmd: 'publish', messageId: n, ...message });
}
await pause(500);
const back = open(topic, false, own);
await pause(500);
const first = idsIn(back);
back.send(...first.map((messageId): Packet => ({ cmd: 'puback', messageId })));
await pause(1000);
const underWay = idsIn(back).length - first.length;
process.stdout.write(
  `at first ${first.length} of ${WAITING} came; ${first.length} were answered; `,
);
process.stdout.write(`then ${underWay} are under way, and ${MAXIMUM} may be\n`);
back.close();
sender.close();
process.exitCode = underWay > MAXIMUM ? 1 : 0;
