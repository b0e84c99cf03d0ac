/** Each address brings its own CA: that of the target says nothing of where a channel leads. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { type ConnectionOptions, rootCertificates, type SecureContextOptions } from 'node:tls';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { DevicePlan } from '#kernel';
import { type Address, TcpLinks } from './tcp-links.ts';

/** What connections were made with; none is made here. */
const { made } = vi.hoisted(() => ({ made: [] as ConnectionOptions[] }));
vi.mock('node:tls', async (original) => ({
  ...(await original<object>()),
  createSecureContext: (options: SecureContextOptions) => ({ options }),
  connect: (options: ConnectionOptions) => {
    made.push(options);
    return new Duplex();
  },
}));

/** What the connections were made with, of what each trusts and shows. */
const contexts = () =>
  made.map(({ secureContext }) => {
    const { options } = secureContext as unknown as { options: SecureContextOptions };
    const text = (bytes: unknown) => (bytes === undefined ? null : String(bytes));
    return { ca: text(options.ca), cert: text(options.cert), key: text(options.key) };
  });

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
  expect(contexts().map(({ ca }) => ca)).toEqual([first, second, third, null]);
});

it('one that cannot be used is told before anything is connected, once for all of its file', () => {
  const bad = at(written('bad.pem', 'no certificate'));
  const channels = new Map([['own', { target: bad, cohorts: new Map() }]]);
  expect(() => new TcpLinks(at(null), new Map(), channels)).toThrow(
    expect.objectContaining({ code: 'ca', message: expect.stringContaining('bad.pem') }),
  );
  expect(() => new TcpLinks(at(null), new Map([[0, bad]]))).toThrow(/bad\.pem/);
});

it('a device shows its own certificate, and whoever is none shows ours', () => {
  mkdirSync(join(folder, 'pumps/south'), { recursive: true });
  for (const name of ['rooms-1', 'pumps/south/2', 'twinstorm']) {
    written(`${name}.crt`, `cert ${name}`);
    written(`${name}.key`, `key ${name}`);
  }
  const certificates = { template: join(folder, '{device}'), own: 'twinstorm' };
  const place: Address = { ...at(null), tls: { ca: null, serverName: 'a.example', certificates } };
  const links = new TcpLinks(place, new Map([[1, { ...place, port: 2 }]]));
  links.open({ cohort: 0, id: 'rooms/1' } as DevicePlan);
  links.open({ cohort: 1, id: 'pumps/south/2' } as DevicePlan);
  links.direct();
  links.witness();
  links.probe(1);
  expect(contexts().map(({ cert, key }) => [cert, key])).toEqual(
    ['rooms-1', 'pumps/south/2', 'twinstorm', 'twinstorm', 'twinstorm'].map((name) => [
      `cert ${name}`,
      `key ${name}`,
    ]),
  );
  expect(() => links.open({ cohort: 0, id: 'rooms/9' } as DevicePlan)).toThrow(
    expect.objectContaining({ code: 'certificates' }),
  );
});

it('whom a certificate must be for is the target, whatever is dialled', () => {
  const alpn = ['mqtt'];
  const place: Address = { ...at(null), tls: { ca: null, serverName: '10.9.8.7', alpn } };
  new TcpLinks(place, new Map([[0, { ...place, host: '127.0.0.1' }]])).probe(0);
  const [options] = made;
  expect(options).toMatchObject({ rejectUnauthorized: true, ALPNProtocols: alpn });
  expect(options).not.toHaveProperty('servername');
  const certificate = (name: string) => ({ subject: {}, subjectaltname: name }) as never;
  const compare = (name: string) => options?.checkServerIdentity?.('127.0.0.1', certificate(name));
  expect(compare('IP Address:10.9.8.7')).toBe(undefined);
  expect(compare('IP Address:127.0.0.1')).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
});
