/**
 * What each word for a proxy comes to: `auto` goes by the environment, and neither it nor a name is
 * ever quietly replaced by another.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startProxyServer } from '#chaos';
import { WorldError } from '#kernel';
import { parseProxy } from '#scenarios';
import { loadCatalog } from '../catalog/load-catalog.ts';
import { planProxy, proxyNotes } from '../plan/proxy-plan.ts';
import { OF_A_RUN } from '../processes/command-line.ts';
import type { Launch } from '../processes/processes.ts';
import type { ProxyContext, ProxyKind, RunningProxy } from './proxy.ts';
import { proxyFamily } from './proxy-family.ts';
import { freePort } from './tcp-ports.ts';

const catalog = await loadCatalog([proxyFamily]);
const kinds = catalog.of(proxyFamily);
const duties = await proxyFamily.duties();

const folder = mkdtempSync(join(tmpdir(), 'proxies-'));
const binary = join(folder, 'toxiproxy-server');
writeFileSync(binary, '#!/bin/sh\n', { mode: 0o755 });
afterAll(() => rmSync(folder, { recursive: true }));

/** What `auto` begins, without beginning it. */
async function chosen(env: ProxyContext['env']): Promise<string> {
  let begun = '';
  const named = (kind: ProxyKind): ProxyKind => ({
    ...kind,
    start: async ({ of }) => {
      begun = `${kind.kind} ${of ?? ''}`.trim();
      return {} as RunningProxy;
    },
  });
  const fakes = new Map([...kinds].map(([kind, one]) => [kind, named(one)]));
  await kinds.get('auto')?.start({ env, kinds: fakes, of: null } as unknown as ProxyContext);
  return begun;
}

const refused = async (task: Promise<unknown> | undefined): Promise<WorldError> => {
  const error = await task?.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof WorldError) return error;
  throw new Error(`was not refused: ${String(error)}`);
};

describe.each([...kinds.values()])('the proxy $kind', (kind) => {
  it.each(duties)('$says', async (duty) => {
    expect(await duty.flaws(kind, catalog)).toEqual([]);
  });
});

describe('auto', () => {
  it.each([
    [{ PATH: '/nowhere' }, 'embedded'],
    [{ PATH: folder }, 'toxiproxy'],
    [{ PATH: '/nowhere', TOXIPROXY_BIN: binary }, 'toxiproxy'],
    [{ PATH: folder, TOXIPROXY_URL: 'http://127.0.0.1:8474' }, 'url http://127.0.0.1:8474'],
    [{ PATH: folder, TOXIPROXY_URL: 'http://localhost' }, 'url http://localhost:8474'],
    [{ PATH: folder, TOXIPROXY_URL: '', TOXIPROXY_BIN: '' }, 'toxiproxy'],
    [{ PATH: folder, TWINSTORM_PROXY: 'embedded', TOXIPROXY_URL: 'http://[::1]:1' }, 'embedded'],
    [{ PATH: folder, TWINSTORM_PROXY: 'auto' }, 'toxiproxy'],
  ])('in %o is %s', async (env, word) => {
    expect(await chosen(env)).toBe(word);
  });

  it.each([
    [{ TOXIPROXY_URL: 'http://192.0.2.1:8474' }, /not this machine/, /--i-own-this-target/],
    [{ TOXIPROXY_URL: 'http://me:secret@127.0.0.1:1' }, /password/, /http:/],
    [{ TWINSTORM_PROXY: 'embeded' }, /no proxy that there is/, /did you mean 'embedded'/],
  ])('in %o is refused', async (env, message, remedy) => {
    const error = await refused(chosen(env));
    expect([error.message, error.remedy]).toEqual([
      expect.stringMatching(message),
      expect.stringMatching(remedy),
    ]);
    expect(error.message).not.toContain('secret');
  });
});

it('a binary that is not there is named, with what brings it', async () => {
  const context = { env: { PATH: '/nowhere' }, of: null, kinds } as unknown as ProxyContext;
  const error = await refused(kinds.get('toxiproxy')?.start(context));
  expect(error.message).toBe('there is no toxiproxy-server on the PATH');
  expect(error.remedy).toMatch(/go install .*--proxy embedded/);
});

it('a toxiproxy-server is started so that heal knows it, whatever its name is', async () => {
  const server = join(folder, 'server');
  writeFileSync(server, '#!/bin/sh\n', { mode: 0o755 });
  const log = join(folder, 'proxy.log');
  writeFileSync(log, '');
  const launches: Launch[] = [];
  const context = {
    ...{ env: { TOXIPROXY_BIN: server }, of: null, kinds, plan: { seed: 7 } },
    directory: { file: () => log },
    processes: {
      start: (launch: Launch, _: unknown, onExit: (why: string) => void) => {
        launches.push(launch);
        onExit('ended with 0');
      },
    },
  } as unknown as ProxyContext;
  const error = await refused(kinds.get('toxiproxy')?.start(context));
  expect(error.message).toMatch(/did not start: ended with 0/);
  expect([launches[0]?.command, launches[0]?.args.at(-1)]).toEqual([server, OF_A_RUN]);
});

it('an address where no Toxiproxy answers is named', async () => {
  const nobody = {
    of: `http://127.0.0.1:${await freePort()}`,
    env: {},
    kinds,
  } as unknown as ProxyContext;
  const error = await refused(kinds.get('url')?.start(nobody));
  expect(error.message).toMatch(/^no Toxiproxy answers at http:\/\/127.0.0.1:\d+: connect/);
  const server = await startProxyServer({ host: '127.0.0.1', port: 0, seed: 1 });
  try {
    const found = await kinds.get('url')?.start({ ...nobody, of: server.url });
    expect(found).toMatchObject({ url: server.url, process: null });
    expect(found?.component.version).toMatch(/^\d+\.\d+/);
  } finally {
    await server.close();
  }
});

it.each([
  ['auto', { kind: 'auto', of: null }],
  ['container:toxi:1', { kind: 'container', of: 'toxi:1' }],
  ['http://127.0.0.1', { kind: 'url', of: 'http://127.0.0.1:8474' }],
  ['http://127.0.0.1:80', { kind: 'url', of: 'http://127.0.0.1' }],
  ['https://toxi.test', { kind: 'url', of: 'https://toxi.test' }],
])('%s is read', (text, read) => {
  expect(parseProxy(text)).toEqual(read);
});

it.each(['', 'Embedded', 'mqtt://h', 'http://', 'http://h/path', 'http://u:p@h', 'toxiproxy:'])(
  "'%s' is refused",
  (text) => {
    expect(parseProxy(text)).toMatchObject({ message: expect.stringMatching(/^must/) });
  },
);

it('a plan is silent where the machine decides, and says where another machine is', () => {
  expect([planProxy(null), planProxy({ kind: 'auto', of: null })]).toEqual([{}, {}]);
  const { proxy } = planProxy({ kind: 'url', of: 'http://192.0.2.1:8474' });
  expect(proxy?.elsewhere).toBe('192.0.2.1');
  expect(proxyNotes(proxy, 'sim')[0]).toMatch(/real gear alone/);
  expect([proxyNotes(proxy, 'real'), proxyNotes(undefined, 'sim')]).toEqual([[], []]);
});
