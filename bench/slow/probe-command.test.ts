/**
 * `twinstorm probe` as a stranger meets it: what it asks of its flags, what its exit code says, and
 * that Ctrl-C leaves nothing in the broker.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../harness/targets/tcp-ports.ts';
import { MOSQUITTO, type MortalBroker } from '../../harness/testing/brokers.ts';
import { Sandbox } from '../../tests/sandbox.ts';

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.close());

describe('is refused before anything is asked', () => {
  it.each<[string, readonly string[], RegExp]>([
    [
      'a broker that nobody knows',
      ['rabitmq+mqtt://127.0.0.1:1'],
      /no broker 'rabitmq'[\s\S]*did you mean 'rabbitmq'/,
    ],
    [
      'the same by its flag',
      ['mqtt://127.0.0.1:1', '--broker', 'mosquito'],
      /did you mean 'mosquitto'/,
    ],
    ['a machine elsewhere', ['mqtt://192.0.2.1'], /not this machine[\s\S]*--i-own-this-target/],
    [
      'a kill without a start',
      ['mqtt://127.0.0.1:1', '--kill', 'true'],
      /--kill and --start go together/,
    ],
    ['two forms at once', ['mqtt://127.0.0.1:1', '--json', '--yaml'], /two forms/],
    [
      'a question that there is not',
      ['mqtt://127.0.0.1:1', '--only', 'willz'],
      /no question 'willz'[\s\S]*'wills'/,
    ],
    ['what is no address', ['embedded'], /takes an address/],
  ])('%s', async (_, flags, words) => {
    const ended = await box.run('probe', ...flags);
    expect(ended.code, ended.stderr).toBe(3);
    expect(ended.stderr).toMatch(words);
    expect(ended.stdout).toBe('');
  });
});

it('says in one error that nobody is there', async () => {
  const ended = await box.run('probe', `mqtt://127.0.0.1:${await freePort()}`);
  expect(ended.code).toBe(4);
  expect(ended.stderr).toMatch(/nobody there lets us in[\s\S]*check host, port/);
});

describe('in front of a Mosquitto', () => {
  let broker: MortalBroker;
  let url: string;
  beforeEach(async (context) => {
    const { skip, reason } = MOSQUITTO.look();
    context.skip(skip, reason);
    broker = await MOSQUITTO.start();
    url = `mqtt://127.0.0.1:${broker.port}`;
  });
  afterEach(() => broker?.close());

  it('writes guarantees that a scenario takes', async () => {
    const asked = ['probe', url, '--only', 'max-qos,wills', '--yaml', '--out', 'g.yaml'];
    const ended = await box.run(...asked);
    expect(ended.code, ended.stderr).toBe(0);
    const block = readFileSync(box.path('g.yaml'), 'utf8');
    expect(block).toMatch(/^guarantees:\n {2}# 2: .*\n {2}max-qos: 2\n/);
    const scene = 'twinstorm: 1\nname: x\nfleet: [{ model: room-thermostat, count: 1 }]\n';
    const target = `target:\n  url: ${url}\n${block.replace(/^/gm, '  ')}`;
    const file = box.write('own.yaml', scene + target);
    expect((await box.run('validate', file)).code).toBe(0);
  });

  it.each([
    ['mosquitto', 0, []],
    ['nats', 1, ['will-on-take-over']],
  ])('is held to what %s promises: exit code %i', async (name, code, keys) => {
    const ended = await box.run('probe', `${name}+${url}`, '--only', 'wills', '--json');
    expect(ended.code, ended.stderr).toBe(code);
    const card = JSON.parse(ended.stdout) as { format: string; broken: { key: string }[] };
    expect(card.format).toBe('twinstorm.probe/1');
    expect(card.broken.map(({ key }) => key)).toEqual(keys);
  });

  it('takes everything back on Ctrl-C', async () => {
    const running = box.start([
      'probe',
      url,
      '--topic',
      'stopped',
      '--only',
      'retained,kept-session,wills',
    ]);
    for await (const line of createInterface({
      input: running.child.stderr ?? Readable.from([]),
    })) {
      if (line.startsWith('asked')) break;
    }
    running.child.kill('SIGINT');
    const ended = await running.ended;
    expect(ended.code, ended.stderr).toBe(130);
    expect(ended.stderr).toMatch(/interrupted; what was kept is taken back/);
    expect(ended.stderr).not.toMatch(/left behind/);
    box.expectClean();
  });
});
