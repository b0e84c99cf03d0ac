/**
 * AWS IoT's own client for devices, as it comes from npm, at the jobs of the platform twin, and at
 * the emulator of shadows by which our dialect is tried. It shares no code with us.
 */
import { connect as dial } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import sdk, { type Client, type Job } from 'aws-iot-device-sdk';
import { afterEach, expect, it } from 'vitest';
import type { Platform } from '#platform';
import {
  deviceAccount,
  secretOf,
  startTwin,
  temporaryFolder,
} from '../twins/platform/testing/twin.ts';
import { startEmulator } from './aws/emulator.ts';
import { startTlsFront, type TlsFront } from './aws/tls-front.ts';

const ID = 'boards/north-1/0';
const THING = ID.replaceAll('/', ':');
const JOBS = `$aws/things/${THING}/jobs`;
const NOTHING = new URLSearchParams();
const IMAGE = Buffer.from('what a board runs from now on\n'.repeat(100));

const MANIFEST = {
  ...{ version: '2.1.0', hardware: 'tw-1', alg: 'ed25519', keyId: 'k1' },
  ...{ size: IMAGE.length, sha256: 'ab'.repeat(32), counter: 2 },
};
const CAMPAIGN = {
  signed: { text: JSON.stringify(MANIFEST), signature: 'cd'.repeat(64) },
  image: IMAGE.toString('base64'),
  ...{ of: '', waves: [1_000_000], success: 1, tries: 2, withinMs: 600_000, timeoutMs: 600_000 },
};

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});

interface Word {
  what: string;
  said: Record<string, unknown>;
}

async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 600 && !isSo(); turn++) await pause(20);
  expect(isSo()).toBe(true);
}

const optionsOf = ({ port, certificates }: TlsFront) => ({
  ...{ host: 'localhost', port, clientId: ID, username: ID, password: secretOf(ID) },
  ...{ enableMetrics: false, ...certificates },
});

const done = (action: (done: () => void) => void): Promise<void> =>
  new Promise((resolve) => action(() => resolve()));

async function started(): Promise<{ platform: Platform; front: TlsFront }> {
  const { file, remove } = temporaryFolder();
  undo.push(remove);
  const platform = await startTwin(file('store.db'), { accounts: [deviceAccount(ID)] });
  undo.push(() => platform.close());
  const front = await startTlsFront(file, (connection) => platform.handle(connection));
  undo.push(() => front.close());
  return { platform, front };
}

/** All that comes back below `root`. */
function heardBy(client: Client, root: string): Word[] {
  const words: Word[] = [];
  client.on('message', (topic: string, payload: Buffer) => {
    if (!topic.startsWith(`${root}/`)) return;
    const said = JSON.parse(String(payload)) as Word['said'];
    words.push({ what: topic.slice(root.length + 1), said });
  });
  return words;
}

const settledIn = (platform: Platform): unknown => {
  const { body } = platform.request('GET', '/ota', NOTHING);
  return (body as { ota: { settled: unknown }[] }).ota[0]?.settled;
};

it('is told of a job, starts it and ends it', { timeout: 60_000 }, async () => {
  const { platform, front } = await started();
  const client = sdk.jobs(optionsOf(front));
  undo.push(() => done((over) => client.end(true, over)));
  const jobs: (Job | null)[] = [];
  client.subscribeToJobs(THING, 'update-firmware', (error, job) => {
    if (error === null) jobs.push(job);
  });
  await new Promise((resolve) => client.once('connect', resolve));
  await done((over) => client.startJobNotifications(THING, over));
  await pause(200);
  expect(jobs).toEqual([]);
  expect(platform.request('POST', '/ota/spring', NOTHING, CAMPAIGN).status).toBe(200);
  await until(() => jobs.length === 1);
  const [job] = jobs;
  expect(job).toMatchObject({ id: 'spring', status: { status: 'QUEUED' } });
  expect(job?.document).toMatchObject({ version: '2.1.0', manifest: CAMPAIGN.signed.text });
  await done((over) => job?.inProgress({ step: 'loading' }, over));
  await done((over) => job?.failed({ why: 'it rained' }, over));
  // There was to be another try, under the next number.
  await until(() => jobs.length === 2);
  await done((over) => jobs[1]?.inProgress({ step: 'loading' }, over));
  await done((over) => jobs[1]?.succeeded({ version: '2.1.0' }, over));
  await until(() => (settledIn(platform) as unknown[]).length === 2);
  expect(settledIn(platform)).toMatchObject([
    { campaign: 'spring', attempt: 1, status: 'failed', why: 'it rained' },
    { campaign: 'spring', attempt: 2, status: 'confirmed' },
  ]);
  const { body } = platform.request('GET', '/ota', NOTHING);
  expect((body as { ota: unknown[] }).ota[0]).toMatchObject({ version: '2.1.0' });
});

