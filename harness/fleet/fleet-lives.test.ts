/**
 * Whole devices, from their power to their end, before a target that the test plays by hand: what
 * is counted, written down and told to parts at each turn of a life.
 */
import { type Duplex, duplexPair } from 'node:stream';
import type { Packet } from 'mqtt-packet';
import { expect, it } from 'vitest';
import { definePart, type PartDevice } from '#devices';
import { layStreams } from '#kernel';
import { testPlan } from '../../twins/oracles/testing/plan.ts';
import { bareFleet, FarEnd } from '../testing/bare-fleet.ts';
import { Tally } from './tally.ts';

/** What the target's end of a link was told. */
class HeardEnd extends FarEnd {
  readonly got: Packet[];
  isOver = false;

  constructor(stream: Duplex) {
    const got: Packet[] = [];
    super(stream, (packet) => got.push(packet));
    this.got = got;
    stream.on('end', () => {
      this.isOver = true;
    });
  }

  last(cmd: Packet['cmd']): Packet | undefined {
    return this.got.findLast((packet) => packet.cmd === cmd);
  }
}

interface Wish {
  devices?: number;
  /** Whether the part leaves a will. */
  will?: boolean;
  /** Whether it opens a channel when it boots. */
  channel?: boolean;
}

async function bench({ devices = 1, will = false, channel = false }: Wish = {}) {
  const plan = testPlan({ devices, readings: 60 });
  const told: string[] = [];
  const part = definePart({
    kind: 'noted',
    summary: 'notes what it is told',
    streams: [
      { name: 'figure', way: 'up', schedule: { by: 'event' } },
      { name: 'farewell', way: 'up', schedule: { by: 'attempt' } },
      { name: 'wish', way: 'down', schedule: { by: 'event' } },
    ],
    channels: ['talk'],
    start: (device: PartDevice) => ({
      powered: (on) => void told.push(`power ${on}`),
      booted: (epoch) => {
        device.send({ stream: device.code('figure'), n: epoch - 1, values: {} });
        if (channel) device.open('talk', { data: () => {}, closed: (why) => told.push(why) });
      },
      online: () => void told.push('online'),
      lost: () => void told.push('lost'),
      will: (attempt) => {
        told.push(`will ${attempt}`);
        return will ? { stream: device.code('farewell'), n: attempt, values: {} } : null;
      },
      end: () => void told.push('end'),
    }),
  });
  plan.streams = layStreams(part.streams ?? [], false);
  for (const entry of plan.entries) {
    entry.parts = [{ kind: part.kind, params: {} }];
    entry.streams = plan.streams.map(({ code }) => code);
    if (channel) entry.channels = ['talk'];
  }
  // It warms up for long.
  plan.phases = plan.phases.map((phase) => ({ ...phase, from: 1e6, to: 1e6 }));
  const tally = new Tally(devices);
  const written: string[] = [];
  const QUIET = ['state', 'boot'];
  const ledger = {
    write: (op: string, { why, cause, granted, n }: Record<string, unknown>) => {
      const more = [n, why, cause, granted].filter((one) => one !== undefined);
      if (!QUIET.includes(op)) written.push([op, ...more].join(' '));
    },
    writeSent: (_: number, { n }: { n: number }) => written.push(`sent ${n}`),
  };
  const [far, talks, abandoned]: [HeardEnd[], HeardEnd[], Duplex[]] = [[], [], []];
  const links = {
    open: (_: unknown, name?: string) => {
      const [here, there] = duplexPair();
      (name === undefined ? far : talks).push(new HeardEnd(there));
      return here;
    },
    abandon: (stream: Duplex) => void abandoned.push(stream),
  };
  const { fleet, settle } = await bareFleet({ plan, kinds: [part], tally, links, ledger });
  const [agent] = fleet.agents;
  if (agent === undefined) throw new Error('one device lives here');
  /** What was written since it was last asked. */
  const news = (): string[] => written.splice(0);
  /** The target accepts the newest connection, and grants what is asked for. */
  const accept = async (): Promise<void> => {
    const end = far.at(-1);
    end?.accept();
    await settle();
    const messageId = end?.last('subscribe')?.messageId ?? 0;
    end?.answer({ cmd: 'suback', messageId, granted: [1] });
    await settle();
  };
  return { agent, agents: fleet.agents, tally, told, news, settle, accept, far, talks, abandoned };
}

