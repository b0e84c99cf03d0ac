/** What is in the store is passed on, whatever became of its sender. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Platform } from '../platform.ts';
import {
  connect,
  envelope,
  type Folder,
  quiet,
  startTwin,
  temporaryFolder,
  topicOf,
  until,
} from '../testing/twin.ts';

const FRIDGE = 'fridges/north-1/17';

let folder: Folder;
let platform: Platform;
beforeEach(async () => {
  folder = temporaryFolder();
  platform = await startTwin(folder.file('store.db'));
});
afterEach(async () => {
  await platform.close();
  folder.remove();
});

/** Its device goes while the disk has it, and has not said so. */
async function left(qos: 0 | 1 | 2): Promise<string[]> {
  const observer = await connect(platform, 'observer', { clean: false });
  await observer.subscribe('tw/r1/3/#', 1);
  const fridge = await connect(platform, FRIDGE);
  platform.suffer('slow', { commitMs: 50 });
  const sent = fridge.publish(topicOf(FRIDGE, 'telemetry'), envelope(0), qos);
  sent.catch(() => {});
  await until(() => platform.stats().stored === 1);
  await fridge.drop();
  await until(() => observer.received.length > 0);
  await quiet();
  return observer.received.map(({ text }) => text);
}

test.each([0, 1, 2] as const)('it comes once to who listens, at QoS %i', async (qos) => {
  expect(await left(qos)).toEqual([envelope(0)]);
});

test('what its device sends again when it is back is known in the store', async () => {
  expect(await left(1)).toEqual([envelope(0)]);
  platform.suffer('slow', {});
  const again = await connect(platform, FRIDGE);
  await again.publish(topicOf(FRIDGE, 'telemetry'), envelope(0), 1);
  expect(platform.stats()).toMatchObject({ stored: 1, duplicates: 1 });
});
