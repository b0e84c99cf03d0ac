/**
 * A device may have further connections beside its first, each through a proxy of its own: what
 * acts on a cohort acts on all of them, in both gears, and on nobody else's.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CohortPlan, ToxicSpec } from '#kernel';
import { cohortLinks } from '../injector.ts';
import { Bench } from '../testing/bench.ts';
import { ENGINES } from '../testing/engines.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { pause, refuses } from '../testing/peers.ts';
import { settled, Tape } from '../testing/tape.ts';
import { MemoryInjector } from './memory.ts';
import { ToxiproxyInjector } from './toxiproxy.ts';

const cohort = (id: string, over: Partial<CohortPlan> = {}): CohortPlan => ({
  id,
  devices: 1,
  profile: null,
  faults: [],
  ...over,
});
const profile = { name: 'edge', delayMs: 40, jitterMs: 0, bytesPerSecond: 0 };
/** Cohort 0 has a channel, 1 has none, 2 has one past every proxy. */
const COHORTS = [
  cohort('cohort-0', { channels: ['download'] }),
  cohort('cohort-1'),
  cohort('direct', { channels: ['download'] }),
];
const HOLD: ToxicSpec = { type: 'bandwidth', stream: 'upstream', attributes: { rate: 0 } };

it('asks for a proxy per channel where a cohort has one, and for no other', () => {
  const upstreamOf = (channel?: string): string => (channel === undefined ? 'a:1' : 'b:2');
  expect(cohortLinks(COHORTS, 'tw-', upstreamOf)).toEqual([
    { index: 0, id: 'tw-cohort-0', upstream: 'a:1', profile: null },
    { index: 0, id: 'tw-cohort-0-download', channel: 'download', upstream: 'b:2', profile: null },
    { index: 1, id: 'tw-cohort-1', upstream: 'a:1', profile: null },
  ]);
});

describe('in memory', () => {
  const opened = async (cohorts: readonly CohortPlan[]) => {
    const servers: Tape[] = [];
    const channels: (string | undefined)[] = [];
    const clock = new ManualClock();
    const accept: ConstructorParameters<typeof MemoryInjector>[0]['accept'] = (end, channel) => {
      channels.push(channel);
      return servers.push(new Tape(end)) > 0;
    };
    const injector = new MemoryInjector({ timers: clock, seed: 1, accept });
    await injector.open(cohortLinks(cohorts, '', () => ''));
    const carries = async (index: number, channel?: string): Promise<boolean> => {
      const accepted = servers.length;
      const { end } = new Tape(injector.connect(index, channel));
      end.write('ping');
      await settled();
      return servers[accepted]?.text === 'ping';
    };
    return { injector, channels, carries, clock, servers };
  };

  it('lets a fault hit both connections of a cohort, and heals both', async () => {
    const { injector, carries, channels } = await opened(COHORTS);
    for (const fault of [() => injector.addToxics(0, 'f', [HOLD]), () => injector.disable(0)]) {
      const undo = await fault();
      expect([await carries(0), await carries(0, 'download')]).toEqual([false, false]);
      expect([await carries(1), await carries(2, 'download')]).toEqual([true, true]);
      await undo();
      expect([await carries(0), await carries(0, 'download')]).toEqual([true, true]);
    }
    expect(channels.slice(-2)).toEqual([undefined, 'download']);
  });

  it('gives both the standing profile', async () => {
    const { injector, clock, servers } = await opened([
      cohort('cohort-0', { channels: ['download'], profile }),
    ]);
    for (const channel of [undefined, 'download']) injector.connect(0, channel).write('ping');
    await settled();
    expect(servers.map(({ text }) => text)).toEqual(['', '']);
    clock.advance(40);
    await settled();
    expect(servers.map(({ text }) => text)).toEqual(['ping', 'ping']);
  });

  it('never lets a channel that nobody asked for go past the faults', async () => {
    const { injector } = await opened(COHORTS);
    expect(() => injector.connect(1, 'download')).toThrow('broken invariant');
  });

  it('takes everything off where it cannot put everything on', async () => {
    const { injector, carries } = await opened(COHORTS);
    const wrong = { ...HOLD, type: 'plague' } as unknown as ToxicSpec;
    await expect(injector.addToxics(0, 'f', [HOLD, wrong])).rejects.toThrow();
    expect([await carries(0), await carries(0, 'download')]).toEqual([true, true]);
  });
});

describe.each(ENGINES)('on the $name', (kind) => {
  const bench = new Bench(kind);
  const injectors: ToxiproxyInjector[] = [];
  beforeAll(() => (kind.skip ? undefined : bench.start()));
  beforeEach((context) => context.skip(kind.skip, kind.reason));
  afterEach(async () => {
    for (const injector of injectors.splice(0)) await injector.close();
    if (!kind.skip) await bench.cleanUp();
  });
  afterAll(() => bench.stop());

  it('lets a fault hit both connections of a cohort, and heals both', async () => {
    const [first, further] = [await bench.upstream(), await bench.upstream()];
    const injector = new ToxiproxyInjector(bench.url);
    injectors.push(injector);
    const addressOf = (channel?: string) => (channel === undefined ? first : further).address;
    await injector.open(cohortLinks(COHORTS, 'tw-', addressOf));
    expect(injector.addressOf(1, 'download')).toBe(null);
    const ports = [undefined, 'download'].map((one) => injector.addressOf(0, one)?.port ?? 0);
    const clients = await Promise.all(ports.map((port) => bench.dial({ listen: `:${port}` })));
    const servers = [await first.next(), await further.next()];
    const sizes = () => servers.map(({ size }) => size);

    const free = await injector.addToxics(0, 'f', [HOLD]);
    for (const client of clients) client.write('ping');
    await pause(200);
    expect(sizes()).toEqual([0, 0]);
    await free();
    await Promise.all(servers.map((server) => server.untilSize(4)));

    const enable = await injector.disable(0);
    expect(await Promise.all(ports.map(refuses))).toEqual([true, true]);
    await enable();
    expect(await Promise.all(ports.map(refuses))).toEqual([false, false]);
  });
});
