/** A device's page tells when its last message was stored, in this life of the platform. */
import { expect, test } from 'vitest';
import type { Platform } from '../platform.ts';
import { connect, envelope, startTwin, temporaryFolder, topicOf } from '../testing/twin.ts';

const FRIDGE = 'fridges/north-1/17';
const OTHER = 'fridges/north-1/18';

const receivedAt = (platform: Platform, id: string): unknown => {
  const path = `/devices/${encodeURIComponent(id)}`;
  const { body } = platform.request('GET', path, new URLSearchParams());
  return (body as { receivedAt: unknown }).receivedAt;
};

test('it was heard of last when its last reading came, and not when another did', async () => {
  const folder = temporaryFolder();
  let now = 1000;
  const clock = { now: () => now, after: () => () => {} };
  const start = () => startTwin(folder.file('store.db'), { clock });
  let platform = await start();
  const sends = async (n: number): Promise<void> => {
    const fridge = await connect(platform, FRIDGE);
    await fridge.publish(topicOf(FRIDGE, 'telemetry'), envelope(n), 1);
    await fridge.end();
  };
  expect(receivedAt(platform, FRIDGE)).toBeNull();
  await sends(0);
  expect([receivedAt(platform, FRIDGE), receivedAt(platform, OTHER)]).toEqual([1000, null]);
  now = 2500;
  // One that comes again is heard as well.
  await sends(0);
  expect(receivedAt(platform, FRIDGE)).toBe(2500);
  platform.kill();
  platform = await start();
  expect(receivedAt(platform, FRIDGE)).toBeNull();
  await platform.close();
  folder.remove();
});

test('what is in a row is told where that is asked for', async () => {
  const folder = temporaryFolder();
  const platform = await startTwin(folder.file('store.db'), {
    clock: { now: () => 1500, after: () => () => {} },
  });
  const fridge = await connect(platform, FRIDGE);
  await fridge.publish(topicOf(FRIDGE, 'telemetry'), envelope(3), 1);
  await fridge.end();
  const ask = (query: string): Record<string, unknown>[] => {
    const { body } = platform.request('GET', '/telemetry', new URLSearchParams(query));
    return (body as { rows: Record<string, unknown>[] }).rows;
  };
  const [bare] = ask('');
  const [whole] = ask('payload=1');
  expect(bare).not.toHaveProperty('payloadBase64');
  expect(whole).toMatchObject({ ...bare, received: 1500 });
  const text = Buffer.from(String(whole?.payloadBase64), 'base64').toString();
  expect(text).toBe(Buffer.from(envelope(3)).toString());
  await platform.close();
  folder.remove();
});
