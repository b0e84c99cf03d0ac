/** What an operator may ask of rules, what is refused, and what outlives a kill. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Platform } from '../platform.ts';
import {
  connect,
  deviceAccount,
  type Folder,
  startTwin,
  temporaryFolder,
  topicOf,
} from '../testing/twin.ts';

const NOTHING = new URLSearchParams();
const ID = 'fridges/north-1/0';
const RULE = { of: 'fridges', when: 'level > 5.0', clear: 'level < 2.0', forMs: 1000 };

let folder: Folder;
let platform: Platform;
let now: number;

const start = async (accounts = [deviceAccount(ID)]): Promise<void> => {
  platform = await startTwin(folder.file('store.db'), {
    accounts,
    clock: { now: () => now, after: () => () => {} },
  });
};
beforeEach(async () => {
  folder = temporaryFolder();
  now = 500;
  await start();
});
afterEach(async () => {
  await platform.close();
  folder.remove();
});

const begin = (name: string, body: object) =>
  platform.request('POST', `/rules/${name}`, NOTHING, body);
const listed = (): Record<string, unknown> => {
  const { body } = platform.request('GET', '/rules', NOTHING);
  return (body as { rules: Record<string, unknown>[] }).rules[0] ?? {};
};

async function says(n: number, level: number): Promise<void> {
  now = 1000 + 1000 * n;
  const device = await connect(platform, ID);
  const said = JSON.stringify({ n, e: 1, t: now, v: { level } });
  await device.publish(topicOf(ID, 'telemetry'), said, 1);
  await device.end();
}

it('takes the same rule again as the first time, and no other under its name', () => {
  expect(begin('high', RULE)).toMatchObject({ status: 200, body: { at: 500 } });
  now = 900;
  expect(begin('high', RULE)).toMatchObject({ status: 200, body: { at: 500 } });
  for (const other of [{ forMs: 1001 }, { when: 'level > 6.0' }, { clear: 'true' }, { of: '' }]) {
    expect(begin('high', { ...RULE, ...other }).status).toBe(409);
  }
  const { body } = platform.request('GET', '/rules/high', NOTHING);
  expect(body).toMatchObject({ name: 'high', versions: [{ ...RULE, version: 1, from: 500 }] });
});

it('goes by another version from then on, and by no other rule under its name', () => {
  begin('high', RULE);
  expect(begin('high', { ...RULE, version: 3 }).status).toBe(409);
  expect(begin('high', { ...RULE, version: 2, of: 'fridges/south-1' }).status).toBe(409);
  now = 900;
  const other = { ...RULE, version: 2, forMs: 5 };
  expect(begin('high', other)).toMatchObject({ status: 200, body: { at: 900 } });
  expect(begin('high', RULE)).toMatchObject({ status: 200, body: { at: 500 } });
  expect(begin('high', other)).toMatchObject({ status: 200, body: { at: 900 } });
});

it.each([
  ['Too High', {}],
  ['high', { when: 'level >' }],
  ['high', { when: 7 }],
  ['high', { clear: undefined }],
  ['high', { clear: '(' }],
  ['high', { forMs: -1 }],
  ['high', { forMs: '1s' }],
  ['high', { of: 7 }],
  ['high', { version: 0 }],
  ['high', { per: 'planet' }],
  ['high', { per: 'site' }],
  ['high', { window: { everyMs: 1000, gapMs: 1000 } }],
  ['high', { window: { everyMs: 1000, overMs: 1500 } }],
  ['high', { window: { everyMs: 0.5, overMs: 1 } }],
  ['high', { silentMs: 1000 }],
  ['high', { terms: [{ name: 'x', does: 'mean', what: ['level'] }] }],
  ['high', { terms: [{ name: 'x', does: 'ask', what: ['level'], last: 2 }] }],
  ['high', { terms: [{ name: 'x', does: 'count', what: ['level >'], last: 2 }] }],
  ['high', { terms: [{ name: 'X', does: 'mean', what: ['level'], last: 2 }] }],
  ['high', { terms: [{ name: 'x', does: 'alarm', what: ['Not A Name'] }] }],
  [
    'high',
    {
      terms: [{ name: 'x', does: 'alarm', what: ['low'] }],
      window: { everyMs: 1000, overMs: 1000 },
    },
  ],
  ['high', { terms: 'x' }],
])('refuses %s with %j', (name, wrong) => {
  expect(begin(name, { ...RULE, ...wrong }).status).toBe(400);
  expect(platform.stats().ruleRefusals).toBe(1);
});

it('goes on after a kill in the midst of its time, and with an alarm that stands', async () => {
  begin('high', RULE);
  await says(0, 6);
  platform.kill();
  await start();
  await says(1, 6);
  const alarm = { rule: 'high', subject: ID, since: 1000, at: 2000, raised: 2000 };
  expect(listed()).toMatchObject({ alarms: [{ ...alarm, cleared: null }] });
  platform.kill();
  await start();
  await says(2, 4);
  expect(listed()).toMatchObject({ alarms: [{ ...alarm, cleared: null }] });
  await says(3, 1);
  expect(listed()).toEqual({
    device: ID,
    ...{ late: 0, ahead: 0, missed: [] },
    alarms: [{ ...alarm, cleared: 4000 }],
  });
});

it('looks at nothing that it had before it was asked, though it is sent again', async () => {
  await says(0, 6);
  begin('high', RULE);
  now = 1500;
  const device = await connect(platform, ID);
  const said = JSON.stringify({ n: 0, e: 1, t: 1000, v: { level: 6 } });
  await device.publish(topicOf(ID, 'telemetry'), said, 1);
  await device.end();
  await says(1, 6);
  expect(listed()).toMatchObject({ alarms: [], late: 0 });
  await says(2, 6);
  expect(listed()).toMatchObject({ alarms: [{ since: 2000, at: 3000 }] });
});

const speaking = (other: string, more: object = {}) => ({
  ...{ when: 'x', clear: '!x', terms: [{ name: 'x', does: 'alarm', what: [other] }] },
  ...more,
});

it('takes no rule that would wait for itself, or for what looks at no readings', () => {
  expect(begin('own', speaking('own')).status).toBe(409);
  expect(begin('c', speaking('b')).status).toBe(200);
  expect(begin('b', speaking('a')).status).toBe(200);
  expect(begin('a', speaking('c'))).toMatchObject({
    ...{ status: 409, body: { error: expect.stringContaining('wait for itself, by c') } },
  });
  expect(begin('a', { silentMs: 1000 }).status).toBe(409);
  expect(begin('a', RULE).status).toBe(200);
  begin('silent', { silentMs: 1000 });
  expect(begin('d', speaking('silent')).status).toBe(409);
});

it("goes by another rule's alarm while that stands", async () => {
  begin('again', speaking('both'));
  begin('both', speaking('high', { when: 'x && level > 5.0' }));
  begin('high', RULE);
  await says(0, 6);
  await says(1, 6);
  platform.kill();
  await start();
  await says(2, 4);
  await says(3, 1);
  const alarm = { subject: ID, since: 2000, at: 2000, cleared: 4000 };
  expect((listed() as { alarms: object[] }).alarms).toMatchObject([
    { ...alarm, rule: 'high', since: 1000 },
    { ...alarm, rule: 'both' },
    { ...alarm, rule: 'again' },
  ]);
});

it('knows after a kill of who speaks by a gateway, and falls silent over it', async () => {
  const gateway = 'gates/north-1';
  const account = deviceAccount(gateway);
  const topics = [...account.topics, ...deviceAccount(ID).topics];
  const accounts = [{ ...account, topics, speaksFor: [ID] }];
  await platform.close();
  await start(accounts);
  begin('silent', { of: 'fridges', silentMs: 1500 });
  const device = await connect(platform, gateway);
  now = 1000;
  const said = JSON.stringify({ n: 0, e: 1, t: now, v: { level: 1 } });
  await device.publish(topicOf(ID, 'telemetry'), said, 1);
  platform.kill();
  now = 4000;
  await start(accounts);
  expect((listed() as { alarms: object[] }).alarms).toMatchObject([
    { rule: 'silent', subject: ID, since: 1000, at: 2500, cleared: null },
  ]);
});

it('is nothing to devices of others', async () => {
  begin('high', { ...RULE, of: 'fridges/south-1' });
  await says(0, 6);
  await says(1, 6);
  expect(listed()).toEqual({ device: ID, late: 0, ahead: 0, missed: [], alarms: [] });
});
