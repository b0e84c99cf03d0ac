/**
 * Ways to a broker that cannot work are one clear error before anything is started: a server that
 * nobody vouches for, another one than was meant, one that wants to know us, or one that speaks
 * something else; and every client certificate that is no good, all at once. The ways that work are
 * tried in bench/slow/transports.test.ts.
 */
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Authority, type ManyDoors, openDoors } from '../../harness/testing/many-doors.ts';
import { type Ended, Sandbox } from '../../tests/sandbox.ts';
import { scene } from '../../tests/scenes.ts';
import { real } from '../../tools/real.ts';

const FLEET = '{ id: rooms, model: room-thermostat, count: 3, every: 500ms }';
const DEVICES = [1, 2, 3].map((k) => `rooms/default-1/${k}`);
const mosquitto = real('mosquitto');
const { skip } = mosquitto;

let authority: Authority;
let stranger: Authority;
let doors: ManyDoors;
let box: Sandbox;

beforeAll(async () => {
  if (skip) return;
  authority = new Authority();
  stranger = new Authority('Somebody else');
  for (const id of DEVICES) authority.sign(`certs/${id.replaceAll('/', '-')}`, id);
  authority.sign('certs/twinstorm', 'twinstorm');
  stranger.sign('certs/twinstorm', 'twinstorm');
  doors = await openDoors(authority);
});
afterAll(async () => {
  await doors?.close();
  authority?.close();
  stranger?.close();
});
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.close());

const ran = (target: string): Promise<Ended> => {
  box.write('doors.yaml', scene({ fleet: FLEET, more: [`gear: real`, `target: ${target}`] }));
  return box.run('run', 'doors.yaml', '--out', 'run', '--quiet');
};

function expectRefusal(ended: Ended, code: number, words: RegExp): void {
  expect(ended.code, ended.stderr + ended.stdout).toBe(code);
  expect(ended.stdout).toBe('');
  expect(ended.stderr).toMatch(words);
  expect(ended.stderr.match(/^(?:\S+\s+)?error\s/gm)).toHaveLength(1);
  expect(ended.stderr).not.toMatch(/\n\s+at |fault of the harness|\[object|undefined|PRIVATE/);
  box.expectClean();
}

type Refusal = readonly [door: 'mqtts' | 'wss', of: string, more: () => string, words: RegExp];

const ca = (): string => `ca: ${authority.ca}`;

const REFUSALS: readonly Refusal[] = [
  ['mqtts', 'no authority', () => '', /nobody whom we trust has signed[\s\S]*target\.ca/],
  ['wss', 'no authority', () => '', /nobody whom we trust has signed[\s\S]*target\.ca/],
  [
    'mqtts',
    'the wrong authority',
    () => `ca: ${stranger.ca}`,
    /nobody whom we trust has signed[\s\S]*target\.ca/,
  ],
  [
    'mqtts',
    'the wrong server name',
    () => `${ca()}, server-name: a.example`,
    /for somebody else than a\.example[\s\S]*target\.server-name/,
  ],
  ['mqtts', 'no client certificate', ca, /want a client certificate[\s\S]*target\.certificates/],
  ['wss', 'no client certificate', ca, /want a client certificate[\s\S]*target\.certificates/],
];

describe('exit 4, with one reason and nothing left running', () => {
  it.for(REFUSALS)('%s with %s', async ([door, , more, words], context) => {
    context.skip(skip, mosquitto.reason);
    const said = more();
    const ended = await ran(`{ url: '${doors.urls[door]}'${said === '' ? '' : `, ${said}`} }`);
    expectRefusal(ended, 4, words);
  });

  it('a certificate of ours that the broker does not take', async (context) => {
    context.skip(skip, mosquitto.reason);
    cpSync(authority.file('certs'), box.path('certs'), { recursive: true });
    for (const end of ['crt', 'key'])
      cpSync(stranger.file(`certs/twinstorm.${end}`), box.path(`certs/twinstorm.${end}`));
    const ended = await ran(`{ url: '${doors.urls.mqtts}', ${ca()}, certificates: certs }`);
    expectRefusal(ended, 4, /does not take the client certificate 'twinstorm'/);
  });

  it.for([
    ['ws', 'mqtt', /does not let us in[\s\S]*check the port and the path/],
    ['mqtts', 'mqtt', /does not let us in[\s\S]*TLS[\s\S]*scheme of url/],
    ['mqtt', 'ws', /does not let us in/],
    ['mqtt', 'mqtts', /does not let us in/],
  ] as const)('%s where %s is spoken', async ([scheme, door, words], context) => {
    context.skip(skip, mosquitto.reason);
    const url = doors.urls[door].replace(/^\w+/, scheme);
    expectRefusal(await ran(`{ url: '${url}' }`), 4, words);
  });
});

describe('client certificates', () => {
  it('that are no good are told all at once, each with its file', async (context) => {
    context.skip(skip, mosquitto.reason);
    cpSync(authority.file('certs'), box.path('certs'), { recursive: true });
    const at = (name: string) => box.path('certs', name);
    rmSync(at('rooms-default-1-1.crt'));
    cpSync(at('twinstorm.key'), at('rooms-default-1-2.key'));
    authority.sign('old/old', DEVICES[2] ?? '', { days: -1 });
    for (const end of ['crt', 'key'])
      cpSync(authority.file(`old/old.${end}`), at(`rooms-default-1-3.${end}`));
    box.write('certs/twinstorm.key', 'no key\n');
    const ended = await ran(`{ url: '${doors.urls.mqtts}', ${ca()}, certificates: ./certs }`);
    expectRefusal(ended, 4, /4 of 4 client certificates of target\.certificates cannot be used/);
    expect(ended.stderr).toMatch(/rooms\/default-1\/1: \S+rooms-default-1-1\.crt is missing/);
    expect(ended.stderr).toMatch(/\/2: \S+1-2\.key is not the key of \S+1-2\.crt/);
    expect(ended.stderr).toMatch(/\/3: \S+1-3\.crt expired on /);
    expect(ended.stderr).toMatch(/observers, operators and probes: \S+twinstorm\.key cannot be/);
    const plan = readFileSync(box.path('run', 'plan.json'), 'utf8');
    expect(plan).toContain('./certs');
    expect(plan).not.toMatch(/BEGIN|PRIVATE/);
  });

  it.each([
    ["{ url: 'mqtt://127.0.0.1', certificates: c }", /target\.certificates only goes with TLS/],
    ["{ url: 'ws://127.0.0.1/', server-name: x }", /target\.server-name only goes with TLS/],
    ["{ url: 'mqtts://127.0.0.1', own-certificate: x }", /own-certificate only goes with certif/],
    ["{ url: 'wss://127.0.0.1/mqtt?token=s3cret' }", /must not carry a query/],
    ['{ process: mosquitto, alpn: mqtt }', /alpn.* only goes with url/],
    ["{ url: 'mqtts://127.0.0.1', alpn: [] }", /alpn/],
  ])('and other keys of TLS where they mean nothing are refused: %s', async (target, words) => {
    expectRefusal(await ran(target), 3, words);
  });
});
