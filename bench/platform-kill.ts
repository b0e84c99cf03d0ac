/**
 * Kills the platform twin with -9, again and again, at random instants while devices publish at QoS
 * 1 as fast as they are acknowledged, and compares what is stored with the client's own log.
 * Between kills a persistent session must be there, with the copies it is owed.
 *
 *   node bench/platform-kill.ts [rounds=100] [seed=1] [mutant]
 *
 * With the mutant `telemetry-commits-late` it must find losses: a detector is to be seen to fire.
 * Prints one line per ten rounds and the figures at the end; exits 1 when anything acknowledged was
 * lost.
 */

import { connect as dial } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { randomStream } from '#kernel';
import {
  type Publisher,
  publishFast,
  type Server,
  startServer,
  storedIn,
} from '../twins/platform/testing/server.ts';
import {
  connectThrough,
  deviceAccount,
  otherAccount,
  type TestClient,
  temporaryFolder,
  topicOf,
} from '../twins/platform/testing/twin.ts';
import { countOf } from './arguments.ts';

const ROUNDS = countOf(process.argv[2], 100);
const SEED = countOf(process.argv[3], 1);
const MUTANT = process.argv[4] ?? null;
const DEVICES = 16;
const QUEUE_LIMIT = 30_000;
const COMMANDS_AT_ONCE = 8;

const random = randomStream(SEED, 'platform-kill');
const folder = temporaryFolder();
const ids = Array.from({ length: DEVICES }, (_, index) => `pumps/south-1/${index}`);
const accounts = [
  ...ids.map((id) => deviceAccount(id)),
  otherAccount('observer', 'observer'),
  otherAccount('commander', 'service'),
];
const next = new Map(ids.map((id) => [id, 0]));
const acked = new Set<string>();
const owed = new Set<string>();
const seen = new Set<string>();
let sessionsLost = 0;
let ackingMs = 0;
let slowestRound = Number.POSITIVE_INFINITY;
let port = 0;

for (let round = 1; round <= ROUNDS; round++) {
  const server = await start();
  port = server.ready.mqtt;
  await meetObserver(server, round > 1);
  await playRound(server, round);
  if (round % 10 === 0) report(round);
}
const server = await start();
await meetObserver(server, true);
const stored = await storedIn(server);
const lost = [...acked].filter((name) => !stored.has(name));
const unseen = [...owed].filter((text) => !seen.has(text));
await server.end();
folder.remove();

process.stdout.write(
  `${ROUNDS} kills: ${acked.size} readings acknowledged, ${lost.length} lost; ` +
    `${owed.size} messages for an absent session, ${unseen.length} lost; ` +
    `${sessionsLost} sessions lost; slowest round ${Math.round(slowestRound)} acknowledgements/s\n`,
);
if (lost.length + unseen.length + sessionsLost > 0) {
  process.stdout.write(`lost: ${[...lost, ...unseen].slice(0, 10).join(', ')}\n`);
  process.exit(1);
}
process.exit(0);

function start(): Promise<Server> {
  const limits = { queueLimit: QUEUE_LIMIT };
  const storeFile = folder.file('store.db');
  return startServer({ storeFile, accounts, mqttPort: port, limits, mutant: MUTANT });
}

/** The observer comes, takes what it is owed, and leaves its session behind. */
async function meetObserver(at: Server, isExpected: boolean): Promise<void> {
  const tcp = (): unknown => dial(at.ready.mqtt, '127.0.0.1');
  const observer = await connectThrough(tcp, 'observer', { clean: false });
  if (isExpected && !observer.sessionPresent) sessionsLost++;
  if (!observer.sessionPresent) await observer.subscribe('tw/r1/3/+/+/+/command', 2);
  while (((await at.get('/stats')) as { queued: number }).queued > 0) await pause(2);
  for (const { text } of observer.received) seen.add(text);
  await observer.end();
}

async function playRound(at: Server, round: number): Promise<void> {
  const commander = await connectThrough(() => dial(at.ready.mqtt, '127.0.0.1'), 'commander');
  const startedAt = performance.now();
  const publishers = ids.map((id) =>
    publishFast(at.ready.mqtt, id, topicOf(id, 'telemetry'), next.get(id) ?? 0),
  );
  await Promise.all(publishers.map((each) => each.connected));
  for (let k = 0; k < COMMANDS_AT_ONCE; k++) void command(commander, `${round}/${k}`);
  await pause(random.between(50, 400));
  await at.kill();
  const tookMs = performance.now() - startedAt;
  await Promise.all(publishers.map((each) => each.closed));
  await commander.drop();
  bookkeep(publishers, tookMs);
}

/**
 * QoS 2 commands for the absent observer, one after the other; each is owed once it is
 * acknowledged.
 */
async function command(commander: TestClient, name: string): Promise<void> {
  for (let k = 0; ; k++) {
    const text = `${name}/${k}`;
    try {
      await commander.publish(topicOf(ids[k % DEVICES] ?? '', 'command'), text, 2);
    } catch {
      return;
    }
    owed.add(text);
  }
}

function bookkeep(publishers: readonly Publisher[], tookMs: number): void {
  const before = acked.size;
  publishers.forEach((publisher, index) => {
    for (const name of publisher.acked) acked.add(name);
    next.set(ids[index] ?? '', publisher.next);
  });
  ackingMs += tookMs;
  slowestRound = Math.min(slowestRound, ((acked.size - before) / tookMs) * 1000);
}

function report(round: number): void {
  const rate = Math.round((acked.size / ackingMs) * 1000);
  process.stdout.write(`round ${round}: ${acked.size} acknowledged, ${rate} a second\n`);
}