it('connects, sends what it held and says a graceful goodbye', async () => {
  const { agent, tally, told, news, settle, accept, far } = await bench();
  expect(news()).toEqual(['connect']);
  expect(far[0]?.last('connect')).toMatchObject({ clientId: 'things/0', clean: true });
  expect(far[0]?.last('connect')).not.toHaveProperty('will');
  expect(tally).toMatchObject({ powered: 1, connected: 0, connects: 1, buffered: 1 });
  await accept();
  expect(news()).toEqual(['online', 'sent 0', 'subscribed 1']);
  expect(tally).toMatchObject({ powered: 1, connected: 1, buffered: 0 });
  agent.end();
  await settle();
  expect(far[0]?.last('disconnect')).toBeDefined();
  expect(tally.connected).toBe(0);
  expect(told).toEqual(['power true', 'will 0', 'online', 'end']);
  // It is over for good.
  agent.tell({ type: 'POWER_CUT' });
  await settle(60_000);
  expect([news(), far.length]).toEqual([['offline planned'], 1]);
});

it('accounts in the end for what never left it', async () => {
  const { agent, news, settle } = await bench();
  news();
  agent.end();
  await settle();
  expect(news()).toEqual(['not-sent 0 still-buffered', 'connect-failed stop']);
});

it('leaves a will with each attempt, under the number of the attempt', async () => {
  const { told, settle, far } = await bench({ will: true });
  far[0]?.answer({ cmd: 'connack', returnCode: 3, sessionPresent: false });
  await settle(6000);
  expect(far.length).toBe(2);
  const topics = far.map((end) => end.last('connect')).map((packet) => JSON.stringify(packet));
  for (const packet of topics) expect(packet).toContain('farewell');
  expect(told.filter((one) => one.startsWith('will'))).toEqual(['will 0', 'will 1']);
});

it.each([
  ['while it connects', 0, ['connect-failed power-cut', 'not-sent 0 lost in power-cut'], 1],
  ['while it is online', 1, ['offline power-cut', 'abandoned 0 power-cut'], 1],
  ['between two attempts', 2, ['not-sent 0 lost in power-cut'], 0],
])('without power %s it forgets all, and leaves a link half-open', async (_, step, left, links) => {
  const { agent, tally, news, settle, accept, far, abandoned } = await bench();
  if (step === 1) await accept();
  if (step === 2) far[0]?.answer({ cmd: 'connack', returnCode: 3, sessionPresent: false });
  if (step === 2) await settle();
  news();
  agent.cutPower();
  await settle();
  expect(news()).toEqual([...left, 'off power-cut']);
  expect(abandoned.length).toBe(links);
  expect(far[0]?.last('disconnect')).toBeUndefined();
  expect(tally).toMatchObject({ powered: 0, connected: 0, buffered: 0 });
  // Twice off is off.
  agent.cutPower();
  agent.restorePower();
  await settle(700);
  expect(news()).toEqual(['connect']);
  expect(tally.powered).toBe(1);
});

it.each([
  [false, 'connect-failed power-off'],
  [true, 'offline planned'],
])('switched off in good order, online %s, it says goodbye', async (online, written) => {
  const { agent, tally, told, news, settle, accept, far } = await bench();
  if (online) await accept();
  news();
  agent.tell({ type: 'POWER_OFF' });
  await settle();
  expect(news()).toEqual([written, 'off power-off']);
  expect(far[0]?.isOver || far[0]?.last('disconnect') !== undefined).toBe(true);
  expect(told.slice(online ? 3 : 2)).toEqual([...(online ? ['lost'] : []), 'power false']);
  expect(tally).toMatchObject({ powered: 0, connected: 0 });
});

it('loses its channels without a word when its power goes', async () => {
  const { agent, told, settle, talks, abandoned } = await bench({ channel: true });
  expect(talks.length).toBe(1);
  agent.cutPower();
  await settle(20);
  expect(abandoned.length).toBe(2);
  expect(talks[0]?.isOver).toBe(false);
  expect(told.at(-1)).toBe('power-cut');
});

it('connects while it warms up as one of thirty at most, and each end lets one more', async () => {
  const { agents, settle, far } = await bench({ devices: 40 });
  expect(far.length).toBe(30);
  far[0]?.accept();
  await settle();
  expect(far.length).toBe(31);
  // Who is connected already takes nobody's place when it goes.
  const online = agents.find(({ isOnline }) => isOnline);
  online?.tell({ type: 'POWER_OFF' });
  await settle();
  expect(far.length).toBe(31);
  far[1]?.answer({ cmd: 'connack', returnCode: 3, sessionPresent: false });
  await settle();
  expect(far.length).toBe(32);
});
