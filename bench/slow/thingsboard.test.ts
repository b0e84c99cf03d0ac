/**
 * The ThingsBoard face of the platform twin, spoken to by ThingsBoard's own Python client
 * (`tb-mqtt-client`), which shares no line with us: telemetry and attributes up, shared attributes
 * and RPC down and answered, a gateway with children that nobody had named before.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Platform } from '../../twins/platform/platform.ts';
import {
  connect,
  deviceAccount,
  otherAccount,
  secretOf,
  startTwin,
  temporaryFolder,
  topicOf,
} from '../../twins/platform/testing/twin.ts';

/** It installs the second one itself at its first start, unless that is there. */
const CLIENT = ['tb-mqtt-client==1.13.14', 'mmh3==5.3.1'];
const CLIENTS = fileURLToPath(new URL('../../tests/thingsboard/clients.py', import.meta.url));
const [DEVICE, GATE, CHILD] = ['rooms/left-1/1', 'gates/left-1/1', 'fridges/left-1/1'];
const IN_TIME_MS = 20_000;

/** The Python of a scratch environment that has the client; or why there is none. */
function pythonIn(folder: string): { python: string; why: string } {
  const python = `${folder}/bin/python`;
  const quiet = { stdio: 'pipe', timeout: 120_000 } as const;
  try {
    execFileSync('python3', ['-m', 'venv', folder], quiet);
    execFileSync(python, ['-m', 'pip', 'install', '-q', ...CLIENT], quiet);
    return { python, why: '' };
  } catch (error) {
    const [first] = (error as Error).message.split('\n');
    const why = `${CLIENT.join(', ')} cannot be installed: ${first}`;
    if (process.env.REQUIRE_REAL === '1') throw new Error(why, { cause: error });
    return { python, why };
  }
}

interface Said {
  what: string;
  [datum: string]: unknown;
}

/** The two clients, and what they have said so far. */
class Clients {
  readonly #child;
  readonly said: Said[] = [];

  constructor(python: string, port: number) {
    const args = [CLIENTS, '127.0.0.1', String(port), secretOf(DEVICE), secretOf(GATE)];
    this.#child = spawn(python, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) this.said.push(JSON.parse(line) as Said);
    });
  }

  /** What is said of that, when it is. */
  async heard(what: string, like: object = {}): Promise<Said> {
    const end = performance.now() + IN_TIME_MS;
    for (;;) {
      const at = this.said.findIndex((one) => {
        const known = one as unknown as Record<string, unknown>;
        return (
          one.what === what && Object.entries(like).every(([key, value]) => known[key] === value)
        );
      });
      const [found] = at < 0 ? [] : this.said.splice(at, 1);
      if (found !== undefined) return found;
      if (performance.now() > end) throw new Error(`no ${what}: ${JSON.stringify(this.said)}`);
      await pause(10);
    }
  }

  async do(wish: { do: string; [datum: string]: unknown }): Promise<void> {
    this.#child.stdin.write(`${JSON.stringify(wish)}\n`);
    expect(await this.heard('done', { of: wish.do })).toMatchObject({ rc: 0 });
  }

  async end(): Promise<void> {
    this.#child.stdin.end();
    const ended = once(this.#child, 'exit');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), IN_TIME_MS);
    await ended;
    clearTimeout(late);
  }
}

/** What the twin keeps, by its own page. */
function keptOf(platform: Platform, device: string): unknown[] {
  const query = new URLSearchParams('limit=999&payload=1');
  const { body } = platform.request('GET', '/telemetry', query);
  const { rows } = body as {
    rows: { device: string; stream: string; payloadBase64: string }[];
  };
  return rows
    .filter((row) => row.device === device)
    .map(({ payloadBase64 }) => JSON.parse(Buffer.from(payloadBase64, 'base64').toString()).v);
}

const desire = (platform: Platform, device: string, desired: object): void => {
  const path = `/twin/${encodeURIComponent(device)}`;
  const { status } = platform.request('POST', path, new URLSearchParams(), { desired });
  expect(status).toBe(200);
};

const order = (n: number, name: string, value: unknown): string =>
  JSON.stringify({ n, e: 0, t: 0, v: { name, value } });

