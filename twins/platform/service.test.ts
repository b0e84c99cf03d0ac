/**
 * What a service can do that comes from outside: take a stream that nobody knows, keep a state over
 * kills, answer, carry a planted bug. No file of the house knows this one.
 */
import { connect as dial } from 'node:net';
import { duplexPair } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Platform } from './platform.ts';
import { defineService } from './service.ts';
import echo from './testing/echo.ts';
import quietEcho from './testing/echo-keeps-quiet.ts';
import { type Server, startServer } from './testing/server.ts';
import {
  ACCOUNTS,
  connect,
  connectThrough,
  envelope,
  type Folder,
  quiet,
  startTwin,
  type TestClient,
  temporaryFolder,
  topicOf,
  until,
  withServices,
} from './testing/twin.ts';

const FRIDGE = 'fridges/north-1/17';
const ECHO = topicOf(FRIDGE, 'echo');
const ANSWER = topicOf(FRIDGE, 'echo-answer');

let folder: Folder;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(() => folder.remove());

const texts = ({ received }: TestClient): string[] => received.map(({ text }) => text);

const echoes = (platform: Platform): unknown =>
  platform.request('GET', '/echoes', new URLSearchParams()).body;

test('takes its stream, and answers', async () => {
  const platform = await startTwin(folder.file('store.db'), {
    services: await withServices([echo]),
  });
  const fridge = await connect(platform, FRIDGE);
  await fridge.subscribe(ANSWER, 1);
  for (let n = 0; n < 3; n++) await fridge.publish(ECHO, envelope(n), 1);
  await until(() => fridge.received.length === 3);
  await quiet();
  expect(texts(fridge)).toEqual([0, 1, 2].map((n) => envelope(n)));
  expect(echoes(platform)).toMatchObject({ echoes: [{ device: FRIDGE, count: 3 }] });
  expect(platform.stats()).toMatchObject({ received: 3, stored: 0 });
  // Taken, so read: what does not name itself is refused.
  await expect(fridge.publish(ECHO, 'what?', 1)).rejects.toThrow('closed');
  await platform.close();
});

test('a stream that nobody takes is passed on, whatever is in it', async () => {
  const platform = await startTwin(folder.file('store.db'));
  const observer = await connect(platform, 'observer');
  await observer.subscribe('tw/r1/3/#', 1);
  const fridge = await connect(platform, FRIDGE);
  await fridge.publish(ECHO, 'what?', 1);
  await until(() => observer.received.length === 1);
  expect(texts(observer)).toEqual(['what?']);
  expect(platform.request('GET', '/echoes', new URLSearchParams()).status).toBe(404);
  await platform.close();
});

test('what is kept as telemetry is an option', async () => {
  const kept = ['echo'];
  const platform = await startTwin(folder.file('store.db'), { kept });
  const fridge = await connect(platform, FRIDGE);
  await fridge.publish(ECHO, envelope(0), 1);
  await fridge.publish(topicOf(FRIDGE, 'telemetry'), envelope(0), 1);
  const { body } = platform.request('GET', '/telemetry', new URLSearchParams());
  expect(body).toMatchObject({ rows: [{ device: FRIDGE, stream: 'echo', n: 0 }] });
  await platform.close();
});

test('an answer is as durable as what it answers', async () => {
  const services = await withServices([echo]);
  let platform = await startTwin(folder.file('store.db'), { services });
  const away = await connect(platform, FRIDGE, { clean: false });
  await away.subscribe(ANSWER, 1);
  await away.end();
  // Whoever gets the acknowledgement kills the platform in the same moment.
  const commander = await connect(platform, 'commander');
  await commander.publish(ECHO, envelope(0), 1);
  platform.kill();
  await commander.drop();
  platform = await startTwin(folder.file('store.db'), { services });
  const back = await connect(platform, FRIDGE, { clean: false });
  await until(() => back.received.length > 0);
  expect(texts(back)).toEqual([envelope(0)]);
  expect(echoes(platform)).toMatchObject({ echoes: [{ device: FRIDGE, count: 1 }] });
  await platform.close();
});

test('two services take one stream; what one publishes, none takes', async () => {
  const seen: string[] = [];
  const listener = defineService({
    kind: 'listener',
    summary: 'hears everything',
    schema: '',
    truth: 'heard',
    start: () => ({
      takes: () => true,
      take: ({ stream, n }) => void seen.push(`${stream} ${n}`),
      routes: { heard: () => ({ heard: seen, next: null }) },
    }),
  });
  const services = await withServices([listener, echo]);
  const platform = await startTwin(folder.file('store.db'), { services });
  const fridge = await connect(platform, FRIDGE);
  await fridge.subscribe(ANSWER, 1);
  await fridge.publish(ECHO, envelope(7), 2);
  await until(() => fridge.received.length === 1);
  expect(seen).toEqual(['echo 7']);
  expect(echoes(platform)).toMatchObject({ echoes: [{ device: FRIDGE, count: 1 }] });
  await platform.close();
});

