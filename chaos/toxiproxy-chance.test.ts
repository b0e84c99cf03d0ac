/**
 * What hangs on chance or is counted, as a black box: one body, run against our engine and against
 * a real `toxiproxy-server`. The long form of the first is in bench/slow.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Bench, type ShownProxy } from './testing/bench.ts';
import { DEVIATIONS } from './testing/deviations.ts';
import { ENGINES } from './testing/engines.ts';
import { expectUniform } from './testing/jitter.ts';
import { type Peer, pause } from './testing/peers.ts';

type Joined = Awaited<ReturnType<Bench['join']>>;

const CONNECTIONS = 200;
/** Five standard deviations of a fair coin that is thrown so often. */
const FIVE_SIGMA = 5 * Math.sqrt(CONNECTIONS / 4);

describe.each(ENGINES)('chance and counts of the $name', (kind) => {
  const bench = new Bench(kind);
  beforeAll(() => (kind.skip ? undefined : bench.start()));
  beforeEach((context) => context.skip(kind.skip, kind.reason));
  afterEach(() => (kind.skip ? undefined : bench.cleanUp()));
  afterAll(() => bench.stop());

  it('TX-18 draws jitter evenly from −j to +j', async () => {
    // By chance one in a thousand is further away than 0.07.
    await expectUniform(bench, 400, 2, 0.08);
  });

  it('TX-26 affects its share of the connections, drawn for each', async () => {
    const { proxy, joined } = await crowd();
    const more = { toxicity: 0.5 };
    const name = await bench.toxic(proxy, 'bandwidth', 'upstream', { rate: 0 }, more);
    const held = await heldOf(joined);
    expect(Math.abs(held.size - CONNECTIONS / 2)).toBeLessThan(FIVE_SIGMA);
    const path = `/proxies/${proxy.name}/toxics/${name}`;
    for (const [toxicity, share] of [
      [0, 0],
      [7, CONNECTIONS],
      [-1, 0],
      [1, CONNECTIONS],
    ]) {
      expect((await bench.call('PATCH', path, { toxicity })).status).toBe(200);
      expect((await heldOf(joined)).size).toBe(share);
    }
  });

  it('TX-26 draws again, or stays what it was, when nothing of it changes', async () => {
    const { proxy, joined } = await crowd();
    const more = { toxicity: 0.5 };
    const name = await bench.toxic(proxy, 'bandwidth', 'upstream', { rate: 0 }, more);
    let before = await heldOf(joined);
    const changed = async (): Promise<number> => {
      const now = await heldOf(joined);
      const moved = [...now].filter((peer) => !before.has(peer)).length;
      const freed = [...before].filter((peer) => !now.has(peer)).length;
      before = now;
      return moved + freed;
    };
    const steps = [
      () => bench.call('PATCH', `/proxies/${proxy.name}/toxics/${name}`, {}),
      () => bench.toxic(proxy, 'noop', 'upstream', {}, { name: 'neighbour' }),
      () => bench.remove(proxy, 'neighbour'),
    ];
    for (const step of steps) {
      await step();
      const isRedrawn = (await changed()) > 0;
      expect(isRedrawn).toBe(bench.deviating('TX-26/sticky', { real: true, ours: false }));
    }
  });

  it('TX-29 counts bytes by proxy and direction, when a connection ends', async () => {
    const upstream = await bench.upstream();
    const proxy = await bench.proxy(upstream.address);
    const { client, server } = await bench.join(proxy, upstream);
    client.write('five!');
    await server.untilSize(5);
    server.write('eleven here');
    await client.untilSize(11);
    expect(await samples(proxy)).toEqual([]);
    client.socket.end();
    await server.untilEnded();
    let counted = await samples(proxy);
    while (counted.length < 4) {
      await pause(20);
      counted = await samples(proxy);
    }
    const labels = (direction: string): string =>
      `{direction="${direction}",listener="${proxy.listen}",proxy="${proxy.name}",` +
      `upstream="${upstream.address}"}`;
    expect(counted.sort()).toEqual([
      `toxiproxy_proxy_received_bytes_total${labels('downstream')} 11`,
      `toxiproxy_proxy_received_bytes_total${labels('upstream')} 5`,
      `toxiproxy_proxy_sent_bytes_total${labels('downstream')} 11`,
      `toxiproxy_proxy_sent_bytes_total${labels('upstream')} 5`,
    ]);
    expect((await bench.call('POST', '/metrics')).status).toBe(
      bench.deviating('TX-29/method', { real: 200, ours: 405 }),
    );
  });

  const samples = async ({ name }: ShownProxy): Promise<string[]> => {
    const reply = await bench.call('GET', '/metrics');
    expect([reply.status, reply.contentType.split(';')[0]]).toEqual([200, 'text/plain']);
    return reply.text.split('\n').filter((line) => line.includes(`proxy="${name}"`));
  };

  const crowd = async (): Promise<{ proxy: ShownProxy; joined: Joined[] }> => {
    const upstream = await bench.upstream();
    const proxy = await bench.proxy(upstream.address);
    const joined: Joined[] = [];
    for (let n = 0; n < CONNECTIONS; n++) joined.push(await bench.join(proxy, upstream));
    return { proxy, joined };
  };

  it('differs from the original only where it says so', () => {
    const here = DEVIATIONS.map(({ id }) => id).filter((id) => /^TX-(18|26|29)/.test(id));
    expect([...bench.met].sort()).toEqual(here.sort());
  });
});

/** Through whom nothing comes: asked until nothing has come for a while. */
async function heldOf(joined: readonly Joined[]): Promise<Set<Peer>> {
  const before = joined.map(({ server }) => server.size);
  for (const { client } of joined) client.write('x');
  for (let last = -1, now = 0; now !== last; ) {
    last = now;
    await pause(700);
    now = joined.reduce((sum, { server }) => sum + server.size, 0);
  }
  const held = joined.filter(({ server }, index) => server.size === before[index]);
  return new Set(held.map(({ client }) => client));
}
