/**
 * A proxy without sockets: who is told what when a connection, or the proxy, ends; and who is
 * affected by chance.
 */
import { describe, expect, it } from 'vitest';
import { type OpenConnection, ProxyCore, type Toxic } from './proxy-core.ts';
import { ManualClock } from './testing/manual-clock.ts';

interface Joined {
  connection: OpenConnection;
  told: string[];
}

function join(core: ProxyCore): Joined {
  const told: string[] = [];
  const connection = core.open({
    toServer: (bytes) => told.push(`server<${bytes.length}`),
    toClient: (bytes) => told.push(`client<${bytes.length}`),
    endToServer: () => told.push('server<end'),
    endToClient: () => told.push('client<end'),
    destroy: (ending) => told.push(ending),
    resumeClient: () => told.push('client may go on'),
    resumeServer: () => told.push('server may go on'),
  });
  if (connection === null) throw new Error('refused');
  return { connection, told };
}

const toxic = (more: Partial<Toxic>): Toxic => ({
  name: 't',
  type: 'noop',
  stream: 'upstream',
  toxicity: 1,
  attributes: {},
  ...more,
});

const bytes = new Uint8Array(10);

describe('a connection', () => {
  it('is closed on both sides when one side closes, each behind its own data', () => {
    const clock = new ManualClock();
    const core = new ProxyCore('p', clock, 1);
    const latency = { type: 'latency' as const, attributes: { latency: 40, jitter: 0 } };
    core.add(toxic({ ...latency, name: 'up', stream: 'upstream' }));
    core.add(toxic({ ...latency, name: 'down', stream: 'downstream' }));
    const { connection, told } = join(core);
    connection.fromClient(bytes);
    connection.clientEnded();
    clock.advance(20);
    connection.fromServer(bytes);
    clock.advance(20);
    expect(told).toEqual(['server<10', 'server<end']);
    connection.fromServer(bytes);
    clock.advance(100);
    expect(told).toEqual(['server<10', 'server<end', 'client<10', 'client<end']);
    expect([core.connections, clock.pending]).toEqual([0, 0]);
  });

  it('is given up at once when its owner says so', () => {
    const clock = new ManualClock();
    const core = new ProxyCore('p', clock, 1);
    core.add(toxic({ type: 'bandwidth', attributes: { rate: 0 } }));
    const { connection, told } = join(core);
    connection.fromClient(bytes);
    connection.close();
    connection.close();
    connection.fromClient(bytes);
    core.remove('t');
    expect(told).toEqual(['fin']);
    expect(core.connections).toBe(0);
  });

  it('tells its owner when to wait and when to go on', () => {
    const core = new ProxyCore('p', new ManualClock(), 1);
    core.add(toxic({ type: 'bandwidth', attributes: { rate: 0 } }));
    const { connection, told } = join(core);
    const large = new Uint8Array(3 * 1024 * 1024);
    expect([connection.fromClient(large), connection.fromClient(large)]).toEqual([true, false]);
    core.remove('t');
    expect(told.filter((what) => what === 'client may go on')).toHaveLength(1);
    expect(connection.fromClient(large)).toBe(true);
  });
});

describe('a proxy', () => {
  it('that is down has closed everything and refuses, and keeps its toxics', () => {
    const core = new ProxyCore('p', new ManualClock(), 1);
    core.add(toxic({}));
    const { told } = join(core);
    core.setEnabled(false);
    expect(told).toEqual(['fin']);
    expect(() => join(core)).toThrow('refused');
    core.setEnabled(true);
    expect(core.toxics).toHaveLength(1);
    join(core);
  });

  it('lists upstream first, in the order of creation', () => {
    const core = new ProxyCore('p', new ManualClock(), 1);
    core.add(toxic({ name: 'a', stream: 'downstream' }));
    core.add(toxic({ name: 'b' }));
    core.add(toxic({ name: 'c' }));
    expect(core.toxics.map(({ name }) => name)).toEqual(['b', 'c', 'a']);
    expect(() => core.add(toxic({ name: 'a' }))).toThrow(/broken invariant/);
  });
});

describe('chance', () => {
  const passed = (seed: number, toxicity: number, change?: number): boolean[] => {
    const core = new ProxyCore('p', new ManualClock(), seed);
    const hold = toxic({ type: 'bandwidth', attributes: { rate: 0 }, toxicity });
    core.add(hold);
    const all = Array.from({ length: 1000 }, () => join(core));
    if (change !== undefined) core.update('t', {}, change);
    return all.map(({ connection, told }) => {
      connection.fromClient(bytes);
      return told.length > 0;
    });
  };
  const share = (draws: boolean[]): number => draws.filter((isSpared) => !isSpared).length / 1000;

  it('TX-26 affects a share of the connections, the same ones for the same seed', () => {
    const draws = passed(3, 0.3);
    expect(Math.abs(share(draws) - 0.3)).toBeLessThan(0.05);
    expect(passed(3, 0.3)).toEqual(draws);
    expect(passed(4, 0.3)).not.toEqual(draws);
    expect([share(passed(3, 0)), share(passed(3, 1)), share(passed(3, 7))]).toEqual([0, 1, 1]);
  });

  it('keeps who is affected when the share grows, and follows it on live connections', () => {
    const before = passed(3, 0.3);
    const after = passed(3, 0.3, 0.6);
    expect(after).toEqual(passed(3, 0.6));
    expect(after.every((isSpared, i) => !isSpared || before[i])).toBe(true);
    expect(share(passed(3, 1, 0))).toBe(0);
  });

  it('draws jitter from a stream of its own for each connection', () => {
    const arrivals = (seed: number): number[][] => {
      const clock = new ManualClock();
      const core = new ProxyCore('p', clock, seed);
      core.add(toxic({ type: 'latency', attributes: { latency: 500, jitter: 400 } }));
      const times: number[][] = [];
      for (let i = 0; i < 3; i++) {
        const own: number[] = [];
        times.push(own);
        core
          .open({
            toServer: () => own.push(clock.now()),
            toClient: () => {},
            endToServer: () => {},
            endToClient: () => {},
            destroy: () => {},
            resumeClient: () => {},
            resumeServer: () => {},
          })
          ?.fromClient(bytes);
      }
      clock.advance(1000);
      return times;
    };
    expect(arrivals(1)).toEqual(arrivals(1));
    expect(arrivals(1)).not.toEqual(arrivals(2));
    expect(new Set(arrivals(1).flat()).size).toBe(3);
  });
});