test('one tells the others what happened, and does what an operator would', async () => {
  const done: unknown[] = [];
  const teller = defineService({
    kind: 'teller',
    summary: 'tells what it hears',
    schema: '',
    truth: 'told',
    start: ({ notify, perform }) => ({
      takes: (stream) => stream === 'echo',
      take: ({ n }) => {
        notify({ of: 'teller', what: 'heard', n });
        done.push(perform('/counts/add', { n }), perform('/counts/none', {}));
      },
      routes: { told: () => ({ told: [], next: null }) },
    }),
  });
  const counter = defineService({
    kind: 'counter',
    summary: 'counts what it is told',
    schema: '',
    truth: 'counted',
    start: () => ({
      noticed: (notice) => void done.push(notice),
      acts: {
        'counts/*': (asked, body) =>
          asked.path[1] === 'add' ? body : asked.refuse(409, 'on purpose'),
      },
      routes: { counted: () => ({ counted: [], next: null }) },
    }),
  });
  const services = await withServices([teller, counter]);
  const platform = await startTwin(folder.file('store.db'), { services });
  const fridge = await connect(platform, FRIDGE);
  await fridge.publish(ECHO, envelope(7), 1);
  expect(done).toEqual([
    { of: 'teller', what: 'heard', n: 7 },
    { status: 200, body: { n: 7 } },
    { status: 409, body: { error: 'on purpose' } },
  ]);
  await platform.close();
});

test('what a former life owed goes out before anybody connects', async () => {
  const owing = defineService({
    kind: 'owing',
    summary: 'greets a device at every start',
    schema: '',
    truth: 'owed',
    start: ({ topicOf: topicFor, publish }) => ({
      ready: () => {
        const topic = topicFor(FRIDGE, 'echo-answer');
        const payload = Buffer.from(envelope(1));
        if (topic !== null) publish({ topic, payload, qos: 1, retain: true });
      },
      routes: { owed: () => ({ owed: [], next: null }) },
    }),
  });
  const services = await withServices([owing]);
  // At the first start nobody is enrolled yet.
  let platform = await startTwin(folder.file('store.db'), { services });
  await platform.close();
  platform = await startTwin(folder.file('store.db'), { services });
  const fridge = await connect(platform, FRIDGE);
  await fridge.subscribe(ANSWER, 1);
  await until(() => fridge.received.length > 0);
  expect(fridge.received).toMatchObject([{ text: envelope(1), retain: true }]);
  await platform.close();
});

test('a page that breaks says so, and breaks nothing else', async () => {
  const start = () => ({
    routes: {
      echoes: () => {
        throw new Error('on purpose');
      },
    },
  });
  const services = await withServices([{ ...echo, start }]);
  const platform = await startTwin(folder.file('store.db'), { services });
  const ask = (path: string) => platform.request('GET', path, new URLSearchParams());
  expect(ask('/echoes')).toEqual({ status: 500, body: { error: 'on purpose' } });
  expect(ask('/telemetry').status).toBe(200);
  await platform.close();
});

test('does what an operator asks, and has committed it when it answers', async () => {
  const services = await withServices([echo]);
  let platform = await startTwin(folder.file('store.db'), { services });
  const away = await connect(platform, FRIDGE, { clean: false });
  await away.subscribe(ANSWER, 1);
  await away.end();
  const path = `/echoes/${encodeURIComponent(FRIDGE)}`;
  const post = (to: string, body: unknown) =>
    platform.request('POST', to, new URLSearchParams(), body);
  expect(post('/echoes/nobody', {}).status).toBe(404);
  expect(post(path, 'loud').status).toBe(400);
  expect(post('/echoes', {}).status).toBe(405);
  expect(platform.request('GET', path, new URLSearchParams()).status).toBe(405);
  expect(post(path, { hello: 1 })).toEqual({ status: 200, body: { shouted: { hello: 1 } } });
  platform.kill();
  platform = await startTwin(folder.file('store.db'), { services });
  expect(echoes(platform)).toMatchObject({ echoes: [{ device: FRIDGE, count: 1 }] });
  const back = await connect(platform, FRIDGE, { clean: false });
  await until(() => back.received.length > 0);
  expect(texts(back)).toEqual(['{"hello":1}']);
  await platform.close();
});

