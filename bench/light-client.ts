/**
 * What a device on the wire costs: the light client against mqtt.js, both against the same broker
 * in one run. Each client kind has a process of its own, so that resident memory is its own as
 * well. Memory is taken after a collection, against the same process with its code warm and 50
 * connections up.
 *
 *   node bench/light-client.ts [connections]        at most 2,000; a run takes about 10 s
 */
import { fork } from 'node:child_process';
import { connect } from 'node:net';
import { MqttClient } from 'mqtt';
import { MOSQUITTO, SOCKET_AEDES } from '../harness/testing/brokers.ts';
import { LightClient, type LightClientEvents } from '../harness/wire/light-client.ts';

const CONNECTIONS_MAX = 2000;
const WARM = 50;
/** Handshakes in flight at one time; more overflow the broker's accept queue. */
const HANDSHAKES = 60;
const PUBLISHERS = 100;
/** Unacknowledged messages per publisher. */
const WINDOW = 8;
const PUBLISH_MS = 2500;
const SETTLE_MS = 300;
const PAYLOAD = Buffer.alloc(120, 'x');

type Side = 'light client' | 'mqtt.js';

interface Measured {
  residentKibEach: number;
  connectsPerSecond: number;
  messagesPerSecond: number;
}

/** One connection of either kind, as far as this benchmark needs it. */
interface Connection {
  publish(topic: string, acked: () => void): void;
}

async function compare(connections: number): Promise<void> {
  const kind = MOSQUITTO.look().skip ? SOCKET_AEDES : MOSQUITTO;
  const broker = await kind.start();
  say(`${connections} connections to one ${kind.name}, QoS 1 with ${PAYLOAD.length} bytes`);
  const measureBoth = async (): Promise<[Measured, Measured]> => [
    await inProcess('light client', connections, broker.port),
    await inProcess('mqtt.js', connections, broker.port),
  ];
  const [light, js] = await measureBoth().finally(() => broker.close());
  say('                        light client     mqtt.js   ratio');
  row('RSS per idle conn, KiB', light.residentKibEach, js.residentKibEach, 1);
  row('connects/s', light.connectsPerSecond, js.connectsPerSecond, 0);
  row('QoS 1 messages/s', light.messagesPerSecond, js.messagesPerSecond, 0);
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

function row(name: string, light: number, js: number, digits: number): void {
  const cells = [light.toFixed(digits), js.toFixed(digits)].map((cell) => cell.padStart(12));
  say(`${name.padEnd(24)}${cells.join('')}${(light / js).toFixed(2).padStart(8)}`);
}

function inProcess(side: Side, connections: number, port: number): Promise<Measured> {
  const child = fork(import.meta.filename, ['--side', side, String(connections)], {
    execArgv: ['--expose-gc'],
    env: { ...process.env, BENCH_PORT: String(port) },
  });
  return new Promise((resolve, reject) => {
    child.once('message', (measured) => resolve(measured as Measured));
    child.once('exit', (code) => reject(new Error(`${side} ended with ${code}`)));
  });
}

async function measure(side: Side, connections: number): Promise<void> {
  const port = Number(process.env.BENCH_PORT);
  const open = side === 'mqtt.js' ? openJs : openLight;
  const all: Connection[] = [];
  const openMany = async (count: number): Promise<void> => {
    let left = count;
    const lane = async (): Promise<void> => {
      while (left > 0) {
        left--;
        all.push(await open(port, `${side}-${process.pid}-${left}-${count}`));
      }
    };
    await Promise.all(Array.from({ length: HANDSHAKES }, lane));
  };
  await openMany(WARM);
  await load(all, 200);
  const before = await resident();
  const start = performance.now();
  await openMany(connections);
  const seconds = (performance.now() - start) / 1000;
  const after = await resident();
  const messages = await load(all.slice(0, PUBLISHERS), PUBLISH_MS);
  const measured: Measured = {
    residentKibEach: (after - before) / 1024 / connections,
    connectsPerSecond: connections / seconds,
    messagesPerSecond: (messages * 1000) / PUBLISH_MS,
  };
  process.send?.(measured, () => process.exit(0));
}

async function resident(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS / 3));
    globalThis.gc?.();
  }
  return process.memoryUsage.rss();
}

/**
 * Closed loop: each publisher keeps its window full. Answers how many were acknowledged in time.
 */
async function load(publishers: readonly Connection[], forMs: number): Promise<number> {
  let acked = 0;
  let over = false;
  publishers.forEach((publisher, i) => {
    const next = (): void => publisher.publish(`bench/${i}`, done);
    const done = (): void => {
      if (over) return;
      acked++;
      next();
    };
    for (let k = 0; k < WINDOW; k++) next();
  });
  await new Promise((resolve) => setTimeout(resolve, forMs));
  over = true;
  return acked;
}

function openJs(port: number, clientId: string): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const client = new MqttClient(() => connect({ port, host: '127.0.0.1', noDelay: true }), {
      clientId,
      protocolVersion: 4,
      clean: true,
      keepalive: 60,
      reconnectPeriod: 0,
      timerVariant: 'native',
    });
    client.once('error', reject);
    client.once('connect', () =>
      resolve({
        publish: (topic, acked) => void client.publish(topic, PAYLOAD, { qos: 1 }, acked),
      }),
    );
  });
}

interface Owner {
  up(client: LightClient<Owner>): void;
  down(reason: string): void;
  acked: () => void;
}

const events: LightClientEvents<Owner> = {
  connected: (client) => client.owner.up(client),
  refused: (client, reason) => client.owner.down(reason),
  closed: (client, reason) => client.owner.down(reason),
  acked: (client) => client.owner.acked(),
  abandoned: () => {},
  received: () => {},
  subscribed: () => {},
};

function openLight(port: number, clientId: string): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const stream = connect({ port, host: '127.0.0.1', noDelay: true });
    const options = { clientId, username: '', password: '', clean: true, keepAliveS: 60 };
    const owner: Owner = {
      up: (client) =>
        resolve({
          publish: (topic, acked) => {
            owner.acked = acked;
            client.publish(0, topic, PAYLOAD, 1, false);
          },
        }),
      down: (reason) => reject(new Error(reason)),
      acked: () => {},
    };
    new LightClient(stream, options, events, owner);
  });
}

const [first = '', second = '', third = ''] = process.argv.slice(2);
if (first === '--side') await measure(second as Side, Number(third));
else await compare(Math.min(CONNECTIONS_MAX, Number(first || CONNECTIONS_MAX)));
