/** What a gateway of the ThingsBoard API may say and ask for whom, and what it is answered. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Platform } from '../platform.ts';
import {
  connect,
  deviceAccount,
  type Folder,
  otherAccount,
  quiet,
  RUN,
  secretOf,
  startTwin,
  type TestClient,
  temporaryFolder,
  topicOf,
  until,
} from '../testing/twin.ts';

const [GATE, OTHER, ROOM] = ['gates/left-1/1', 'gates/left-1/2', 'rooms/left-1/1'];
const [OWN, THEIRS, NEW] = ['fridges/left-1/1', 'fridges/left-1/2', 'carried/left-1/1'];
let folder: Folder;
let platform: Platform;

const gateOf = (id: string, child: string) => ({
  ...deviceAccount(id),
  topics: [topicOf(id, ''), topicOf(child, '')],
  speaksFor: [child],
});
const start = () =>
  startTwin(folder.file('store.db'), {
    accounts: [
      ...[gateOf(GATE, OWN), gateOf(OTHER, THEIRS), deviceAccount(ROOM)],
      ...[otherAccount('observer', 'observer'), otherAccount('commander', 'service')],
    ],
    dialect: 'thingsboard',
  });
beforeEach(async () => {
  folder = temporaryFolder();
  platform = await start();
});
afterEach(async () => {
  await platform.close();
  folder.remove();
});

const enter = (user: string, options = {}): Promise<TestClient> =>
  connect(platform, user, { username: secretOf(user), password: '', ...options });
const say = (client: TestClient, topic: string, said: unknown, qos: 0 | 1 = 1) =>
  client.publish(topic, JSON.stringify(said), qos);
const heardBy = ({ received }: TestClient): unknown[] =>
  received.map(({ text }) => JSON.parse(text));

function attributesOf(device: string): object {
  const { body } = platform.request('GET', '/thingsboard', new URLSearchParams('limit=99'));
  const { thingsboard } = body as { thingsboard: { device: string; client: object }[] };
  return thingsboard.find((one) => one.device === device)?.client ?? {};
}

/** How many messages of a device are kept. */
const keptOf = (device: string): number => {
  const { body } = platform.request('GET', '/telemetry', new URLSearchParams('limit=9999'));
  return (body as { rows: { device: string }[] }).rows.filter((row) => row.device === device)
    .length;
};

it.each([THEIRS, ROOM])(
  'neither writes nor reads attributes of %s, which is not its',
  async (id) => {
    const whose = await enter(id === ROOM ? ROOM : OTHER);
    const [topic, said] =
      id === ROOM
        ? ['v1/devices/me/attributes', { maker: 'true' }]
        : ['v1/gateway/attributes', { [id]: { maker: 'true' } }];
    await say(whose, topic, said);
    await say(whose, 'v1/devices/me/telemetry', { a: 1 });
    if (id !== ROOM)
      await say(whose, 'v1/gateway/telemetry', { [id]: [{ ts: 1, values: { a: 1 } }] });
    const gate = await enter(GATE);
    await gate.subscribe('v1/gateway/attributes/response', 1);
    await say(gate, 'v1/gateway/connect', { device: id });
    await say(gate, 'v1/gateway/attributes', { [id]: { maker: 'false' }, [OWN]: { maker: 'own' } });
    await say(gate, 'v1/gateway/attributes', { [id]: { maker: 'false' } });
    await say(gate, 'v1/gateway/telemetry', { [OWN]: [{ ts: 1, values: { a: 1 } }] });
    const kept = keptOf(id);
    await say(gate, 'v1/gateway/telemetry', { [id]: [{ ts: 2, values: { a: 1 } }] });
    await say(gate, 'v1/gateway/attributes/request', {
      id: 1,
      device: id,
      client: true,
      key: 'maker',
    });
    await say(gate, 'v1/gateway/attributes/request', {
      id: 2,
      device: OWN,
      client: true,
      key: 'maker',
    });
    await until(() => gate.received.length > 0);
    expect(heardBy(gate)).toEqual([{ id: 2, device: OWN, value: 'own' }]);
    expect([attributesOf(id), attributesOf(OWN)]).toEqual([{ maker: 'true' }, { maker: 'own' }]);
    expect(keptOf(id)).toBe(kept);
    for (const one of [gate, whose]) await one.end();
  },
);

it.each(['fridges/left-1/+', 'fridges/#', 'fridges', 'rooms/left-1', `${ROOM}/1`, 'x'.repeat(201)])(
  'takes no child %s, whose topics would be those of others',
  async (child) => {
    const gate = await enter(GATE);
    await say(gate, 'v1/gateway/connect', { device: child }).catch(() => {});
    await until(gate.isClosed);
    expect(gate.received).toEqual([]);
  },
);

