/** What becomes of a message that is posted, by what its server says or does not say. */
import { type Duplex, duplexPair } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { DevicePlan, EntryPlan, Plan } from '#kernel';
import { ManualClock } from '../../../chaos/testing/manual-clock.ts';
import type { DeviceMessages } from '../device-messages.ts';
import type { FleetContext } from '../fleet-context.ts';
import { Handshakes } from '../handshakes.ts';
import { PacingWheel } from '../pacing.ts';
import type { Handed } from '../passenger.ts';
import type { ReachOwner } from '../reach.ts';
import { PostingConnection } from './posting-connection.ts';

const STREAM = { name: 'telemetry', code: 0, way: 'up' };
const INTAKE = {
  post: 'http://h:1/in/{run}/{device}/{stream}',
  headers: { authorization: 'Basic {basic}' },
  key: 'Idempotency-Key',
};

interface Bench {
  tries?: number;
  qos?: 0 | 1 | 2;
  firmware?: object;
  /** Messages that wait. */
  count?: number;
  user?: string;
}

/** A device with messages, and links whose far ends the test holds. */
function bench({ tries, qos = 2, firmware, count = 3, user = 'me' }: Bench = {}) {
  const clock = new ManualClock();
  const wheel = new PacingWheel(clock, 10);
  const near: Duplex[] = [];
  const far: Duplex[] = [];
  const got: string[] = [];
  const told: string[] = [];
  const said = (what: string) => void told.push(what);
  const device = { id: 'meters/x/1', entry: 0, lane: 4 } as DevicePlan;
  const entry = {
    id: 'meters',
    protocol: {
      ...{ kind: 'http', channel: 'http', sessions: false, watched: true, window: 1 },
      params: { timeout: 2000, ...(tries === undefined ? {} : { tries }) },
    },
    backoff: { baseMs: 200, capMs: 1000, jitter: 'full' },
  } as unknown as EntryPlan;
  const bytes = new TextEncoder().encode('{"n":1}');
  const waiting = Array.from({ length: count }, (_, n): Handed => {
    const message: Handed['message'] = ['tw/r/4/meters/x/1/telemetry', bytes, qos, false];
    return { stream: 0, n, intended: 0, key: n * 256, message };
  });
  const messages = {
    isStalled: false,
    handOver: (most: number) => waiting.splice(0, most),
    sentOnWire: (key: number, again: boolean) => said(`${again ? 'again' : 'sent'} ${key / 256}`),
    acked: (key: number) => said(`acked ${key / 256}`),
    rejected: (key: number, why: string) => said(`refused ${key / 256} ${why}`),
    givenUp: (key: number, why: string) => said(`given up ${key / 256} ${why}`),
    forget: (why: string) => said(`forgot ${why}`),
  } as unknown as DeviceMessages;
  /** What becomes of a link that is asked for: `mute` ones never stand. */
  const links: { are: 'open' | 'refused' | 'mute' } = { are: 'open' };
  const fleet = {
    plan: { seed: 1, streams: [STREAM], target: { intake: { http: INTAKE } } } as unknown as Plan,
    ...{ clock, wheel, run: 'r', firmware: firmware ?? null },
    ledger: { write: (op: string, { why = '' }: { why?: string }) => said(`${op} ${why}`.trim()) },
    tally: { connects: 0, connected: 0, connectFailures: 0 },
    handshakes: new Handshakes(10, () => false),
    userName: () => user,
    password: () => 'mine',
    openLink: () => {
      const [here, there] = duplexPair();
      near.push(here);
      far.push(there);
      there.on('data', (chunk: Uint8Array) => got.push(Buffer.from(chunk).toString()));
      there.on('error', () => {});
      const refusal = Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
      if (links.are === 'refused') here.destroy(refusal);
      return links.are === 'mute' ? Object.assign(here, { connecting: true }) : here;
    },
    abandonLink: (stream: Duplex) => said(`abandoned ${stream.isPaused()}`),
  } as unknown as FleetContext;
  const tell: ReachOwner['tell'] = (event) => said(event.type);
  const parts = { epoch: 1, online: () => {}, lost: () => {} } as unknown as ReachOwner['parts'];
  const owner = { index: 0, device, entry, parts, messages, tell };
  const way = new PostingConnection(fleet, owner);
  const settle = async (ms = 0): Promise<void> => {
    for (let turn = 0; turn < 6; turn++) await nextTurn();
    clock.advance(ms);
    for (let turn = 0; turn < 6; turn++) await nextTurn();
  };
  const answer = async (status: number, more = ''): Promise<void> => {
    far.at(-1)?.write(`HTTP/1.1 ${status} x\r\ncontent-length: 0\r\n${more}\r\n`);
    await settle();
  };
  const heard = (): string[] => told.splice(0);
  const up = async (): Promise<string[]> => {
    way.connect(0);
    await settle();
    return heard();
  };
  return { way, near, far, got, links, settle, answer, heard, up, tally: fleet.tally };
}

