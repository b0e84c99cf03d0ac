/** What the service makes of differences: as they name it, once, and nothing where that is not. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Platform } from '../platform.ts';
import { connect, type Folder, startTwin, temporaryFolder, topicOf } from '../testing/twin.ts';

const ID = 'fridges/north-1/17';
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

async function said(...told: readonly [n: number, v: object][]): Promise<void> {
  const device = await connect(platform, ID);
  for (const [n, v] of told) {
    const text = JSON.stringify({ n, e: 1, t: n * 1000, v });
    await device.publish(topicOf(ID, 'telemetry'), text, 1);
  }
  await device.end();
}

function madeOf(): unknown {
  const { body } = platform.request('GET', '/delta', new URLSearchParams('limit=99'));
  const { delta } = body as { delta: { device: string; samples: unknown }[] };
  return delta.find(({ device }) => device === ID)?.samples;
}

const row = (n: number, values: object) => ({ stream: 'telemetry', n, values });

test('adds each to the sample that it names, across a kill', async () => {
  await said([0, { whole: true, level: 4, lid: 'shut' }], [1, { of: 0, by: { level: 0.5 } }]);
  platform.kill();
  platform = await startTwin(folder.file('store.db'));
  await said([2, { of: 0, by: {} }], [3, { of: 1, by: { level: -1 }, also: { lid: 'open' } }]);
  expect(madeOf()).toEqual([
    row(0, { level: 4, lid: 'shut' }),
    row(1, { level: 4.5 }),
    row(2, { level: 4 }),
    row(3, { level: 3.5, lid: 'open' }),
  ]);
});

test('takes the same message once, and makes nothing of one without a base', async () => {
  await said([0, { whole: true, level: 4 }], [1, { of: 0, by: { level: 1 } }]);
  await said([1, { of: 0, by: { level: 1 } }], [2, { of: 7, by: { level: 1 } }]);
  expect(madeOf()).toEqual([row(0, { level: 4 }), row(1, { level: 5 })]);
  expect(platform.stats()).toMatchObject({ deltasWithoutBase: 1 });
});

test('lets everything else pass', async () => {
  const strange = [{ level: 4 }, { of: 'x', by: {} }, { of: 0 }, { of: 0, by: 3 }, { whole: 1 }];
  await said(...strange.map((v, n): [number, object] => [n, v]));
  expect(madeOf()).toEqual([]);
});
