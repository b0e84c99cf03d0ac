/**
 * What a person is told at the command line: which flag is meant, how a share is written, how many
 * devices one selects, what is not built; and what is not told, because it is not so.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { parseScenario } from '#scenarios';
import { wholeCatalog } from '../harness/cli/families.ts';
import { Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

const box = new Sandbox();
afterAll(() => box.close());
box.write('good.yaml', scene());

describe('a flag', () => {
  it.each([
    ['an empty seed', ['--seed', ''], "--seed takes a whole number, not ''"],
    ['a seed in another form', ['--seed', '0x10'], "--seed takes a whole number, not '0x10'"],
    ['devices that are none', ['--devices', '0.5k'], "--devices takes a whole number, not '0.5k'"],
    ['no jobs', ['--jobs', '0'], '--jobs must be at least 1'],
    ['a repeat that is none', ['--repeat', 'x'], "--repeat takes a whole number, not 'x'"],
    ['shards below none', ['--shards', '-1'], "--shards takes a whole number, not '-1'"],
    [
      'shards beyond all use',
      ['--gear', 'real', '--shards', '500'],
      '--shards 500 is more than the',
    ],
    ['seeds backwards', ['--seeds', '9..1'], "--seeds counts upwards, not '9..1'"],
    ['seeds without an end', ['--seeds', '1..'], "--seeds takes a whole number, not ''"],
    ['a seed beside seeds', ['--seeds', '1..2', '--seed', '3'], '--seed does not go with --seeds'],
    ['a gear', ['--gear', 'fast'], "--gear is sim or real, not 'fast'"],
  ])('that is %s is named in what is said of it', async (_, flags, words) => {
    const { code, stderr } = await box.run('run', 'good.yaml', '--out', 'none', ...flags);
    expect([code, stderr], stderr).toEqual([3, expect.stringContaining(words)]);
  });
});

const problemsOf = async (text: string): Promise<string[]> => {
  const read = parseScenario(text, 'told.yaml', [], await wholeCatalog());
  return read.ok ? [] : read.problems.map(({ message, hint = '' }) => `${message} (${hint})`);
};

describe('a share', () => {
  it.each([
    ['of a checker', scene({ expect: ['{ recovered: { share: 99, within: 10s, after: any } }'] })],
    ['of a fault', scene({ chaos: ['{ at: chaos, for: 1s, fault: outage, where: 99 }'] })],
  ])('%s without its sign is explained', async (_, text) => {
    expect((await problemsOf(text)).join()).toContain(
      'must be a share from 0% to 100%, not 99 (write 99%, or 0.99)',
    );
  });

  it('is said with what it selects, and why that is not exact', async () => {
    const fleet = '{ id: rooms, model: room-thermostat, count: 300, every: 1s }';
    const chaos = ['{ id: dark, at: chaos, for: 1s, fault: outage, where: 20% }'];
    box.write('share.yaml', scene({ fleet, chaos }));
    const { code, stdout } = await box.run('plan', 'share.yaml');
    expect(code).toBe(0);
    const count = /dark: outage on (\d+) of 300 devices begins/.exec(stdout)?.[1];
    expect(stdout).toContain(
      `note: dark: where 20% of 300 devices selects ${count}, since each is drawn by itself`,
    );
  });
});

describe('a fault with a mistake in it', () => {
  const AFTER = 'expect:\n  - { recovered: { share: 99%, within: 10s, after: off } }\n';
  it.each([
    ['a comma that is missing', '{ id: off at: chaos, for: 2s, fault: partition }'],
    ['a quote that is not closed', '{ at: "chaos, id: off, for: 2s, fault: partition }'],
    ['a key that nobody knows', '{ id: off, at: chaos, for: 2s, fault: partition, wehre: 1 }'],
    ['an id that is no name', '{ id: off!, at: chaos, for: 2s, fault: partition }'],
  ])('is still the fault that others name: %s', async (_, fault) => {
    const [head = '', tail = ''] = scene({ chaos: [fault] }).split('chaos:\n');
    const problems = await problemsOf(`${head}${AFTER}chaos:\n${tail}`);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join()).not.toContain("there is no fault 'off'");
  });
});

describe('the library', () => {
  it('is found by name, whatever the folder, and so is it by its replay line', async () => {
    const { code, stderr, stdout } = await box.run('run', 'hello-fleet', '--out', 'hello');
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('replay: twinstorm run hello-fleet --gear sim');
    const planned = await box.run('plan', 'hello-fleet');
    expect([planned.code, planned.stdout.split(' ')[0]]).toEqual([0, 'hello-fleet']);
  });

  it('gives way to a file of that name, and a name that is nobody’s is told with the nearest', async () => {
    const { code, stderr } = await box.run('run', 'hello-flete');
    expect([code, stderr]).toEqual([3, expect.stringContaining("did you mean 'hello-fleet'?")]);
    box.write('hello-fleet', 'neither a scenario nor a name\n');
    expect((await box.run('validate', 'hello-fleet')).code).toBe(3);
  });
});

it('models are listed by that word as well, and a plug-in goes with validate', async () => {
  const models = await box.run('list', 'models');
  expect([models.code, models.stdout]).toEqual([0, expect.stringContaining('room-thermostat')]);
  box.write(
    'mine.ts',
    `export default { family: 'fault', kind: 'mine', summary: 'mine', params: {}, acts: 'link',
  resolve: () => ({ proof: { kind: 'refused' }, toxics: [], down: true }),
  inject: async () => async () => {} };\n`,
  );
  box.write('own.yaml', scene({ chaos: ['{ at: chaos, for: 1s, fault: mine }'] }));
  const without = await box.run('validate', 'own.yaml');
  expect([without.code, without.stderr]).toEqual([3, expect.stringContaining("no fault 'mine'")]);
  const { code, stderr } = await box.run('validate', 'own.yaml', '--plugin', 'mine.ts');
  expect(code, stderr).toBe(0);
});
