/**
 * Faults that overlap on one link, over sockets: after every begin and end the proxy holds exactly
 * what the faults that act then put there, in their order, and a fresh connection lives through
 * what it lives through in memory. On our engine only: a real toxiproxy-server never answers again
 * when a latency is removed that stands in front of a partition with data behind it.
 */
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FaultPlan } from '#kernel';
import type { FaultActions, FaultKind, Undo } from '../fault.ts';
import { type LinkInjector, toxicName } from '../injector.ts';
import { schedule } from '../schedule.ts';
import { Bench, type ShownProxy } from '../testing/bench.ts';
import { ENGINES, read } from '../testing/engines.ts';
import { LINK_FAULTS, mayEnd, overlapping } from '../testing/overlaps.ts';
import { pause, refuses, type Upstream } from '../testing/peers.ts';
import { MemoryBench, settled, Tape } from '../testing/tape.ts';
import { ToxiproxyInjector } from './toxiproxy.ts';

const SEED = 20_261_127;
const LONG_MS = 24 * 3_600_000;
/** What should not cross has this long to cross all the same; a slow machine only sees less. */
const LEAK_MS = 15;

/** What a fresh connection lives through. */
interface Outcome {
  refused: boolean;
  up: boolean;
  down: boolean;
}

const nothing = (): never => {
  throw new Error('not a fault of a link');
};

/** Begins and ends faults in the order of a plan; `after` is asked after each step. */
async function play(
  injector: LinkInjector,
  faults: readonly FaultPlan[],
  after: (active: readonly FaultPlan[]) => Promise<void>,
): Promise<void> {
  const actions: FaultActions = {
    addToxics: (cohort, id, toxics) => injector.addToxics(cohort, id, toxics),
    disableLink: (cohort) => injector.disable(cohort),
    // What is no MQTT a tap leaves alone.
    tap: async () => async () => {},
    killTarget: nothing,
    trouble: nothing,
    useHand: nothing,
    cutPower: nothing,
    strike: nothing,
  };
  const undos = new Map<string, Undo>();
  let active: FaultPlan[] = [];
  for (const { kind, fault } of schedule(faults)) {
    const one = LINK_FAULTS.find((each: FaultKind) => each.kind === fault.fault);
    if (kind === 'inject') {
      active = [...active, fault];
      undos.set(fault.id, (await one?.inject(actions, fault)) ?? nothing);
    } else {
      active = active.filter((each) => each !== fault);
      await undos.get(fault.id)?.();
    }
    await after(active);
  }
}

async function livedInMemory(faults: readonly FaultPlan[]): Promise<Outcome[]> {
  const bench = await new MemoryBench().open();
  const outcomes: Outcome[] = [];
  await play(bench.injector, faults, async () => {
    const client = new Tape(bench.injector.connect(0));
    await settled();
    const server = bench.servers.at(-1);
    if (client.state !== 'open' || server === undefined) {
      outcomes.push({ refused: true, up: false, down: false });
      return;
    }
    client.end.write('up');
    server.end.write('down');
    await bench.advance(LONG_MS);
    outcomes.push({ refused: false, up: server.text === 'up', down: client.text === 'down' });
    client.end.destroy();
    await settled();
  });
  return outcomes;
}

/** Short enough to be waited for. */
const isQuick = ({ toxics }: FaultPlan): boolean =>
  toxics.every(({ attributes }) =>
    [attributes.latency, attributes.jitter, attributes.timeout].every((ms = 0) => ms <= 250),
  );

const [embedded] = ENGINES;
if (embedded === undefined) throw new Error('there is no engine');

describe('faults that overlap on one link, over sockets', () => {
  const bench = new Bench(embedded);
  const injectors: ToxiproxyInjector[] = [];
  beforeAll(() => bench.start());
  afterEach(async () => {
    for (const injector of injectors.splice(0)) await injector.close();
    await bench.cleanUp();
  });
  afterAll(() => bench.stop());

  const opened = async (upstream: Upstream): Promise<ToxiproxyInjector> => {
    const injector = new ToxiproxyInjector(bench.url);
    injectors.push(injector);
    const link = { index: 0, id: `cohort-${injectors.length}`, upstream: upstream.address };
    await injector.open([{ ...link, profile: null }]);
    return injector;
  };

  /** The chain of each direction in the order of injection, and whether anybody is let in. */
  const expectHeld = async (name: string, active: readonly FaultPlan[]): Promise<void> => {
    const all: Record<string, ShownProxy> = read(await bench.call('GET', '/proxies'));
    const put = active.flatMap(({ id, toxics }) =>
      toxics.map((toxic) => ({ name: toxicName(id, toxic), stream: toxic.stream })),
    );
    const inOrder = ['upstream', 'downstream'].flatMap((way) =>
      put.filter(({ stream }) => stream === way).map((toxic) => toxic.name),
    );
    expect(all[name]?.toxics.map((toxic) => toxic.name)).toEqual(inOrder);
    expect(all[name]?.enabled).toBe(active.every(({ down }) => !down));
  };

  it('are what they are in memory, step by step, and leave nothing', async () => {
    const property = fc.asyncProperty(overlapping, async (drawn) => {
      const faults = drawn.filter(isQuick);
      const expected = await livedInMemory(faults);
      const upstream = await bench.upstream();
      const injector = await opened(upstream);
      const name = `cohort-${injectors.length}`;
      const port = injector.addressOf(0)?.port ?? 0;
      const stood = await bench.join({ listen: `:${port}` } as ShownProxy, upstream);
      let said = 0;
      await play(injector, faults, async (active) => {
        await expectHeld(name, active);
        stood.client.write('up');
        stood.server.write('up');
        said += 2;
        const wanted = expected.shift();
        if (wanted?.refused === true) {
          expect(await refuses(port)).toBe(true);
          return;
        }
        const client = await bench.dial({ listen: `:${port}` });
        const server = await upstream.next();
        client.write('up');
        server.write('down');
        if (wanted?.up === true) await server.untilSize(2);
        if (wanted?.down === true) await client.untilSize(4);
        if (wanted?.up !== true || !wanted.down) await pause(LEAK_MS);
        expect([server.size > 0, client.size > 0]).toEqual([wanted?.up, wanted?.down]);
        client.socket.destroy();
      });
      expect(expected).toEqual([]);
      if (mayEnd(faults)) return;
      await Promise.all([stood.server.untilSize(said), stood.client.untilSize(said)]);
    });
    await fc.assert(property, { seed: SEED, numRuns: 20 });
  });
});
