/** Each address brings its own CA: that of the target says nothing of where a channel leads. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { type ConnectionOptions, rootCertificates } from 'node:tls';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { DevicePlan } from '#kernel';
import { type Address, TcpLinks } from './tcp-links.ts';

/** What connections were made with; none is made here. */
const { made } = vi.hoisted(() => ({ made: [] as ConnectionOptions[] }));
vi.mock('node:tls', async (original) => ({
  ...(await original<object>()),
  connect: (options: ConnectionOptions) => {
    made.push(options);
    return new Duplex();
  },
}));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'links-'));
  made.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

const device = (cohort: number): DevicePlan => ({ cohort }) as DevicePlan;
const at = (ca: string | null): Address => ({
  host: '127.0.0.1',
  port: 1,
  tls: { ca, serverName: 'localhost' },
});

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

it('a channel is connected with its own, directly and through a proxy', () => {
  const [first = '', second = '', third = ''] = rootCertificates;
  const own = at(written('channel.pem', second));
  const proxied = at(written('proxy.pem', third));
  const channels = new Map([
    ['own', { target: own, cohorts: new Map([[1, proxied]]) }],
    ['public', { target: at(null), cohorts: new Map() }],
  ]);
  const links = new TcpLinks(at(written('target.pem', first)), new Map(), channels);
  links.direct();
  links.open(device(0), 'own');
  links.open(device(1), 'own');
  links.open(device(0), 'public');
  expect(made.map(({ ca }) => (ca === undefined ? null : String(ca)))).toEqual([
    first,
    second,
    third,
    null,
  ]);
});

it('one that cannot be used is told before anything is connected, once for all of its file', () => {
  const bad = at(written('bad.pem', 'no certificate'));
  const channels = new Map([['own', { target: bad, cohorts: new Map() }]]);
  expect(() => new TcpLinks(at(null), new Map(), channels)).toThrow(
    expect.objectContaining({ code: 'ca', message: expect.stringContaining('bad.pem') }),
  );
  expect(() => new TcpLinks(at(null), new Map([[0, bad]]))).toThrow(/bad\.pem/);
});
