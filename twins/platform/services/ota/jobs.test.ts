/** Jobs at the platform twin: what a thing is told, what it may, and what outlives a kill. */
import { afterEach, expect, it } from 'vitest';
import type { Platform, PlatformOptions } from '../../platform.ts';
import { CAMPAIGN } from '../../testing/lives/ota.ts';
import {
  ACCOUNTS,
  connect,
  quiet,
  startTwin,
  type TestClient,
  temporaryFolder,
} from '../../testing/twin.ts';

const ID = 'fridges/north-1/17';
const at = (what: string): string => `$aws/things/${ID.replaceAll('/', ':')}/jobs/${what}`;
const LONG = { a: 'x'.repeat(1025) };
const NOTHING = new URLSearchParams();
const ONE = { ...CAMPAIGN, of: ID, waves: [1_000_000], success: 1, tries: 2 };

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});

async function twin(
  file?: string,
  clock?: PlatformOptions['clock'],
): Promise<{ platform: Platform; store: string }> {
  const folder = temporaryFolder();
  undo.push(folder.remove);
  const store = file ?? folder.file('store.db');
  const clocked = clock === undefined ? {} : { clock };
  const platform = await startTwin(store, { accounts: ACCOUNTS, ...clocked });
  undo.push(() => platform.kill());
  return { platform, store };
}

interface Word {
  what: string;
  said: Record<string, unknown>;
}

async function thing(platform: Platform) {
  const client = await connect(platform, ID);
  for (const what of ['notify', 'notify-next', 'get/+', 'start-next/+', '+/get/+', '+/update/+'])
    expect(await client.subscribe(at(what), 1)).toBe(1);
  const words = (): Word[] =>
    client.received.map(({ topic, text }) => ({
      what: topic.slice(at('').length),
      said: JSON.parse(text) as Word['said'],
    }));
  const ask = async (what: string, body: object = {}): Promise<Word | undefined> => {
    await client.publish(at(what), JSON.stringify(body), 1);
    await quiet();
    return words().findLast((word) => word.what.startsWith(`${what}/`));
  };
  return { client, words, ask };
}

const begin = (platform: Platform, name: string, more: object = {}): void => {
  expect(platform.request('POST', `/ota/${name}`, NOTHING, { ...ONE, ...more }).status).toBe(200);
};

const settledOf = (platform: Platform): unknown[] => {
  const { body } = platform.request('GET', '/ota', NOTHING);
  const { ota } = body as { ota: { device: string; settled: unknown[] }[] };
  return ota.find(({ device }) => device === ID)?.settled ?? [];
};

it('tells who listens what is next, and what there is', async () => {
  const { platform } = await twin();
  const { words, ask } = await thing(platform);
  begin(platform, 'spring');
  begin(platform, 'summer');
  await quiet();
  const next = words().filter(({ what }) => what === 'notify-next');
  expect(next).toMatchObject([{ said: { execution: { jobId: 'spring', status: 'QUEUED' } } }]);
  expect(words().findLast(({ what }) => what === 'notify')?.said.jobs).toMatchObject({
    QUEUED: [{ jobId: 'spring' }, { jobId: 'summer' }],
  });
  await ask('start-next');
  expect(await ask('get')).toMatchObject({
    said: { inProgressJobs: [{ jobId: 'spring' }], queuedJobs: [{ jobId: 'summer' }] },
  });
  await ask('spring/update', { status: 'SUCCEEDED' });
  expect(words().findLast(({ what }) => what === 'notify-next')).toMatchObject({
    said: { execution: { jobId: 'summer' } },
  });
});

it('goes on after a kill where it was, with the version that it had', async () => {
  const first = await twin();
  begin(first.platform, 'spring');
  const { ask } = await thing(first.platform);
  await ask('start-next');
  await ask('spring/update', { status: 'IN_PROGRESS', expectedVersion: 2 });
  first.platform.kill();
  const { platform } = await twin(first.store);
  const again = await thing(platform);
  expect(await again.ask('$next/get')).toMatchObject({
    said: { execution: { jobId: 'spring', status: 'IN_PROGRESS', versionNumber: 3 } },
  });
  const stale = { status: 'SUCCEEDED', expectedVersion: 2 };
  expect(await again.ask('spring/update', stale)).toMatchObject({
    said: { code: 'VersionMismatch', executionState: { versionNumber: 3 } },
  });
  await again.ask('spring/update', { status: 'SUCCEEDED', expectedVersion: 3 });
  expect(settledOf(platform)).toMatchObject([{ campaign: 'spring', status: 'confirmed' }]);
});

it('calls off what nobody has begun, and lets go on what somebody has', async () => {
  const { platform } = await twin();
  const { ask } = await thing(platform);
  begin(platform, 'spring');
  begin(platform, 'summer');
  await ask('start-next');
  for (const name of ['spring', 'summer'])
    platform.request('POST', `/ota/${name}/abort`, NOTHING, {});
  expect(await ask('summer/update', { status: 'IN_PROGRESS' })).toMatchObject({
    said: { code: 'InvalidStateTransition', executionState: { status: 'CANCELED' } },
  });
  expect(await ask('spring/update', { status: 'SUCCEEDED' })).toMatchObject({
    what: 'spring/update/accepted',
  });
});