const UP = ['connect', 'online', 'CONNECTED', 'sent 0'];

it('posts one message at a time, and the next when it is answered', async () => {
  const { up, answer, heard, got, far } = bench();
  expect(await up()).toEqual(UP);
  expect(got.join('')).toBe(
    [
      'POST /in/r/meters%2Fx%2F1/telemetry HTTP/1.1',
      'host: h:1',
      'authorization: Basic bWU6bWluZQ==',
      'content-type: application/json',
      'Idempotency-Key: meters/x/1/telemetry/1/0',
      'content-length: 7',
      '',
      '{"n":1}',
    ].join('\r\n'),
  );
  await answer(200);
  expect(heard()).toEqual(['acked 0', 'sent 1']);
  await answer(201);
  expect(heard()).toEqual(['acked 1', 'sent 2']);
  await answer(404);
  expect(heard()).toEqual(['refused 2 HTTP 404']);
  expect(far).toHaveLength(1);
});

it('posts for whoever is called something that is not Latin', async () => {
  const { up, got } = bench({ user: 'κρύο' });
  expect(await up()).toEqual(UP);
  const basic = Buffer.from('κρύο:mine', 'utf8').toString('base64');
  expect(got.join('')).toContain(`authorization: Basic ${basic}\r\n`);
});

it.each([408, 429, 500, 503])('posts again after %i, under the same key', async (status) => {
  const { up, answer, heard, settle, got } = bench({ count: 1 });
  await up();
  await answer(status);
  expect(heard()).toEqual([]);
  await settle(250);
  expect(heard()).toEqual(['again 0']);
  expect(got.filter((text) => text.includes('telemetry/1/0'))).toHaveLength(2);
  await answer(200);
  expect(heard()).toEqual(['acked 0']);
});

it('waits as long as it is told to', async () => {
  const { up, answer, heard, settle } = bench({ count: 1 });
  await up();
  await answer(503, 'retry-after: 3\r\n');
  await settle(2980);
  expect(heard()).toEqual([]);
  await settle(40);
  expect(heard()).toEqual(['again 0']);
  // A conflict with its own first try is no refusal, and one with anything else is.
  await answer(409);
  await settle(1000);
  expect(heard()).toEqual(['again 0']);
  const other = bench({ count: 1 });
  await other.up();
  await other.answer(409);
  expect(other.heard()).toEqual(['refused 0 HTTP 409']);
});

it('stays online where the server closes while it waits, and waits all the same', async () => {
  const { up, answer, heard, settle, far, way } = bench({ count: 1 });
  await up();
  await answer(503, 'retry-after: 60\r\n');
  await settle(5000);
  far[0]?.end();
  await settle(54_900);
  expect([heard(), way.isOnline, far.length]).toEqual([[], true, 1]);
  await settle(200);
  expect([heard(), far.length]).toEqual([['again 0'], 2]);
  await answer(200);
  expect(heard()).toEqual(['acked 0']);
});

it.each([
  [
    'is reset',
    'LOST',
    ({ near }: ReturnType<typeof bench>) => near[0]?.destroy(new Error('reset')),
  ],
  ['sleeps', 'offline planned', ({ way }: ReturnType<typeof bench>) => way.hangUp('sleep')],
])('waits as long as it is told to over the connections of one that %s', async (_, end, act) => {
  const it = bench({ count: 1 });
  await it.up();
  await it.answer(429, 'retry-after: 60\r\n');
  await it.settle(5000);
  act(it);
  await it.settle(500);
  expect(it.heard().at(-1)).toBe(end);
  expect(await it.up()).toEqual(['connect', 'online', 'CONNECTED']);
  await it.settle(54_300);
  expect(it.heard()).toEqual([]);
  await it.settle(300);
  expect(it.heard()).toEqual(['again 0']);
});

it('gives up a connection that does not answer, and posts again over the next', async () => {
  const { up, heard, settle, tally } = bench({ count: 2 });
  await up();
  await settle(2010);
  expect(heard()).toEqual(['offline timeout', 'LOST']);
  expect(tally.connected).toBe(0);
  expect(await up()).toEqual(['connect', 'online', 'CONNECTED', 'again 0']);
});

it('is lost with its connection under a request, and not by an end in between', async () => {
  const { up, heard, settle, answer, far, way } = bench({ count: 2 });
  await up();
  far[0]?.end();
  await settle();
  expect(heard()).toEqual(['offline closed', 'LOST']);
  await up();
  await answer(200);
  await answer(200);
  heard();
  far[1]?.end();
  await settle();
  expect([heard(), way.isOnline]).toEqual([[], true]);
});

it('opens another connection for the next message where the server has closed', async () => {
  const { up, heard, settle, answer, far, links } = bench({ count: 3 });
  await up();
  await answer(200, 'connection: close\r\n');
  expect(heard()).toEqual(['acked 0', 'sent 1']);
  expect(far).toHaveLength(2);
  far[1]?.end('HTTP/1.0 200 OK\r\n\r\nfine');
  links.are = 'refused';
  await settle();
  // Nobody is there any more: that is found when it is needed.
  expect(heard()).toEqual(['acked 1', 'offline ECONNREFUSED', 'LOST']);
});