it('is answered accepted or rejected, with the reason', { timeout: 60_000 }, async () => {
  const { platform, front } = await started();
  platform.request('POST', '/ota/spring', NOTHING, CAMPAIGN);
  // The class for shadows alone hands on what comes of other topics.
  const client = sdk.thingShadow(optionsOf(front));
  undo.push(() => done((over) => client.end(true, over)));
  await new Promise((resolve) => client.once('connect', resolve));
  const words = heardBy(client, JOBS);
  const answers = [`${JOBS}/start-next/+`, `${JOBS}/+/get/+`, `${JOBS}/+/update/+`];
  await done((over) => client.subscribe(answers, { qos: 1 }, over));
  const ask = async (what: string, body: object | string): Promise<Word | undefined> => {
    const before = words.length;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    await done((over) => client.publish(`${JOBS}/${what}`, text, { qos: 1 }, over));
    await until(() => words.length > before);
    return words.at(-1);
  };
  const update = (body: object) => ask('spring/update', { clientToken: 't', ...body });
  const refused = (code: string, more: object = {}) => ({
    what: 'spring/update/rejected',
    said: { code, clientToken: 't', ...more },
  });
  expect(await update({ status: 'SUCCEEDED' })).toMatchObject(
    refused('InvalidStateTransition', { executionState: { status: 'QUEUED', versionNumber: 1 } }),
  );
  expect(await ask('start-next', { clientToken: 's' })).toMatchObject({
    what: 'start-next/accepted',
    said: { clientToken: 's', execution: { jobId: 'spring', versionNumber: 2 } },
  });
  expect(await update({ status: 'IN_PROGRESS', expectedVersion: 1 })).toMatchObject(
    refused('VersionMismatch', { executionState: { status: 'IN_PROGRESS', versionNumber: 2 } }),
  );
  const wish = { status: 'SUCCEEDED', expectedVersion: 2, includeJobExecutionState: true };
  expect(await update(wish)).toMatchObject({
    what: 'spring/update/accepted',
    said: { executionState: { status: 'SUCCEEDED', versionNumber: 3 } },
  });
  expect(await update({ status: 'IN_PROGRESS' })).toMatchObject(refused('InvalidStateTransition'));
  expect(await update({ status: 'DONE' })).toMatchObject(refused('InvalidRequest'));
  expect(await ask('spring/get', {})).toMatchObject({ said: { code: 'TerminalStateReached' } });
  expect(await ask('autumn/get', {})).toMatchObject({ said: { code: 'ResourceNotFound' } });
  expect(await ask('spring/update', '{')).toMatchObject({ said: { code: 'InvalidJson' } });
  expect(await ask('start-next', {})).toMatchObject({ what: 'start-next/accepted' });
});

it('finds shadows at the emulator as it does at AWS IoT', { timeout: 60_000 }, async () => {
  const { file, remove } = temporaryFolder();
  undo.push(remove);
  const emulator = await startEmulator();
  undo.push(() => emulator.close());
  const front = await startTlsFront(file, (connection) => {
    const far = dial(emulator.port, '127.0.0.1');
    far.on('error', () => connection.destroy());
    connection.pipe(far).pipe(connection);
  });
  undo.push(() => front.close());
  const client = sdk.thingShadow(optionsOf(front));
  undo.push(() => done((over) => client.end(true, over)));
  await new Promise((resolve) => client.once('connect', resolve));
  const told: [string, string, object][] = [];
  client.on('status', (_: string, status: string, token: string, said: object) =>
    told.push([status, token, said]),
  );
  const deltas: object[] = [];
  client.on('delta', (_: string, said: object) => deltas.push(said));
  await done((over) => client.register(THING, {}, over));
  const token = client.update(THING, { state: { desired: { setpoint: 4 } } });
  await until(() => told.length === 1 && deltas.length === 1);
  expect(told[0]).toMatchObject(['accepted', token, { version: 1 }]);
  expect(deltas[0]).toMatchObject({ version: 1, state: { setpoint: 4 } });
  client.update(THING, { state: { reported: { setpoint: 4 } } });
  await until(() => told.length === 2);
  client.get(THING);
  await until(() => told.length === 3);
  expect(told[2]).toMatchObject(['accepted', expect.any(String), { version: 2 }]);
});
