/**
 * A target in a container, by an engine that is really there: killed, held still and started by the
 * run, judged like any other, and gone on every way out. Its image is made of the Mosquitto of this
 * machine, so nothing is pulled.
 */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Sandbox } from '../../tests/sandbox.ts';
import { scene } from '../../tests/scenes.ts';
import { containerEngine, importImage } from '../../tools/container-engine.ts';
import { real } from '../../tools/real.ts';

const mosquitto = real('mosquitto');
const engine = await containerEngine();
const { client } = engine;
const IMAGE = 'twinstorm-test-mosquitto:1';
const CONFIG = '/etc/mosquitto.conf';
const LABEL = 'twinstorm.run';
const skip = engine.skip || mosquitto.skip;
const reason = engine.reason || mosquitto.reason;

beforeAll(async () => {
  if (skip || client === null || mosquitto.path === null) return;
  await importImage(client, {
    name: IMAGE,
    binary: mosquitto.path,
    files: {
      '/etc/passwd': 'root:x:0:0::/:/bin/sh\n',
      [CONFIG]: 'user root\nlistener 1883 0.0.0.0\nallow_anonymous true\n',
    },
    command: [mosquitto.path, '-c', CONFIG],
  });
});

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.close());

/** The library keeps one empty file by which its processes lock each other out, for good. */
const left = (): unknown[] => [
  ...box.processes(),
  ...box.litter().filter((name) => !name.startsWith('testcontainers-')),
];

/** Living or not, of whatever run. */
async function containers(): Promise<string[]> {
  const found = await client?.listContainers({ all: true, filters: { label: [LABEL] } });
  return (found ?? []).map(({ Id }) => Id);
}

const contained = (target: string, more: readonly string[] = []): string =>
  box.write('contained.yaml', scene({ more: ['gear: real', `target: ${target}`, ...more] }));

describe('a target in a container', () => {
  it('is killed, held still and judged', { timeout: 240_000 }, async (context) => {
    context.skip(skip, reason);
    const file = contained(`{ container: ${IMAGE}, broker: mosquitto, wait: { log: running } }`, [
      'chaos:',
      '  - { at: chaos+1s, for: 3s, fault: broker-kill }',
      '  - { at: chaos+8s, for: 2s, fault: pause }',
    ]);
    const out = await box.unspoilt('kill', 'run', file, '--set', 'time.chaos=14s');
    const { faults, messages, target } = box.result(out);
    expect(faults.map(({ effective }) => effective)).toEqual([true, true]);
    expect(messages).toMatchObject({ lost: 0 });
    expect(target.name).toBe(IMAGE);
    expect(await containers()).toEqual([]);
    expect(left()).toEqual([]);
  });

  it('is gone when its runner was killed', { timeout: 60_000 }, async (context) => {
    context.skip(skip, reason);
    const running = box.start(['run', contained(`container:${IMAGE}`), '--out', 'run', '--quiet']);
    await expect.poll(containers, { timeout: 20_000 }).toHaveLength(1);
    running.child.kill('SIGKILL');
    await running.ended;
    await expect.poll(containers, { timeout: 20_000 }).toEqual([]);
  });

  it('is on the loopback alone where the engine is here', { timeout: 60_000 }, async (context) => {
    context.skip(skip, reason);
    // Whoever is in a container himself reaches an engine by its bridge, unless he is told better.
    process.env.TESTCONTAINERS_HOST_OVERRIDE = 'localhost';
    const here = new Sandbox();
    try {
      const scenario = ['gear: real', `target: container:${IMAGE}`];
      const file = here.write('contained.yaml', scene({ more: scenario }));
      const running = here.start(['run', file, '--out', 'run']);
      await expect.poll(running.stderr, { timeout: 40_000 }).toMatch(/warm-?up/i);
      const [id = ''] = await containers();
      const { HostConfig } = (await client?.getContainer(id).inspect()) ?? {};
      expect(HostConfig?.PortBindings).toEqual({
        '1883/tcp': [{ HostIp: '127.0.0.1', HostPort: expect.any(String) }],
      });
      running.child.kill('SIGINT');
      expect((await running.ended).code).toBe(130);
    } finally {
      delete process.env.TESTCONTAINERS_HOST_OVERRIDE;
      here.close();
    }
  });

  const WRONG: readonly [string, string, RegExp][] = [
    ['an unknown image', 'container:twinstorm-test-nobody:0', /there is no image .*docker pull/s],
    [
      'another port',
      `{ container: ${IMAGE}, port: 1999, within: 3s }`,
      /speaks no MQTT after 3 s.*check target\.port/s,
    ],
    [
      'a command that fails',
      `{ container: ${IMAGE}, command: [/usr/sbin/mosquitto, -c, /nowhere] }`,
      /ended before it answered.*Unable to open config file/s,
    ],
    [
      'a file that is not there',
      `{ container: ${IMAGE}, files: { /etc/x: ./nowhere.conf } }`,
      /wants \.\/nowhere\.conf at \/etc\/x/,
    ],
  ];

  it.for(WRONG)('%s is one clear error', { timeout: 60_000 }, async ([, target, said], context) => {
    context.skip(skip, reason);
    const ended = await box.run('run', contained(target), '--out', 'run', '--quiet');
    expect(ended.code, ended.stderr).toBe(4);
    expect(ended.stderr).toMatch(said);
    expect(await containers()).toEqual([]);
    expect(left()).toEqual([]);
  });
});

describe('Toxiproxy in a container', () => {
  const PROXY = 'twinstorm-test-toxiproxy:1';

  it('breaks links as ever, and is gone afterwards', { timeout: 240_000 }, async (context) => {
    const toxiproxy = real('toxiproxy-server');
    context.skip(engine.skip || toxiproxy.skip, engine.reason || toxiproxy.reason);
    if (client === null || toxiproxy.path === null) return;
    const { path: binary } = toxiproxy;
    await importImage(client, { name: PROXY, binary, command: [binary], isEntryPoint: true });
    const chaos = [
      '{ at: chaos, for: 3s, fault: partition, where: 50% }',
      '{ at: chaos+5s, for: 3s, fault: latency, with: { delay: 300ms } }',
    ];
    const file = box.write('contained.yaml', scene({ chaos, more: ['gear: real'] }));
    const flags = ['--set', 'time.chaos=10s', '--proxy', `container:${PROXY}`];
    const out = await box.unspoilt('links', 'run', file, ...flags);
    expect(box.result(out).faults.map(({ effective }) => effective)).toEqual([true, true]);
    expect(box.json(out, 'environment.json')).toMatchObject({
      components: expect.arrayContaining([
        expect.objectContaining({ name: 'Toxiproxy', how: expect.stringContaining(PROXY) }),
      ]),
    });
    expect(await containers()).toEqual([]);
    expect(left()).toEqual([]);
  });
});

it('says so where no engine answers', { timeout: 60_000 }, async () => {
  const elsewhere = `DOCKER_HOST='unix://${box.path('nobody.sock')}'`;
  const file = contained(`container:${IMAGE}`);
  const { code, stderr } = await box.shell(`${elsewhere} twinstorm run ${file} --out run --quiet`);
  expect(code, stderr).toBe(4);
  expect(stderr).toMatch(/no container engine answers.*start Docker or Podman/s);
});