it('cannot connect where it is refused, and says so', async () => {
  const { up, links, tally } = bench();
  links.are = 'refused';
  expect(await up()).toEqual(['connect', 'connect-failed ECONNREFUSED', 'REFUSED']);
  expect([tally.connectFailures, tally.connected]).toEqual([1, 0]);
});

it('tells a server that speaks something else', async () => {
  const { up, heard, far, settle } = bench();
  await up();
  far[0]?.write('SSH-2.0-x\r\n\r\n');
  await settle();
  expect(heard()).toEqual(['offline protocol: an HTTP answer with no HTTP', 'LOST']);
});

it('forgets everything with its power, and leaves the connection half-open', async () => {
  const { up, heard, way } = bench();
  await up();
  way.abandon('power-cut');
  expect(heard()).toEqual(['abandoned true', 'offline power-cut', 'forgot power-cut']);
  expect(await up()).toEqual(['connect', 'online', 'CONNECTED', 'sent 1']);
});

it('hangs up in good order, and posts again what it does not know the end of', async () => {
  const { up, heard, way, far, settle } = bench();
  await up();
  way.hangUp('sleep');
  await settle(5000);
  expect([heard(), far[0]?.readableEnded]).toEqual([['offline planned'], true]);
  expect(await up()).toEqual(['connect', 'online', 'CONNECTED', 'again 0']);
});

it('posts no more often than it may', async () => {
  const { up, heard, answer, settle } = bench({ tries: 2, count: 2 });
  await up();
  await answer(500);
  await settle(1000);
  await answer(500);
  expect(heard()).toEqual(['again 0', 'given up 0 gave-up', 'sent 1']);
  await settle(2010);
  await up();
  await settle(2010);
  heard();
  expect(await up()).toEqual(['connect', 'online', 'CONNECTED', 'given up 1 gave-up']);
});

it('posts a message of QoS 0 once, whatever is answered', async () => {
  const { up, heard, settle, answer } = bench({ qos: 0 });
  await up();
  await answer(500);
  expect(heard()).toEqual(['refused 0 HTTP 500', 'sent 1']);
  await settle(2010);
  heard();
  expect(await up()).toEqual(['connect', 'online', 'CONNECTED', 'sent 2']);
});

it('posts no message of QoS 0 again that was under way when it hung up', async () => {
  const { up, heard, way, got, settle } = bench({ qos: 0, count: 2 });
  await up();
  way.hangUp('sleep');
  await settle(5000);
  expect(heard()).toEqual(['offline planned']);
  expect(await up()).toEqual(['connect', 'online', 'CONNECTED', 'sent 1']);
  expect(got.filter((text) => text.includes('telemetry/1/0'))).toHaveLength(1);
});

it.each(['refused', 'mute'] as const)(
  'keeps a message of QoS 0 that was not posted yet where the link is %s',
  async (are) => {
    const { up, way, links, answer, heard } = bench({ qos: 0, count: 2 });
    await up();
    links.are = are;
    await answer(200, 'connection: close\r\n');
    way.hangUp('sleep');
    expect(heard().at(-1)).toBe(are === 'mute' ? 'offline planned' : 'LOST');
    links.are = 'open';
    expect(await up()).toEqual(['connect', 'online', 'CONNECTED', 'sent 1']);
  },
);

it('is lost where the link that it opens for its next message never stands', async () => {
  const { up, links, answer, settle, heard, far } = bench({ count: 2 });
  await up();
  links.are = 'mute';
  await answer(200, 'connection: close\r\n');
  expect(heard()).toEqual(['acked 0']);
  await settle(9900);
  expect([heard(), far.length]).toEqual([[], 2]);
  await settle(200);
  expect(heard()).toEqual(['offline connect-timeout', 'LOST']);
  links.are = 'open';
  expect(await up()).toEqual(['connect', 'online', 'CONNECTED', 'sent 1']);
});

it('is not lost for a link that stood in time', async () => {
  const { up, answer, settle, heard } = bench({ count: 2 });
  await up();
  await answer(200, 'connection: close\r\n');
  await answer(200);
  await settle(20_000);
  expect(heard()).toEqual(['acked 0', 'sent 1', 'acked 1']);
});

it('names a message anew where a planted bug does', async () => {
  const firmware = { keyAgain: (_: string, key: string, tries: number) => `${key}/${tries}` };
  const { up, answer, settle, got } = bench({ firmware, count: 1 });
  await up();
  await answer(500);
  await settle(250);
  expect(got.map((text) => /Key: (\S+)/.exec(text)?.[1])).toEqual([
    'meters/x/1/telemetry/1/0',
    'meters/x/1/telemetry/1/0/2',
  ]);
});
