/**
 * A device takes its own place while its old connection is still on its way out, at one turn after
 * the other: whatever ends late ends what was its own and nothing of its successor's. Aedes knows
 * connections by the client id alone, so each of these is a correction of ours.
 */
import { type Duplex, duplexPair } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { IClientOptions } from 'mqtt';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { QueueSeams } from './broker/sessions.ts';
import { defineMutant } from './mutant.ts';
import type { Platform } from './platform.ts';
import {
  connect,
  type Folder,
  quiet,
  secretOf,
  startTwin,
  temporaryFolder,
  topicOf,
  until,
} from './testing/twin.ts';

const FRIDGE = 'fridges/north-1/17';
const COMMAND = topicOf(FRIDGE, 'command');
const TURNS = [0, 1, 2, 3, 4, 5];

vi.setConfig({ testTimeout: 60_000 });

let folder: Folder;
let platform: Platform;
/** How often the twin asked whether to queue something for a device that is away. */
let queued: number;

/** Asks nothing away: it only counts. */
const counting = defineMutant<QueueSeams>({
  kind: 'commands-counts',
  summary: 'counts what is queued',
  word: 'commands',
  caughtBy: 'no-acked-loss',
  scenario: 'none',
  plant: () => ({
    queue: () => {
      queued++;
      return true;
    },
  }),
});

const start = async (): Promise<void> => {
  platform = await startTwin(folder.file('store.db'), { mutant: counting });
};
beforeEach(async () => {
  folder = temporaryFolder();
  queued = 0;
  await start();
});
afterEach(async () => {
  await platform.close();
  folder.remove();
});

const willOf = (text: string) => ({
  topic: topicOf(FRIDGE, 'will'),
  payload: Buffer.from(text),
  qos: 1 as const,
  retain: false,
});

/** Its successor comes, and some turns later the old connection ends. */
async function takeOver(clean: boolean, turns: number): Promise<Duplex> {
  const old = await connect(platform, FRIDGE, { clean, will: willOf('old') } as IClientOptions);
  // What it has subscribed to is what takes its end a while.
  for (const filter of [COMMAND, `${COMMAND}/a`, `${COMMAND}/b`]) await old.subscribe(filter, 1);
  const near = comes(clean);
  for (let turn = 0; turn < turns; turn++) await nextTurn();
  old.mqtt.stream.destroy();
  await quiet();
  return near;
}

/** A connection of it says hello, and waits for nothing. */
function comes(clean: boolean): Duplex {
  const hello: Packet = {
    cmd: 'connect',
    clientId: FRIDGE,
    username: FRIDGE,
    password: Buffer.from(secretOf(FRIDGE)),
    keepalive: 0,
    clean,
    will: willOf('new'),
  };
  const [near, far] = duplexPair();
  near.on('error', () => {}).resume();
  // As a socket, it ends at both ends.
  near.once('close', () => far.destroy());
  far.once('close', () => near.destroy());
  platform.handle(far);
  mqttPacket.writeToStream(hello, near);
  return near;
}

const isOnline = (): boolean => {
  const path = `/devices/${encodeURIComponent(FRIDGE)}`;
  const { body } = platform.request('GET', path, new URLSearchParams());
  return (body as { online: boolean }).online;
};

describe.each([
  ['clean', true],
  ['persistent', false],
])('a %s connection whose predecessor ends late', (_, clean) => {
  test.each(TURNS)('can be taken over in its turn, %i turns on', async (turns) => {
    const near = await takeOver(clean, turns);
    expect([isOnline(), platform.stats().sessions]).toEqual([true, 1]);
    const third = await connect(platform, FRIDGE, { clean });
    await until(() => near.destroyed);
    expect([isOnline(), platform.stats().sessions]).toEqual([true, 1]);
    expect(third.isClosed()).toBe(false);
  });

  test.each(TURNS)('keeps its will, over a kill too, %i turns on', async (turns) => {
    const before = await connect(platform, 'observer', { clean: false });
    await before.subscribe(topicOf(FRIDGE, 'will'), 1);
    await takeOver(clean, turns);
    await until(() => before.received.length > 0);
    await before.end();
    platform.kill();
    await quiet();
    await start();
    const after = await connect(platform, 'observer', { clean: false });
    await until(() => after.received.some(({ text }) => text === 'new'));
    await quiet();
    // What a kill may bring again says so itself.
    const got = [...before.received, ...after.received].filter(({ dup }) => !dup);
    expect(got.map(({ text }) => text)).toEqual(['old', 'new']);
  });
});

test.each(TURNS)('it is there for whatever comes for it, %i turns on', async (turns) => {
  await takeOver(false, turns);
  const commander = await connect(platform, 'commander');
  await commander.publish(COMMAND, '{}', 1);
  expect(queued).toBe(0);
});

test.each(TURNS)(
  'one that dies %i turns after its hello takes nobody else off the list',
  async (turns) => {
    for (const clean of [true, false]) {
      const first = await connect(platform, FRIDGE, { clean });
      const near = comes(clean);
      for (let turn = 0; turn < turns; turn++) await nextTurn();
      near.destroy();
      await quiet();
      const left = first.isClosed() ? 0 : 1;
      expect([isOnline(), platform.stats().sessions]).toEqual([left === 1, left]);
      await first.drop();
      await quiet();
      expect([isOnline(), platform.stats().sessions]).toEqual([false, 0]);
    }
  },
);
