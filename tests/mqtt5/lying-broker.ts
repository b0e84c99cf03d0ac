/**
 * TEST ONLY. A target that is a Mosquitto with a liar in front of it: what clients say in MQTT 5 is
 * passed on byte by byte, but for the one thing that it lies in. The platform twin speaks no MQTT 5,
 * so this takes the place of its mutants.
 */
import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Packet } from 'mqtt-packet';
import type { TargetKind } from '../../harness/authors.ts';

const sure = (value: unknown): { value: never; because: string } => ({
  value: value as never,
  because: 'a Mosquitto of ours stands behind it',
});

/** Each changes a packet of a client, and says whether it did. */
const LIES: Readonly<Record<string, (packet: Packet) => boolean>> = {
  none: () => false,
  'keeps-expired': (packet) => {
    if (packet.cmd !== 'publish' || packet.properties?.messageExpiryInterval === undefined) {
      return false;
    }
    delete packet.properties.messageExpiryInterval;
    return true;
  },
  'ignores-receive-maximum': (packet) => {
    if (packet.cmd !== 'connect' || packet.properties?.receiveMaximum === undefined) return false;
    packet.properties.receiveMaximum = 65_535;
    return true;
  },
  'swaps-correlation': (packet) => {
    if (packet.cmd !== 'publish' || packet.properties?.correlationData === undefined) return false;
    packet.properties.correlationData = Buffer.from('x');
    return true;
  },
  'ignores-share': (packet) => {
    if (packet.cmd !== 'subscribe') return false;
    const shared = packet.subscriptions.filter(({ topic }) => topic.startsWith('$share/'));
    for (const one of shared) one.topic = one.topic.split('/').slice(2).join('/');
    return shared.length > 0;
  },
};

const target: TargetKind = {
  family: 'target',
  kind: 'lying-broker',
  summary: 'a Mosquitto with a liar in front of it',
  params: {
    binary: { kind: 'text', about: 'Where Mosquitto lies.' },
    lie: { kind: 'choice', about: 'In what.', of: Object.keys(LIES), default: 'none' },
  },
  gears: ['real'],
  promises: {
    durableSessions: sure(false),
    durableRetained: sure(false),
    durableTelemetry: sure(false),
    queueLimit: sure(1000),
    inflightLimit: sure(20),
    maxQos: sure(2),
    acknowledgesEarly: sure(false),
    ordered: sure(true),
    willOnTakeOver: sure('clean'),
    mqtt: sure('5'),
  },
  ours: true,
  issuesAccounts: false,
  offers: ['retained'],
  takesMutants: false,
  plan: ({ params, written }) => ({
    name: `Mosquitto behind a liar (${String(params.lie)})`,
    params,
    broker: written.broker,
    elsewhere: null,
    killable: false,
  }),
  start: async ({ plan, directory, processes }) => {
    const { binary, lie } = plan.target.params;
    // Not before: whoever judges the run later loads a copy that lies elsewhere.
    const { default: codec } = await import('mqtt-packet');
    const port = await freePort();
    const config = directory.file('log/liar.conf');
    writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
    const log = directory.file('log/target.log');
    const command = { id: 'target', command: String(binary), args: ['-c', config], log };
    processes.start(
      command,
      () => {},
      () => {},
    );
    while (!(await listens(port))) await pause(20);
    const told: string[] = [];
    const front = createServer((socket) =>
      between(socket, port, { codec, lie: LIES[String(lie)] ?? LIES.none, told }),
    );
    const front0 = await new Promise<number>((resolve) => {
      front.listen(0, '127.0.0.1', () => resolve((front.address() as AddressInfo).port));
    });
    return {
      address: { host: '127.0.0.1', port: front0, tls: null },
      access: null,
      component: { name: 'a liar', version: '', how: `in front of port ${port}` },
      start: async () => {},
      kill: async () => {},
      stop: async () => {
        front.close();
        writeFileSync(directory.file('log/lies.txt'), told.join('\n'));
        await processes.stop('target');
      },
    };
  },
};
export default target;

interface Liar {
  codec: typeof import('mqtt-packet');
  lie: ((packet: Packet) => boolean) | undefined;
  /** What it lied in. */
  told: string[];
}

/** Whole packets up, each as it came or with the lie in it; down as it comes. */
function between(client: Socket, port: number, { codec, lie, told }: Liar): void {
  const broker = connect({ host: '127.0.0.1', port, noDelay: true });
  client.setNoDelay(true);
  let rest: Buffer = Buffer.alloc(0);
  let version = 4;
  client.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (let end = frameEnd(rest); end > 0; end = frameEnd(rest)) {
      const frame = rest.subarray(0, end);
      rest = rest.subarray(end);
      const packet = parsed(codec, frame, version);
      if (packet?.cmd === 'connect') version = packet.protocolVersion ?? 4;
      if (packet === null || version !== 5 || lie?.(packet) !== true) {
        broker.write(frame);
        continue;
      }
      told.push(packet.cmd);
      broker.write(codec.generate(packet, { protocolVersion: 5 }));
    }
  });
  broker.pipe(client);
  for (const [one, other] of [
    [client, broker],
    [broker, client],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
    one.on('end', () => other.end());
  }
}

/** Only those in which somebody could lie. */
function parsed(codec: Liar['codec'], frame: Buffer, protocolVersion: number): Packet | null {
  if (![1, 3, 8].includes((frame[0] ?? 0) >> 4)) return null;
  let packet: Packet | null = null;
  const parser = codec.parser({ protocolVersion });
  parser.on('packet', (one) => {
    packet = one;
  });
  parser.on('error', () => {});
  parser.parse(frame);
  return packet;
}

function frameEnd(bytes: Buffer): number {
  let length = 0;
  for (let at = 1; at <= 4; at++) {
    const byte = bytes[at];
    if (byte === undefined) return 0;
    length += (byte & 0x7f) * 128 ** (at - 1);
    if (byte < 128) return bytes.length >= at + 1 + length ? at + 1 + length : 0;
  }
  return 0;
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
