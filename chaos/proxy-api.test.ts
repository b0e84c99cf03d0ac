/**
 * Nothing that is sent to the control API may crash it, hang it or break a proxy: thousands of
 * random calls, and after them every proxy must still carry data. What it answers to sensible calls
 * is in toxiproxy-api.test.ts.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ProxyApi, proxyApi, type ServedProxy } from './proxy-api.ts';
import { ProxyCore } from './proxy-core.ts';
import { ManualClock } from './testing/manual-clock.ts';
import { TOXIC_KINDS } from './toxic-kinds.ts';

const SEED = 20_260_111;

interface House {
  api: ProxyApi;
  clock: ManualClock;
  cores: Map<ServedProxy, ProxyCore>;
}

/** The API over proxies without sockets. An address that says so cannot be bound. */
function house(): House {
  const clock = new ManualClock();
  const cores = new Map<ServedProxy, ProxyCore>();
  const make = (name: string, listen: string, upstream: string): ServedProxy => {
    const core = new ProxyCore(name, clock, 1);
    core.setEnabled(false);
    const proxy: ServedProxy = {
      name,
      listen,
      upstream,
      get enabled() {
        return core.enabled;
      },
      get toxics() {
        return core.toxics;
      },
      toxic: (wanted) => core.toxic(wanted),
      add: (toxic) => core.add(toxic),
      update: (wanted, attributes, toxicity) => core.update(wanted, attributes, toxicity),
      remove: (wanted) => core.remove(wanted),
      start: async () => {
        await Promise.resolve();
        if (proxy.listen.includes('taken')) throw new Error('listen tcp: address already in use');
        core.setEnabled(true);
      },
      stop: () => core.setEnabled(false),
      move: (newListen, newUpstream) => {
        proxy.listen = newListen;
        proxy.upstream = newUpstream;
      },
    };
    cores.set(proxy, core);
    return proxy;
  };
  return { api: proxyApi({ version: 'test', mode: 'strict', make }), clock, cores };
}

const oddText = fc.constantFrom(
  ...['', '__proto__', 'constructor', 'toString', '%2F', '%ZZ', '..', 'ä', '\u0000', '💥', 'a b'],
);
const name = fc.oneof({ weight: 5, arbitrary: fc.constantFrom('a', 'b', 'c') }, oddText);
const oddNumber = fc.constantFrom(
  ...[0, -1, 1, 7, 1e3, 1.5, 1e300, -1e300, 2 ** 31, 2 ** 53, 2 ** 62, 2 ** 64, 1e-9],
);
const oddValue = fc.oneof(
  oddNumber,
  oddText,
  fc.constantFrom<unknown>(null, true, [], {}, [[]], { a: 1 }),
);
const keys = [
  ...new Set([...TOXIC_KINDS.values()].flatMap((kind) => Object.keys(kind.attributes))),
];
const attributes = fc.oneof(
  { weight: 4, arbitrary: fc.dictionary(fc.constantFrom(...keys), oddNumber, { maxKeys: 6 }) },
  { weight: 1, arbitrary: fc.dictionary(fc.oneof(fc.constantFrom(...keys), oddText), oddValue) },
  { weight: 1, arbitrary: oddValue },
);
const toxicBody = fc.record(
  {
    name,
    type: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...TOXIC_KINDS.keys()) }, oddValue),
    stream: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom('upstream', 'downstream', 'UPstream') },
      oddValue,
    ),
    toxicity: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(0, 0.5, 1) }, oddValue),
    attributes,
  },
  { requiredKeys: [] },
);
const address = fc.oneof(fc.constantFrom('', ':0', '127.0.0.1:1', 'taken:1', 'a:b:c'), oddText);
const proxyBody = fc.record(
  {
    name: fc.oneof({ weight: 6, arbitrary: name }, oddValue),
    listen: fc.oneof({ weight: 6, arbitrary: address }, oddValue),
    upstream: fc.oneof({ weight: 6, arbitrary: address }, oddValue),
    enabled: fc.oneof({ weight: 6, arbitrary: fc.boolean() }, oddValue),
  },
  { requiredKeys: [] },
);
const rawBody = fc.oneof(
  fc.json(),
  fc.string(),
  fc.constantFrom('', '{', '[', 'null', '1e999', `${'['.repeat(20_000)}${']'.repeat(20_000)}`),
);
const body = fc.oneof(
  { weight: 6, arbitrary: toxicBody.map((value) => JSON.stringify(value)) },
  { weight: 3, arbitrary: proxyBody.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.array(proxyBody).map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: rawBody },
);
const path = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom('/proxies', '/populate', '/reset', '/version') },
  { weight: 2, arbitrary: name.map((proxy) => `/proxies/${proxy}`) },
  { weight: 4, arbitrary: name.map((proxy) => `/proxies/${proxy}/toxics`) },
  { weight: 4, arbitrary: fc.tuple(name, name).map(([p, t]) => `/proxies/${p}/toxics/${t}`) },
  { weight: 1, arbitrary: fc.array(name).map((parts) => parts.join('/')) },
  { weight: 1, arbitrary: fc.string() },
);
const method = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('GET', 'POST', 'POST', 'POST', 'PATCH', 'DELETE') },
  { weight: 1, arbitrary: oddText },
);
const agent = fc.oneof(
  { weight: 9, arbitrary: fc.constant('test') },
  fc.constantFrom('Mozilla/5.0', ''),
);
const calls = fc.array(fc.tuple(method, path, body, agent), { minLength: 20, maxLength: 40 });

