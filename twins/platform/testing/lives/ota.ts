/**
 * TEST ONLY. A life in which an image is rolled out in three waves: devices say how they fare, some
 * of them twice, one that it failed, and what they run; and between two waves one waits.
 */
import { duplexPair } from 'node:stream';
import type { Platform } from '../../platform.ts';
import { ddiAsks, linkIn } from '../ddi-asks.ts';
import { connect, quiet, topicOf } from '../twin.ts';

const NAME = 'spring';
const MANIFEST = {
  version: '2.1.0',
  hardware: 'tw-1',
  alg: 'ed25519',
  keyId: 'k1',
  size: 9000,
  sha256: 'ab'.repeat(32),
  counter: 2,
};

export const CAMPAIGN = {
  signed: { text: JSON.stringify(MANIFEST), signature: 'cd'.repeat(64) },
  image: Buffer.from(Array.from({ length: 9000 }, (_, at) => at % 251)).toString('base64'),
  of: '',
  waves: [200_000, 600_000, 1_000_000],
  success: 900_000,
  withinMs: 3_600_000,
  timeoutMs: 3_600_000,
  tries: 1,
};

/** What anybody could see of it. */
export default async function otaLife(platform: Platform, ids: readonly string[]) {
  const begun = platform.request('POST', `/ota/${NAME}`, NOTHING, CAMPAIGN);
  const seen: string[] = [];
  for (const [n, version] of ['1.0.0', '2.1.0', '2.1.0'].entries()) {
    for (const id of ids) {
      const device = await connect(platform, id);
      const last = { campaign: NAME, attempt: 1, status: 'confirmed', why: '' };
      const v = { version, campaign: '', attempt: 0, last: n === 0 ? null : last, ask: true };
      const said = JSON.stringify({ n, e: 1, t: n * 1000, v });
      await device.publish(topicOf(id, 'ota-status'), said, 1);
      await device.end();
      const { body } = platform.request('GET', `/ota/${NAME}`, NOTHING);
      seen.push(JSON.stringify(withoutTimes(body)));
    }
  }
  const [near, far] = duplexPair();
  platform.handle(far, 'ota');
  const parts: string[] = [];
  near.on('data', (bytes: Buffer) => parts.push(bytes.toString('hex')));
  near.write(`GET /ota/${NAME} HTTP/1.1\r\nrange: bytes=8192-8292\r\n\r\n`);
  await quiet();
  near.destroy();
  const steered = await steeredLife(platform);
  const polled = await polledLife(platform, ids);
  const jobs = await jobsLife(platform, ids[2] ?? '');
  const trying = await tryingLife(platform, ids[3] ?? '');
  const left = await leftLife(platform, ids[3] ?? '');
  const told = await toldLife(platform, ids.slice(3));
  const { body } = platform.request('GET', '/ota', new URLSearchParams('limit=999'));
  const { ota } = withoutTimes(body) as { ota: unknown[] };
  return {
    begun: begun.body,
    seen,
    loaded: parts.join(''),
    steered,
    polled,
    jobs,
    trying,
    left,
    told,
    ota,
  };
}

/** Some that are held back, each in another way, and one in which too many fail. */
async function steeredLife(platform: Platform): Promise<unknown[]> {
  const begin = (name: string, more: object): unknown =>
    platform.request('POST', `/ota/${name}`, NOTHING, { ...CAMPAIGN, ...ALL_AT_ONCE, ...more });
  const stands = (name: string): unknown =>
    withoutTimes(platform.request('GET', `/ota/${name}`, NOTHING).body);
  begin('evenly', { rate: 60 });
  begin('at-night', { now: 0, window: { from: 60_000, to: 90_000 } });
  begin('called-off', { rate: 60 });
  platform.request('POST', '/ota/called-off/abort', NOTHING, {});
  const seen = ['evenly', 'at-night', 'called-off'].map(stands);
  begin('soaks', { waves: [500_000, 1_000_000], success: 0, soakMs: 500 });
  seen.push(stands('soaks'));
  begin('held', { rate: 60 });
  platform.request('POST', '/ota/held/pause', NOTHING, {});
  begin('strict', { success: 0, errors: 0, timeoutMs: 1 });
  begin('tried', { timeoutMs: 1, tries: 2 });
  await quiet();
  return [...seen, ...['held', 'strict', 'tried'].map(stands)];
}

/**
 * Two devices ask by hawkBit's way, one of them for what is called off, and say twice how it ended.
 * Time is short: whoever is silent for a day has failed, and that passes while a few are answered.
 */
async function polledLife(platform: Platform, ids: readonly string[]): Promise<unknown[]> {
  const { asks, end } = ddiAsks(platform);
  const seen: unknown[] = [];
  for (const [at, name] of ['polled', 'dropped'].entries()) {
    const id = ids[at] ?? '';
    const slow = { timeoutMs: DAY_MS, withinMs: DAY_MS, unwell: 0, of: id };
    platform.request('POST', `/ota/${name}`, NOTHING, { ...CAMPAIGN, ...ALL_AT_ONCE, ...slow });
    if (name === 'dropped') platform.request('POST', `/ota/${name}/abort`, NOTHING, {});
    const base = `/DEFAULT/controller/v1/${id.replaceAll('/', ':')}`;
    const { text } = await asks('GET', base);
    const path = linkIn(text, 'deploymentBase') ?? linkIn(text, 'cancelAction') ?? '';
    const status = { execution: 'closed', result: { finished: 'success' }, details: [] };
    const feedback = `${path.replace(/\?.*/, '')}/feedback`;
    const first = await asks('POST', feedback, { status });
    const again = await asks('POST', feedback, { status });
    // It falls by what it has.
    await asks('PUT', `${base}/configData`, { data: { version: '2.1.0', fell: 'true' } });
    const { state } = platform.request('GET', `/ota/${name}`, NOTHING).body as { state: string };
    seen.push(text.replace(/\d+/g, '#'), first.status, again.status, state);
  }
  end();
  return seen;
}

