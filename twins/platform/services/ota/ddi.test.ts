/** What devices are answered by hawkBit's way, step by step, over the channel of the platform. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { survived } from '../../../../kernel/testing/fuzz.ts';
import type { Platform } from '../../platform.ts';
import { type Asks, ddiAsks, linkIn } from '../../testing/ddi-asks.ts';
import { CAMPAIGN } from '../../testing/lives/ota.ts';
import { ownClock } from '../../testing/own-clock.ts';
import { deviceAccount, type Folder, startTwin, temporaryFolder } from '../../testing/twin.ts';
import source from './feedback.fuzz.ts';

const NOTHING = new URLSearchParams();
const ID = 'fridges/north-1/0';
const BASE = '/DEFAULT/controller/v1/fridges:north-1:0';

let folder: Folder;
let platform: Platform;
let asks: Asks;

const start = async (): Promise<void> => {
  const accounts = [deviceAccount(ID)];
  platform = await startTwin(folder.file('store.db'), { accounts, clock: ownClock() });
  ({ asks } = ddiAsks(platform));
};
beforeEach(async () => {
  folder = temporaryFolder();
  await start();
});
afterEach(async () => {
  await platform.close();
  folder.remove();
});

const begin = (name: string, more: object = {}): unknown =>
  platform.request('POST', `/ota/${name}`, NOTHING, {
    ...CAMPAIGN,
    ...{ waves: [1_000_000], ...more },
  }).body;
const links = async (): Promise<string> => (await asks('GET', BASE)).text;
const says = async (path: string, execution: string, finished = 'none', details = ['']) => {
  const status = { execution, result: { finished }, details };
  return (await asks('POST', `${path.replace(/\?.*/, '')}/feedback`, { status })).status;
};
const settled = (): string[] => {
  const { body } = platform.request('GET', '/ota', NOTHING);
  const { ota } = body as {
    ota: { settled: { attempt: number; status: string; why: string }[] }[];
  };
  return (ota[0]?.settled ?? []).map(({ attempt, status, why }) => `${attempt} ${status} ${why}`);
};

it('hands out one action at a time, closes it once, and asks again what it runs', async () => {
  expect(await links()).toContain('"sleep":"00:00:05"');
  begin('spring');
  begin('summer');
  const path = linkIn(await links(), 'deploymentBase') ?? '';
  expect(linkIn(await links(), 'deploymentBase')).toBe(path);
  const { text } = await asks('GET', path);
  expect(JSON.parse(text).deployment.chunks[0]).toMatchObject({
    name: 'spring',
    artifacts: [{ size: 9000, filename: 'image' }],
    metadata: [{ key: 'manifest' }, { key: 'signature' }, { key: 'attempt', value: '1' }],
  });
  const image = /http:\/\/h([^"]+image)"/.exec(text)?.[1] ?? '';
  expect((await asks('GET', image)).text).toHaveLength(9000);
  expect(await says(path, 'proceeding')).toBe(200);
  expect(await asks('PUT', `${BASE}/configData`, { data: { version: '1.0.0' } })).toMatchObject({
    status: 200,
  });
  expect(linkIn(await links(), 'configData')).toBeNull();
  expect(await says(path, 'closed', 'failure', ['rolled-back', 'not kept'])).toBe(200);
  expect(await says(path, 'closed', 'success')).toBe(410);
  expect(await says(path, 'proceeding')).toBe(410);
  expect(settled()).toEqual(['1 rolled-back not kept']);
  expect(linkIn(await links(), 'configData')).not.toBeNull();
  const next = linkIn(await links(), 'deploymentBase') ?? '';
  expect((await asks('GET', next)).text).toContain('"name":"summer"');
});

it('calls an action off, unless its device says that this is too late', async () => {
  begin('spring');
  const path = linkIn(await links(), 'deploymentBase')?.replace(/\?.*/, '') ?? '';
  const cancel = path.replace('deploymentBase', 'cancelAction');
  expect(await says(cancel, 'closed', 'success')).toBe(405);
  platform.request('POST', '/ota/spring/abort', NOTHING, {});
  expect(linkIn(await links(), 'deploymentBase')).toBeNull();
  expect(linkIn(await links(), 'cancelAction')).toBe(cancel);
  expect((await asks('GET', cancel)).text).toContain('"stopId":"1"');
  expect(await says(cancel, 'rejected')).toBe(200);
  expect(linkIn(await links(), 'cancelAction')).toBeNull();
  expect(await says(cancel, 'closed', 'success')).toBe(405);
  expect(await says(path, 'closed', 'success')).toBe(200);
  expect(settled()).toEqual(['1 confirmed ']);

  begin('summer');
  platform.request('POST', '/ota/summer/abort', NOTHING, {});
  const other = linkIn(await links(), 'cancelAction') ?? '';
  expect(await says(other, 'closed', 'success')).toBe(200);
  expect(await says(other, 'closed', 'success')).toBe(410);
  expect(settled()).toEqual(['1 confirmed ', '1 failed cancelled']);
});

it.each([
  ['2.1.0', '', 'true', undefined, true],
  ['2.1.0', '', 'false', undefined, false],
  ['2.2.0', '', 'true', undefined, false],
  ['1.0.0', 'config 1.0.0, model 2.1.0', 'true', 'model', true],
  ['2.1.0', 'model 2.0.0', 'true', 'model', false],
])('holds a fall with %s and "%s" (%s) against what it gave', async (...row) => {
  const [version, uses, fell, ships, isHeld] = row;
  const text = JSON.stringify({ ...JSON.parse(CAMPAIGN.signed.text), ships });
  begin('spring', { signed: { ...CAMPAIGN.signed, text } });
  const falls = async () => asks('PUT', `${BASE}/configData`, { data: { version, uses, fell } });
  const isUnwell = (): boolean => {
    const { body } = platform.request('GET', '/ota', NOTHING);
    return (body as { ota: { unwell: object[] }[] }).ota[0]?.unwell.length === 1;
  };
  const path = linkIn(await links(), 'deploymentBase') ?? '';
  // Nobody knows yet that it has it.
  await falls();
  expect(isUnwell()).toBe(false);
  await says(path, 'closed', 'success');
  await falls();
  platform.kill();
  await start();
  expect(isUnwell()).toBe(isHeld);
});

it.each([
  ['another', '2', 400],
  ['another, as a number', 2, 400],
  ['none that there could be', {}, 400],
  ['its own', '1', 200],
  ['its own, as a number', 1, 200],
  ['none', undefined, 200],
  ['null', null, 200],
])('answers feedback to action 1 that says %s', async (_, id, status) => {
  begin('spring');
  await links();
  const closed = { id, status: { execution: 'closed', result: { finished: 'success' } } };
  const said = await asks('POST', `${BASE}/deploymentBase/1/feedback`, closed);
  expect(said.status).toBe(status);
  expect(settled()).toEqual(status === 200 ? ['1 confirmed '] : []);
});

it('knows its actions after a kill', async () => {
  begin('spring');
  const path = linkIn(await links(), 'deploymentBase');
  platform.kill();
  await start();
  expect(linkIn(await links(), 'deploymentBase')).toBe(path);
});

it.each([
  ['GET', '/DEFAULT/controller/v1/nobody', '', 404],
  ['GET', '/DEFAULT/controller/v1/%E0%A4', '', 404],
  ['GET', `${BASE}/deploymentBase/77`, '', 404],
  ['GET', `${BASE}/cancelAction/1`, '', 404],
  ['POST', `${BASE}/deploymentBase/1/feedback`, '{', 400],
  ['POST', `${BASE}/deploymentBase/1/feedback`, '{"status":{"execution":"sideways"}}', 400],
  ['POST', `${BASE}/deploymentBase/1/feedback`, 'x'.repeat(9000), 413],
  ['PUT', `${BASE}/configData`, '{"data":{"version":"two"}}', 400],
  ['DELETE', BASE, '', 404],
])('refuses %s %s %s', async (method, path, body, status) => {
  begin('spring');
  await links();
  expect(await asks(method, path, body)).toMatchObject({ status });
  expect(settled()).toEqual([]);
});

it('survives whatever comes as feedback', () => {
  for (const fuzz of source({} as never)) expect(survived(fuzz, 1, 400)).toBe(400);
});