/** Carries data both ways, through whatever toxics there are, for a second. */
function exercise({ clock, cores }: House): void {
  for (const core of cores.values()) {
    const connection = core.open({
      toServer: () => {},
      toClient: () => {},
      endToServer: () => {},
      endToClient: () => {},
      destroy: () => {},
      resumeClient: () => {},
      resumeServer: () => {},
    });
    connection?.fromClient(new Uint8Array(300));
    connection?.fromServer(new Uint8Array(300));
    clock.advance(1000);
    connection?.clientEnded();
  }
}

describe('the control API', () => {
  it('TX-31 answers whatever it is asked, and never harms a proxy', async () => {
    let asked = 0;
    const statuses = new Map<number, number>();
    const property = fc.asyncProperty(calls, async (story) => {
      const here = house();
      const { api } = here;
      for (const proxy of ['a', 'b']) {
        const wanted = JSON.stringify({ name: proxy, listen: ':0', upstream: 'x:1' });
        await api.handle('POST', '/proxies', wanted, 'test');
      }
      for (const [index, call] of story.entries()) {
        const reply = await api.handle(...call);
        asked++;
        statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
        expect(Number.isInteger(reply.status)).toBe(true);
        if (reply.headers['content-type'] === 'application/json') JSON.parse(reply.body);
        if (index % 10 === 0) exercise(here);
      }
      await carriesAgain(here);
    });
    await fc.assert(property, { seed: SEED, numRuns: 120 });
    expect(asked).toBeGreaterThan(1000);
    // A fuzz that is only ever refused has tested nothing.
    for (const status of [200, 201, 204, 400, 403, 404, 405, 409, 500]) {
      expect(statuses.get(status) ?? 0).toBeGreaterThan(3);
    }
    expect(statuses.get(200)).toBeGreaterThan(200);
  });

  it('answers calls one after another, so that none sees half of another', async () => {
    const { api, cores } = house();
    const wanted = JSON.stringify({ name: 'same', listen: ':0', upstream: 'x:1' });
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => api.handle('POST', '/proxies', wanted, 'test')),
    );
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 409)).toHaveLength(19);
    expect(cores.size).toBe(1);
  });

  it('makes no more proxies than it can keep', async () => {
    const { api } = house();
    const many = Array.from({ length: 10_001 }, (_, n) => ({ name: `n${n}`, upstream: 'x:1' }));
    const reply = await api.handle('POST', '/populate', JSON.stringify(many), 'test');
    expect(reply.status).toBe(500);
    expect(api.proxies()).toHaveLength(10_000);
  });
});

/** After all that: heal everything, and see data cross every proxy that is left. */
async function carriesAgain({ api, clock, cores }: House): Promise<void> {
  for (const proxy of api.proxies()) {
    proxy.move(':0', 'x:1');
    for (const { name: toxic } of [...proxy.toxics]) proxy.remove(toxic);
  }
  expect((await api.handle('POST', '/reset', '', 'test')).status).toBe(204);
  for (const proxy of api.proxies()) {
    const core = cores.get(proxy);
    const told: string[] = [];
    const connection = core?.open({
      toServer: (bytes) => told.push(`server<${bytes.length}`),
      toClient: (bytes) => told.push(`client<${bytes.length}`),
      endToServer: () => told.push('server<end'),
      endToClient: () => told.push('client<end'),
      destroy: (ending) => told.push(ending),
      resumeClient: () => {},
      resumeServer: () => {},
    });
    connection?.fromClient(new Uint8Array(3));
    connection?.fromServer(new Uint8Array(4));
    connection?.clientEnded();
    clock.advance(1);
    expect(told).toEqual(['server<3', 'client<4', 'server<end', 'client<end']);
  }
}
