/** `twinstorm generate` as its user meets it: what it makes, and what it says to mistakes. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.close());

const FEW = ['--devices', '3', '--days', '1', '--every', '10m', '--quiet'];

const filesIn = (folder: string): string[] =>
  (readdirSync(box.path(folder), { recursive: true, encoding: 'utf8' }) as string[])
    .filter((name) => /\.\w+$|SUMS$/.test(name))
    .sort();

const bytesOf = (...path: string[]): Uint8Array => readFileSync(box.path(...path));

describe('generate', () => {
  it('makes the same files again however many make them, and sums that hold', async () => {
    const made = async (out: string, workers: string): Promise<void> => {
      const flags = ['--devices', '12', '--truth', '--workers', workers, '--out', out];
      const { code, stderr } = await box.run('generate', 'room-thermostat', ...FEW, ...flags);
      expect(code, stderr).toBe(0);
    };
    await made('one', '1');
    await made('two', '2');
    const files = filesIn('one');
    expect(filesIn('two')).toEqual(files);
    expect(files).toEqual(expect.arrayContaining(['README.md', 'events.parquet', 'plan.json']));
    for (const file of files) expect(bytesOf('two', file)).toEqual(bytesOf('one', file));
    const sums = readFileSync(box.path('one', 'SHA256SUMS'), 'utf8').trimEnd().split('\n');
    expect(sums).toHaveLength(files.length - 1);
    for (const line of sums) {
      const [sum, path = ''] = line.split('  ');
      expect(createHash('sha256').update(bytesOf('one', path)).digest('hex')).toBe(sum);
    }
  });

  const MISTAKES: readonly [string, string[], RegExp][] = [
    ['another format', ['--format', 'parket'], /parket is no format.*did you mean 'parquet'/s],
    ['no instant', ['--start', '2026-02-30'], /2026-02-30 is no instant.*such as 2026/s],
    ['no time', ['--days', '0'], /--days must be at least 1/],
    [
      'shares that are not all',
      ['--splits', 'train=80%,test=10%'],
      /that is 90 % together, and not 100 %/,
    ],
    ['no share', ['--splits', 'train=80,test=20%'], /'train=80' is no share.*such as --splits/s],
    ['a split that is told twice', ['--splits', 'a=50%,a=50%'], /a stands there twice/],
    ['no way to split', ['--split-by', 'sites'], /sites is no way to split.*did you mean 'site'/s],
    ['an embargo of no time', ['--embargo', '1d'], /--embargo goes with --split-by time/],
    ['no license', ['--license', 'as you like'], /as you like is no name of SPDX.*CC-BY-4.0/s],
  ];
  it.each(MISTAKES)('tells %s', async (_, flags, said) => {
    const { code, stderr } = await box.run(
      ...['generate', 'room-thermostat', ...flags, '--out', 'data'],
    );
    expect(code).toBe(3);
    expect(stderr).toMatch(said);
  });

  it('says under which license it is, and how it is to be cited', async () => {
    const flags = ['--license', 'CC-BY-4.0', '--out', 'free'];
    const { code, stderr } = await box.run('generate', 'room-thermostat', ...FEW, ...flags);
    expect(code, stderr).toBe(0);
    const card = JSON.parse(readFileSync(box.path('free', 'croissant.json'), 'utf8')) as object;
    expect(card).toMatchObject({ license: 'https://spdx.org/licenses/CC-BY-4.0' });
    expect(card).toHaveProperty('citeAs', expect.stringMatching(/generate room-thermostat --seed/));
    expect(readFileSync(box.path('free', 'README.md'), 'utf8')).toMatch(/^license: cc-by-4.0$/m);
  });

  it('goes on where it broke off, and only where nothing else is asked', async () => {
    const flags = ['--devices', '9', '--days', '30', '--every', '3m', '--workers', '1'];
    const into = ['generate', 'tank', ...flags, '--quiet', '--out'];
    const whole = await box.run(...into, 'whole');
    expect(whole.code, whole.stderr).toBe(0);
    const killed = box.start([...into, 'data']);
    const unfinished = box.path('data', 'unfinished.jsonl');
    const lines = (): number =>
      existsSync(unfinished) ? readFileSync(unfinished, 'utf8').split('\n').length - 1 : 0;
    await expect.poll(lines, { timeout: 60_000, interval: 5 }).toBeGreaterThan(1);
    killed.child.kill('SIGKILL');
    await killed.ended;
    const [kept = ''] = filesIn('data').filter((name) => name.endsWith('.parquet'));
    const before = statSync(box.path('data', kept), { bigint: true });
    const again = await box.run(...into, 'data');
    expect(again.code, again.stderr).toBe(0);
    expect(statSync(box.path('data', kept), { bigint: true }).mtimeNs).toBe(before.mtimeNs);
    const files = filesIn('whole');
    expect(filesIn('data')).toEqual(files);
    for (const file of files.filter((name) => !/README|SUMS|croissant/.test(name))) {
      expect(bytesOf('data', file)).toEqual(bytesOf('whole', file));
    }
  });

  it('splits by what goes wrong, and says so', async () => {
    const flags = ['--devices', '60', '--days', '1', '--every', '1h', '--format', 'jsonl'];
    const by = ['--split-by', 'mechanism', '--splits', 'seen=60%,unseen=40%'];
    const made = await box.run('generate', 'tank', ...flags, ...by, '--quiet', '--out', 'data');
    expect(made.code, made.stderr).toBe(0);
    const rowsOf = (file: string): Record<string, unknown>[] =>
      readFileSync(box.path('data', file), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    const splits = new Map(rowsOf('units.jsonl').map(({ device, split }) => [device, split]));
    const where = new Map<unknown, Set<unknown>>();
    for (const { device, fault_class } of rowsOf('events.jsonl')) {
      where.set(fault_class, (where.get(fault_class) ?? new Set()).add(splits.get(device)));
    }
    expect(where.size).toBeGreaterThan(3);
    expect([...where.values()].every(({ size }) => size === 1)).toBe(true);
    expect(new Set(splits.values())).toEqual(new Set(['seen', 'unseen']));
    const card = readFileSync(box.path('data', 'README.md'), 'utf8');
    expect(card).toMatch(/By mechanism/);
    expect(card).toMatch(/--splits '?seen=60%,unseen=40%'? --split-by mechanism/);
  });

  it('is where years are made, and a run is not', async () => {
    const { code, stderr } = await box.run('run', 'hello-fleet', '--set', 'time.steady=40d');
    expect(code).toBe(3);
    expect(stderr).toMatch(/lasts 41 days, and a run at most 30.*twinstorm generate/s);
  });

  it('leaves alone what lies in a folder', async () => {
    box.write('mine/photo.txt', 'mine');
    const into = ['generate', 'room-thermostat', ...FEW, '--out'];
    const foreign = await box.run(...into, 'mine');
    expect([foreign.code, foreign.stderr]).toEqual([3, expect.stringMatching(/something else/)]);
    await box.run(...into, 'data');
    const again = await box.run(...into, 'data');
    expect([again.code, again.stderr]).toEqual([3, expect.stringMatching(/another data set/)]);
  });

  it('says which flags a scenario does not take', async () => {
    const { code, stderr } = await box.run(
      ...['generate', 'worn-fridges', '--days', '3', '--out', 'd'],
    );
    expect(code).toBe(3);
    expect(stderr).toMatch(/--days goes with a kind of device alone.*--set/s);
  });
});