it('leaves what is over as it was, whatever comes of its campaign', async () => {
  let ahead = 0;
  const { platform } = await twin(undefined, { now: () => ahead, after: () => () => {} });
  const { ask } = await thing(platform);
  begin(platform, 'spring');
  begin(platform, 'summer');
  await ask('start-next');
  platform.request('POST', '/ota/summer/abort', NOTHING, {});
  const canceled = { status: 'CANCELED', versionNumber: 2 };
  expect(await ask('summer/get')).toMatchObject({ said: { executionState: canceled } });
  ahead += 2 * ONE.timeoutMs;
  expect(await ask('summer/get')).toMatchObject({ said: { executionState: canceled } });
  const silent = { status: 'TIMED_OUT', versionNumber: 3 };
  expect(await ask('spring/get')).toMatchObject({ said: { executionState: silent } });
  expect(settledOf(platform)).toMatchObject([
    { campaign: 'spring', status: 'timed-out' },
    { campaign: 'summer', status: 'timed-out' },
  ]);
});

it('calls off in the very instant, whether anybody asks or not', async () => {
  let now = 1000;
  const { platform } = await twin(undefined, { now: () => now, after: () => () => {} });
  const { ask, words } = await thing(platform);
  begin(platform, 'spring');
  await ask('$next/get');
  now += 5000;
  platform.request('POST', '/ota/spring/abort', NOTHING, {});
  await quiet();
  expect(words().findLast(({ what }) => what === 'notify-next')?.said.execution).toEqual({});
  now += 2 * ONE.timeoutMs;
  expect(await ask('spring/get')).toMatchObject({
    said: { executionState: { status: 'CANCELED', versionNumber: 2 } },
  });
});

it('takes silence for an end, and a rejection for the last word', async () => {
  const { platform } = await twin();
  const { ask } = await thing(platform);
  begin(platform, 'spring', { timeoutMs: 1, tries: 1 });
  await quiet();
  await ask('start-next');
  await quiet();
  expect(await ask('spring/update', { status: 'SUCCEEDED' })).toMatchObject({
    said: { code: 'InvalidStateTransition', executionState: { status: 'TIMED_OUT' } },
  });
  begin(platform, 'summer');
  await ask('start-next');
  await ask('summer/update', { status: 'REJECTED', statusDetails: { why: 'no room' } });
  expect(settledOf(platform)).toMatchObject([
    { campaign: 'spring', status: 'timed-out' },
    { campaign: 'summer', attempt: 1, status: 'failed', why: 'no room' },
  ]);
  expect(await ask('start-next')).not.toHaveProperty('said.execution');
});

it.each<[string, string, object | string, string]>([
  ['a topic that nobody takes', 'sideways', {}, 'InvalidTopic'],
  ['what is no JSON', 'start-next', '{', 'InvalidJson'],
  ['what is no object', 'start-next', '[]', 'InvalidRequest'],
  ['a token that is too long', 'start-next', { clientToken: 'x'.repeat(65) }, 'InvalidRequest'],
  ['details that say nothing', 'start-next', { statusDetails: { a: '' } }, 'InvalidRequest'],
  ['details that nobody can print', 'start-next', { statusDetails: { a: '\t' } }, 'InvalidRequest'],
  ['details that are too long', 'start-next', { statusDetails: LONG }, 'InvalidRequest'],
  ['details without a name', 'start-next', { statusDetails: { '': 'a' } }, 'InvalidRequest'],
  ['a status that is no text', 'spring/update', { status: { toString: 1 } }, 'InvalidRequest'],
  ['details that are no texts', 'start-next', { statusDetails: { a: 1 } }, 'InvalidRequest'],
  ['a version that is none', 'spring/update', { expectedVersion: 'x' }, 'InvalidRequest'],
  ['a status of the platform', 'spring/update', { status: 'CANCELED' }, 'InvalidRequest'],
  ['a job that is not there', 'autumn/get', {}, 'ResourceNotFound'],
  ['a number that is not there', 'spring/get', { executionNumber: 7 }, 'ResourceNotFound'],
])('refuses %s', async (_, what, body, code) => {
  const { platform } = await twin();
  begin(platform, 'spring');
  const { client, words } = await thing(platform);
  if (what === 'sideways') await client.subscribe(at('sideways/rejected'), 1);
  await client.publish(at(what), typeof body === 'string' ? body : JSON.stringify(body), 1);
  await quiet();
  const answer = words().find((word) => word.what === `${what}/rejected`);
  expect(answer?.said).toMatchObject({ code, message: expect.stringMatching(/./) });
});

it('lets a thing speak and listen on its own topics alone, and observers read', async () => {
  const { platform } = await twin();
  const other = '$aws/things/fridges:north-1:18/jobs/';
  const { client } = await thing(platform);
  for (const filter of [`${other}notify-next`, '$aws/things/+/jobs/#', '$aws/#', '$SYS/#'])
    expect(await client.subscribe(filter, 1)).toBe(128);
  const closed = (one: TestClient): Promise<void> =>
    new Promise((resolve) => one.mqtt.once('close', () => resolve()));
  const isClosed = closed(client);
  client.publish(`${other}start-next`, '{}', 1).catch(() => {});
  await isClosed;
  const observer = await connect(platform, 'observer');
  expect(await observer.subscribe('$aws/things/+/jobs/+/update', 1)).toBe(1);
  expect(await observer.subscribe('$share/g/$aws/things/#', 1)).toBe(128);
});
