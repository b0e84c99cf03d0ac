/** The way in lets nobody overtake, and refuses what is nobody's to bring. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defineMutant } from '../mutant.ts';
import takesStrangers from '../mutants/gateway-takes-strangers.ts';
import type { Platform } from '../platform.ts';
import {
  ACCOUNTS,
  connect,
  envelope,
  type Folder,
  startTwin,
  temporaryFolder,
  topicOf,
  until,
} from '../testing/twin.ts';
import type { IntakeSeams } from './intake.ts';

const FRIDGE = 'fridges/north-1/17';
const OTHER = 'fridges/north-1/18';

let folder: Folder;
let platform: Platform;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await platform.close();
  folder.remove();
});

test('what comes behind a publish that waits waits as well, in order', async () => {
  const slow = defineMutant<IntakeSeams>({
    kind: 'telemetry-waits',
    summary: 'lets readings wait a moment',
    word: 'telemetry',
    caughtBy: 'latency',
    scenario: 'none',
    plant: () => ({ ingestDelayMs: (topic) => (topic.endsWith('telemetry') ? 1 : 0) }),
  });
  platform = await startTwin(folder.file('store.db'), { mutant: slow });
  const observer = await connect(platform, 'observer');
  await observer.subscribe('tw/r1/3/#', 1);
  const fridge = await connect(platform, FRIDGE);
  const order = ['status', 'telemetry', 'status', 'status', 'telemetry', 'status'];
  const sent = order.map((stream, n) => fridge.publish(topicOf(FRIDGE, stream), envelope(n), 1));
  await Promise.all(sent);
  await until(() => observer.received.length === order.length);
  expect(observer.received.map(({ text }) => text)).toEqual(order.map((_, n) => envelope(n)));
  // And once more, when nobody waits any longer.
  await fridge.publish(topicOf(FRIDGE, 'telemetry'), envelope(6), 1);
  await until(() => observer.received.length === order.length + 1);
});

test('a device brings the messages of those that it carries, and of nobody else', async () => {
  const accounts = ACCOUNTS.map((account) =>
    account.user === FRIDGE
      ? { ...account, topics: ['tw/r1/3/fridges'], speaksFor: ['fridges/north-1/19'] }
      : account,
  );
  platform = await startTwin(folder.file('store.db'), { accounts });
  const fridge = await connect(platform, FRIDGE);
  for (const id of [FRIDGE, 'fridges/north-1/19'])
    await fridge.publish(topicOf(id, 'telemetry'), envelope(0), 1);
  expect(platform.stats()).toMatchObject({ stored: 2, refused: 0 });
  const foreign = fridge.publish(topicOf(OTHER, 'telemetry'), envelope(0), 1);
  await expect(foreign).rejects.toThrow('closed');
  expect(platform.stats()).toMatchObject({ stored: 2, refused: 1 });
});

test('a planted bug that lets one speak for another is counted once for each message', async () => {
  const accounts = ACCOUNTS.map((account) =>
    account.user === FRIDGE ? { ...account, speaksFor: ['fridges/north-1/19'] } : account,
  );
  const mutant = takesStrangers;
  platform = await startTwin(folder.file('store.db'), { accounts, mutant });
  const fridge = await connect(platform, FRIDGE);
  await fridge.publish(topicOf(FRIDGE, 'telemetry'), envelope(0), 1);
  expect(platform.stats()).toMatchObject({ fired: 0 });
  for (const [n, stream] of ['telemetry', 'telemetry', 'status'].entries())
    await fridge.publish(topicOf(OTHER, stream), envelope(n), 1);
  expect(platform.stats()).toMatchObject({ refused: 0, fired: 3 });
});
