/**
 * CPU per QoS 1 message through the whole platform twin, in memory: parse, policy, JSON, store,
 * queue, commit, acknowledge, forward to one persistent QoS 2 observer, its acknowledgement. Two
 * loads: one message per turn, as in the sim gear, and bursts of 50, as under load in the real
 * gear. Includes both test clients' own work.
 *
 *   node bench/platform-speed.ts [messages]
 */
import { type Duplex, duplexPair } from 'node:stream';
import mqttPacket from 'mqtt-packet';
import type { Platform } from '../twins/platform/platform.ts';
import {
  deviceAccount,
  envelope,
  otherAccount,
  secretOf,
  startTwin,
  temporaryFolder,
  topicOf,
} from '../twins/platform/testing/twin.ts';

const MESSAGES = Number(process.argv[2] ?? 20_000);
const DEVICES = 200;

const folder = temporaryFolder();
const ids = Array.from({ length: DEVICES }, (_, index) => `fridges/north-1/${index}`);
const accounts = [...ids.map((id) => deviceAccount(id)), otherAccount('observer', 'observer')];
const platform = await startTwin(folder.file('store.db'), { accounts });
const state = { observed: 0, acked: 0 };

const observer = await open(platform, 'observer', false);
mqttPacket.writeToStream(
  { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'tw/r1/#', qos: 2 }] },
  observer,
);
const devices: Duplex[] = [];
for (const id of ids) devices.push(await open(platform, id, true));

for (const [name, burst] of [
  ['one message per turn', 1],
  ['bursts of 50', 50],
] as const) {
  await run(2000, burst, 0);
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await run(MESSAGES, burst, burst * 1_000_000);
  const wallMs = performance.now() - startedAt;
  const used = process.cpuUsage(cpu);
  const perMessage = (used.user + used.system) / MESSAGES;
  process.stdout.write(
    `${name}: ${perMessage.toFixed(1)} us CPU per message, ` +
      `${Math.round((MESSAGES / wallMs) * 1000)} messages/s\n`,
  );
}
await platform.close();
folder.remove();

async function run(messages: number, burst: number, firstN: number): Promise<void> {
  const goal = state.observed + messages;
  for (let sent = 0; sent < messages; sent += burst) {
    for (let i = 0; i < burst; i++) {
      const index = (sent + i) % DEVICES;
      const device = devices[index];
      const topic = topicOf(ids[index] ?? '', 'telemetry');
      const payload = envelope(firstN + sent + i);
      const messageId = 1 + ((sent + i) % 60_000);
      if (device === undefined) continue;
      mqttPacket.writeToStream(
        { cmd: 'publish', topic, payload, qos: 1, messageId, dup: false, retain: false },
        device,
      );
    }
    const wanted = goal - messages + sent + burst;
    while (state.observed < wanted) await new Promise((resolve) => setImmediate(resolve));
  }
}

function open(twin: Platform, user: string, clean: boolean): Promise<Duplex> {
  const [near, far] = duplexPair();
  twin.handle(far);
  const parser = mqttPacket.parser();
  near.on('data', (bytes) => parser.parse(bytes));
  const password = Buffer.from(secretOf(user));
  mqttPacket.writeToStream(
    { cmd: 'connect', clientId: user, username: user, password, keepalive: 0, clean },
    near,
  );
  return new Promise((resolve) => {
    parser.on('packet', (packet) => {
      if (packet.cmd === 'connack') resolve(near);
      if (packet.cmd === 'puback') state.acked++;
      if (packet.cmd !== 'publish') return;
      state.observed++;
      const messageId = packet.messageId ?? 0;
      if (packet.qos === 1) mqttPacket.writeToStream({ cmd: 'puback', messageId }, near);
    });
  });
}