it("takes ThingsBoard's own client for what it is", { timeout: 240_000 }, async (context) => {
  const folder = temporaryFolder();
  const { python, why } = pythonIn(folder.file('python'));
  if (why !== '') folder.remove();
  context.skip(why !== '', why);
  const accounts = [
    ...[deviceAccount(DEVICE), deviceAccount(GATE)],
    ...[otherAccount('observer', 'observer'), otherAccount('commander', 'service')],
  ];
  const platform = await startTwin(folder.file('store.db'), { accounts, dialect: 'thingsboard' });
  const server = createServer((socket) => platform.handle(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const clients = new Clients(python, (server.address() as AddressInfo).port);
  try {
    expect(await clients.heard('ready')).toMatchObject({ device: true, gateway: true });
    const login = (user: string) => ({ username: secretOf(user), password: '' });
    const watcher = await connect(platform, 'observer', login('observer'));
    const commander = await connect(platform, 'commander', login('commander'));

    await clients.do({ do: 'telemetry', values: { temperature: 4.2, door: false } });
    await clients.do({
      do: 'telemetry',
      values: [{ ts: 1, values: { temperature: 5 } }, { a: 1 }],
    });
    expect(keptOf(platform, DEVICE)).toEqual([
      { temperature: 4.2, door: false },
      { temperature: 5 },
      { a: 1 },
    ]);

    await clients.do({ do: 'attributes', values: { serial: 'x-17', ports: 4 } });
    desire(platform, DEVICE, { setpoint: 21 });
    const shared = (await clients.heard('shared')).content as Record<string, unknown>;
    expect(shared.setpoint).toBe(21);
    await clients.do({ do: 'wanted', client: ['serial', 'none'], shared: ['setpoint'] });
    expect((await clients.heard('had')).content).toEqual({
      client: { serial: 'x-17' },
      shared: { setpoint: 21 },
    });
    await clients.do({ do: 'call', method: 'getSessionLimits' });
    expect((await clients.heard('answer')).content).toMatchObject({ maxPayloadSize: 65_536 });

    await watcher.subscribe(topicOf(DEVICE, 'answer'), 1);
    await commander.publish(topicOf(DEVICE, 'command'), order(7, 'open', 3), 1);
    expect(await clients.heard('rpc')).toMatchObject({
      id: '7',
      method: 'open',
      params: { value: 3 },
    });

    await clients.do({ do: 'connect', child: CHILD });
    await clients.do({ do: 'child-telemetry', child: CHILD, values: { temperature: -18 } });
    expect(keptOf(platform, CHILD)).toEqual([{ temperature: -18 }]);
    expect(keptOf(platform, GATE)).toEqual([]);
    await clients.do({ do: 'child-attributes', child: CHILD, values: { maker: 'cold' } });
    desire(platform, CHILD, { setpoint: -20 });
    expect(await clients.heard('child-shared')).toMatchObject({
      content: { device: CHILD, data: { setpoint: -20 } },
    });
    for (const [scope, keys, value] of [
      ['shared', ['setpoint'], -20],
      ['client', ['maker'], 'cold'],
    ] as const) {
      await clients.do({ do: 'child-wanted', child: CHILD, scope, keys });
      expect((await clients.heard('child-had')).content).toMatchObject({ device: CHILD, value });
    }
    await watcher.subscribe(topicOf(CHILD, 'answer'), 1);
    await commander.publish(topicOf(CHILD, 'command'), order(3, 'defrost', 9), 1);
    expect(await clients.heard('child-rpc')).toMatchObject({
      ...{ device: CHILD, method: 'defrost', params: { value: 9 } },
    });
    const end = performance.now() + IN_TIME_MS;
    while (watcher.received.length < 2 && performance.now() < end) await pause(10);
    const answers = watcher.received.map(({ topic, text }) => [topic, JSON.parse(text)]);
    expect(answers).toEqual([
      [
        topicOf(DEVICE, 'answer'),
        expect.objectContaining({ n: 7, v: { name: 'open', done: true } }),
      ],
      [
        topicOf(CHILD, 'answer'),
        expect.objectContaining({ n: 3, v: { name: 'defrost', done: true } }),
      ],
    ]);
    for (const one of [watcher, commander]) await one.end();
  } finally {
    await clients.end();
    server.close();
    await platform.close();
    folder.remove();
  }
});