/** One works by AWS IoT's jobs, names a version that is none, and goes on when all is over. */
async function jobsLife(platform: Platform, id: string): Promise<string[]> {
  const slow = { timeoutMs: DAY_MS, withinMs: DAY_MS, of: id };
  platform.request('POST', '/ota/worked', NOTHING, { ...CAMPAIGN, ...ALL_AT_ONCE, ...slow });
  const root = `$aws/things/${id.replaceAll('/', ':')}/jobs/`;
  const thing = await connect(platform, id);
  for (const what of ['start-next/+', '+/update/+']) await thing.subscribe(`${root}${what}`, 1);
  const say = async (what: string, body: object): Promise<void> => {
    await thing.publish(`${root}${what}`, JSON.stringify(body), 1);
    await quiet();
  };
  await say('start-next', {});
  await say('worked/update', { status: 'IN_PROGRESS', expectedVersion: 99 });
  await say('worked/update', { status: 'SUCCEEDED' });
  await say('worked/update', { status: 'IN_PROGRESS' });
  await thing.end();
  return thing.received.map(({ topic, text }) => {
    const { code = '', execution } = JSON.parse(text);
    return `${topic} ${code} ${execution?.versionNumber ?? ''}`;
  });
}

/** One says that it has it on trial. */
async function tryingLife(platform: Platform, id: string): Promise<unknown> {
  const device = await connect(platform, id);
  const slow = { timeoutMs: DAY_MS, withinMs: DAY_MS, of: id };
  platform.request('POST', '/ota/trying', NOTHING, { ...CAMPAIGN, ...ALL_AT_ONCE, ...slow });
  const v = { version: '2.1.0', campaign: 'trying', attempt: 1, state: 'testing', ask: false };
  const said = JSON.stringify({ n: 8, e: 1, t: 8000, v });
  await device.publish(topicOf(id, 'ota-status'), said, 1);
  await device.end();
  const { devices } = platform.request('GET', '/ota/trying', NOTHING).body as { devices: unknown };
  return devices;
}

/** What is called off while one is at it, and while it waits for another try. */
async function leftLife(platform: Platform, id: string): Promise<unknown[]> {
  const device = await connect(platform, id);
  await device.subscribe(topicOf(id, 'ota-notify'), 1);
  const move = (name: string, what: string): unknown =>
    platform.request('POST', `/ota/${name}/${what}`, NOTHING, {});
  const own = { ...CAMPAIGN, ...ALL_AT_ONCE, of: id, withinMs: DAY_MS, timeoutMs: DAY_MS };
  platform.request('POST', '/ota/left', NOTHING, own);
  // At once: a day passes while anybody waits.
  move('left', 'abort');
  platform.request('POST', '/ota/once-more', NOTHING, { ...own, timeoutMs: 1, tries: 2 });
  move('once-more', 'pause');
  await quiet();
  move('once-more', 'abort');
  await quiet();
  await device.end();
  const { body } = platform.request('GET', '/ota/once-more', NOTHING);
  return [...device.received.map(({ text }) => text), withoutTimes(body)];
}

/** Several listen, are offered it, and say that they have it. */
async function toldLife(platform: Platform, ids: readonly string[]): Promise<string[]> {
  const devices = await Promise.all(ids.map((id) => connect(platform, id)));
  for (const [at, device] of devices.entries()) {
    await device.subscribe(topicOf(ids[at] ?? '', 'ota-notify'), 1);
  }
  const slow = { timeoutMs: DAY_MS, withinMs: DAY_MS, success: 0 };
  platform.request('POST', '/ota/told', NOTHING, { ...CAMPAIGN, ...ALL_AT_ONCE, ...slow });
  await quiet();
  const last = { campaign: 'told', attempt: 1, status: 'confirmed', why: '' };
  for (const [at, device] of devices.entries()) {
    const v = { version: '2.1.0', campaign: '', attempt: 0, last, ask: false };
    const said = JSON.stringify({ n: 9, e: 1, t: 9000, v });
    await device.publish(topicOf(ids[at] ?? '', 'ota-status'), said, 1);
    await device.end();
  }
  const { devices: standing } = platform.request('GET', '/ota/told', NOTHING).body as {
    devices: unknown;
  };
  const heard = devices.flatMap(({ received }) =>
    received.map(({ topic, text }) => `${topic} ${JSON.parse(text).v.campaign}`),
  );
  return [...heard, JSON.stringify(standing)];
}

const DAY_MS = 86_400_000;
const ALL_AT_ONCE = { waves: [1_000_000] };
const NOTHING = new URLSearchParams();

const withoutTimes = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, one: unknown) => (key === 'at' ? undefined : one)));