test('carries a planted bug of its own', async () => {
  const services = await withServices([echo]);
  const platform = await startTwin(folder.file('store.db'), { services, mutant: quietEcho });
  const fridge = await connect(platform, FRIDGE);
  await fridge.subscribe(ANSWER, 1);
  for (let n = 0; n < 4; n++) await fridge.publish(ECHO, envelope(n), 1);
  await quiet();
  expect(texts(fridge)).toEqual([0, 2].map((n) => envelope(n)));
  expect(platform.stats()).toMatchObject({ fired: 2 });
  await platform.close();
  // Without the service nobody asks for the seam: a bug that could never fire is refused.
  await expect(startTwin(folder.file('store.db'), { mutant: quietEcho })).rejects.toThrow(
    /no part of the platform has the seam 'echo'/,
  );
});

test('comes as a file to the platform process, with its mutant, and outlives kill -9', async () => {
  const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  const plugins = [file('./testing/echo.ts'), file('./testing/echo-keeps-quiet.ts')];
  const begin = (mutant: string | null): Promise<Server> =>
    startServer({ storeFile: folder.file('store.db'), accounts: ACCOUNTS, plugins, mutant });
  const shout = async (server: Server, from: number): Promise<TestClient> => {
    const open = () => dial(server.ready.mqtt, '127.0.0.1');
    const fridge = await connectThrough(open, FRIDGE);
    await fridge.subscribe(ANSWER, 1);
    for (let n = from; n < from + 4; n++) await fridge.publish(ECHO, envelope(n), 1);
    return fridge;
  };
  const first = await begin(null);
  const fridge = await shout(first, 0);
  const url = `http://127.0.0.1:${first.ready.http}/echoes/${encodeURIComponent(FRIDGE)}`;
  const post = async (body: string): Promise<number> =>
    (await fetch(url, { method: 'POST', body })).status;
  expect([await post('{'), await post('7'), await post('{"loud":true}')]).toEqual([400, 400, 200]);
  expect(await post(JSON.stringify({ long: 'x'.repeat(2_000_000) }))).toBe(413);
  while (fridge.received.length < 5) await new Promise((resolve) => setTimeout(resolve, 5));
  await first.kill();
  const second = await begin('echo-keeps-quiet');
  await shout(second, 4);
  expect(await second.get('/echoes')).toMatchObject({ echoes: [{ device: FRIDGE, count: 9 }] });
  expect(await second.get('/stats')).toMatchObject({
    fired: 2,
    mutant: { kind: 'echo-keeps-quiet' },
  });
  await second.kill();
  await expect(begin('no-such-bug')).rejects.toThrow(/no such mutant/);
}, 60_000);

/** Says again, in capitals, what comes over a channel of the name. */
const shouter = (kind: string, channel: string) =>
  defineService({
    kind,
    summary: 'shouts back',
    schema: '',
    truth: kind,
    channels: [channel],
    start: () => ({
      channels: {
        [channel]: (connection) => {
          connection.on('data', (bytes: Buffer) =>
            connection.write(bytes.toString().toUpperCase()),
          );
        },
      },
      routes: { [kind]: () => ({ [kind]: [], next: null }) },
    }),
  });

/** What comes back over a connection of the channel, and whether that has ended. */
function talkTo(platform: Platform, channel: string) {
  const [near, far] = duplexPair();
  near.once('close', () => far.destroy());
  far.once('close', () => near.destroy());
  platform.handle(far, channel);
  const talk = { near, far, said: '', isOver: false };
  near.on('data', (bytes: Buffer) => {
    talk.said += bytes.toString();
  });
  near.once('close', () => {
    talk.isOver = true;
  });
  return talk;
}

test('answers a channel of its own, until the platform is no more', async () => {
  const services = await withServices([shouter('shouter', 'talk')]);
  const platform = await startTwin(folder.file('store.db'), { services });
  const talk = talkTo(platform, 'talk');
  talk.near.write('hello');
  await until(() => talk.said === 'HELLO');
  // What goes wrong with one harms no other.
  talkTo(platform, 'talk').far.destroy(new Error('gone'));
  await quiet();
  const fridge = await connect(platform, FRIDGE);
  platform.kill();
  await until(() => talk.isOver && fridge.isClosed());
  const late = talkTo(platform, 'talk');
  await until(() => late.isOver);
  expect(late.said).toBe('');
});

test('a channel that no service answers leads to the broker', async () => {
  const services = await withServices([shouter('shouter', 'talk')]);
  const platform = await startTwin(folder.file('store.db'), { services });
  const open = () => talkTo(platform, 'other').near;
  const fridge = await connectThrough(open, FRIDGE);
  await fridge.publish(topicOf(FRIDGE, 'telemetry'), envelope(0), 1);
  expect(platform.stats()).toMatchObject({ stored: 1, sessions: 1 });
  await platform.close();
});

test('two services that answer one channel are refused', async () => {
  const services = await withServices([shouter('first', 'talk'), shouter('second', 'talk')]);
  await expect(startTwin(folder.file('store.db'), { services })).rejects.toThrow(
    'two services answer talk',
  );
});