it('takes no reading of a child without a name', async () => {
  const gate = await enter(GATE);
  await say(gate, 'v1/gateway/telemetry', { '': [{ ts: 1, values: { a: 1 } }] }).catch(() => {});
  await until(gate.isClosed);
  expect(keptOf('')).toBe(0);
});

it('takes so many children that nobody named, and no more', async () => {
  const gate = await enter(GATE);
  for (let k = 0; k < 1000; k++) {
    await say(gate, 'v1/gateway/connect', { device: `many/${k}` }, 0);
  }
  const telemetry = (child: string) =>
    say(gate, 'v1/gateway/telemetry', { [child]: [{ ts: 1, values: { a: 1 } }] });
  for (const child of ['many/999', OWN]) await telemetry(child);
  await telemetry('many/1000').catch(() => {});
  await until(gate.isClosed);
  expect(['many/999', OWN, 'many/1000'].map(keptOf)).toEqual([1, 1, 0]);
});

it('keeps for a child that nobody had named what came while the platform was gone', async () => {
  const gate = await enter(GATE, { clean: false });
  await gate.subscribe('v1/gateway/rpc', 1);
  await say(gate, 'v1/gateway/connect', { device: NEW });
  await gate.end();
  const commander = await enter('commander');
  const order = { n: 7, e: 0, t: 0, v: { name: 'open', value: 3 } };
  await say(commander, topicOf(NEW, 'command'), order);
  platform.kill();
  platform = await start();
  const back = await enter(GATE, { clean: false });
  await quiet();
  expect(back.received).toEqual([]);
  await say(back, 'v1/gateway/connect', { device: NEW });
  await quiet();
  const params = { value: 3, 'tw-command': `${RUN} ${NEW} command 7 0 0` };
  expect(heardBy(back)).toEqual([{ device: NEW, data: { id: 7, method: 'open', params } }]);
  await back.end();
});

const desire = (device: string, desired: object): void => {
  const path = `/twin/${encodeURIComponent(device)}`;
  const body = { desired };
  expect(platform.request('POST', path, new URLSearchParams(), body).status).toBe(200);
};

it('tells a device what it asks for, and all of its attributes where it names none', async () => {
  const room = await enter(ROOM);
  await room.subscribe('v1/devices/me/attributes/response/+', 1);
  await say(room, 'v1/devices/me/attributes', { serial: 'x-17', ports: 4 });
  desire(ROOM, { setpoint: 21 });
  const wishes = [
    {},
    { clientKeys: 'serial,none' },
    { clientKeys: 'ports', sharedKeys: 'setpoint' },
    { sharedKeys: 'none' },
  ];
  for (const [id, wish] of wishes.entries()) {
    await say(room, `v1/devices/me/attributes/request/${id}`, wish);
  }
  await until(() => room.received.length === wishes.length);
  expect(heardBy(room)).toEqual([
    { client: { serial: 'x-17', ports: 4 }, shared: { setpoint: 21 } },
    { client: { serial: 'x-17' } },
    { client: { ports: 4 }, shared: { setpoint: 21 } },
    {},
  ]);
  await room.end();
});

it('tells a gateway a value for one key, and values for several', async () => {
  const gate = await enter(GATE);
  await gate.subscribe('v1/gateway/attributes/response', 1);
  await say(gate, 'v1/gateway/attributes', { [OWN]: { maker: 'cold', doors: 2 } });
  await say(gate, 'v1/gateway/telemetry', { [OWN]: [{ ts: 1, values: { a: 1 } }] });
  desire(OWN, { setpoint: -20 });
  const wishes = [
    { client: true, key: 'maker' },
    { client: true, keys: ['maker'] },
    { client: true, keys: ['maker', 'none'] },
    { client: true, keys: ['maker', 'doors'] },
    { client: false, keys: ['none'] },
    { client: false, keys: ['none', 'maker'] },
    { client: false, keys: [] },
  ];
  for (const [id, wish] of wishes.entries()) {
    await say(gate, 'v1/gateway/attributes/request', { id, device: OWN, ...wish });
  }
  await until(() => gate.received.length === wishes.length);
  expect(heardBy(gate)).toEqual(
    [
      { value: 'cold' },
      { value: 'cold' },
      { values: { maker: 'cold' } },
      { values: { maker: 'cold', doors: 2 } },
      {},
      {},
      { values: { maker: 'cold', doors: 2 }, value: -20 },
    ].map((said, id) => ({ id, device: OWN, ...said })),
  );
  await gate.end();
});
