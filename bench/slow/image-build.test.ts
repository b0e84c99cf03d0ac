/**
 * Firmware out of files: what `twinstorm image build` makes is rolled out as it is, and what is
 * wrong with a file is told where the scenario names it, or shipped where just that is wanted.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Sandbox } from '../../tests/sandbox.ts';

const box = new Sandbox();
afterAll(() => box.close());

beforeAll(async () => {
  const builds = [
    ['1.0.0', '--counter', '1', '--out', 'fw/factory.json'],
    ['2.1.0', '--base', 'fw/factory.json', '--out', 'fw/new.json'],
    ['2.1.0', '--key', 'acme.json', '--out', 'fw/acme.json'],
    ['2.1.0', '--seed', '9', '--out', 'fw/seed-9.json'],
    ['2.1.0', '--out', 'fw/broken.json'],
    ['2.1.0', '--out', 'fw/strange.json'],
    ['2.1.0', '--counter', '0', '--out', 'fw/old.json'],
    ['2.1.0', '--key-id', 'release-9', '--out', 'fw/unknown.json'],
    ['2.1.0', '--withdraws', 'release-1', '--out', 'fw/none-left.json'],
  ];
  box.write('acme.json', JSON.stringify({ id: 'acme-1', alg: 'ml-dsa-44', secret: SECRET }));
  for (const build of builds) {
    const ended = await box.run('image', 'build', ...build);
    expect(ended.code, ended.stderr).toBe(0);
  }
  const [image, sheet] = [box.path('fw/broken.img'), box.path('fw/strange.json')];
  writeFileSync(image, readFileSync(image).fill(7, 4000, 4010));
  writeFileSync(sheet, readFileSync(sheet, 'utf8').replaceAll('ed25519', 'ed25518'));
});

const SECRET = 'a7'.repeat(32);

const scenario = (name: string, more: string): string =>
  box.write(
    name,
    `twinstorm: 1
name: from-files
about: Firmware comes out of files.
seed: 1
time: { warmup: 3s, steady: 3s, chaos: 14s, settle: 4s, drain: 3s }
fleet: [{ id: rooms, model: room-thermostat, count: 4, every: 4s }]
workflows:
  - ota: { to: 2.1.0, waves: [100%], at: chaos, ${more} }
report: [json]
`,
  );

const endings = async (run: string): Promise<string[]> =>
  (await box.ledger(run, '--op', 'ota/ended')).map((line) => {
    const { status, why } = line as unknown as { status: string; why: string };
    return `${status} ${why}`.trim();
  });

it.each([
  ['a patch', 'fw/new.json', '/delta'],
  ['a key of its own', 'fw/acme.json', ''],
])('are taken by every device, with %s', async (_, file, by) => {
  const out = file.replace(/\W/g, '-');
  scenario(`${out}.yaml`, `image: ${file}`);
  await box.judged(0, out, `${out}.yaml`, '--gear', 'sim');
  expect(await endings(out)).toEqual(['confirmed', 'confirmed', 'confirmed', 'confirmed']);
  const sizes = (await box.ledger(out, '--op', 'ota/fetched')) as unknown as { size: number }[];
  const isPatch = sizes.every(({ size }) => size < 8000);
  expect(isPatch).toBe(by !== '');
});

it.each<[string, string, RegExp]>([
  ['is not there', 'image: fw/nowhere.json', /nowhere\.json cannot be read/],
  ['is broken', 'image: fw/broken.json', /is broken[\s\S]*image build[\s\S]*spoil: as-it-is/],
  ['nobody knows how to look at', 'image: fw/strange.json', /ed25518[\s\S]*mean 'ed25519'/],
  ['is of another seed', 'image: fw/seed-9.json', /another release-1[\s\S]*--seed 1/],
  ['is a key', 'image: acme.json', /no sheet of an image/],
  ['there is nothing wrong with', 'image: fw/new.json, spoil: as-it-is', /nothing wrong/],
  ['can be forged no more', 'image: fw/new.json, spoil: forged', /signed already/],
  ['says its defect itself', 'image: fw/new.json, defect: crash-loop', /says itself/],
  ['says its size itself', 'image: fw/broken.json, size: 4000', /what its size is/],
  ['is older than any device', 'image: fw/old.json', /has counter 0[\s\S]*--counter 1/],
  ['nobody names', 'spoil: as-it-is', /image out of a file/],
])('are refused in their place where one %s', async (_, more, words) => {
  scenario('bad.yaml', more);
  const ended = await box.run('plan', 'bad.yaml');
  expect(ended.code, ended.stderr).toBe(3);
  expect(ended.stderr).toMatch(/bad\.yaml:8:\d+/);
  expect(ended.stderr).toMatch(words);
});

it.each([
  ['fw/broken.json', 'wrong digest'],
  ['fw/strange.json', 'unknown alg'],
  ['fw/seed-9.json', 'bad signature'],
  ['fw/old.json', 'older counter'],
])('are shipped as they are where that is wanted: %s', async (file, why) => {
  const out = file.replace(/\W/g, '-');
  scenario(`${out}.yaml`, `image: ${file}, spoil: as-it-is`);
  await box.judged(0, out, `${out}.yaml`, '--gear', 'sim');
  expect(await endings(out)).toEqual(Array.from({ length: 4 }, () => `failed ${why}`));
});

it.each([
  ['fw/unknown.json', 'unknown key'],
  ['fw/none-left.json', 'leaves no key'],
])('are left to devices where it hangs on the keys that these have: %s', async (file, why) => {
  const out = file.replace(/\W/g, '-');
  scenario(`${out}.yaml`, `image: ${file}`);
  await box.judged(0, out, `${out}.yaml`, '--gear', 'sim');
  expect(await endings(out)).toEqual(Array.from({ length: 4 }, () => `failed ${why}`));
});

const KEYS = ['a', 'b', 'c', 'd', 'e'];
const each = (flag: string) => KEYS.flatMap((key) => [flag, key]);
const OWN = ['--key', 'acme.json'];

it.each<[string, string[], RegExp]>([
  ['five keys', ['2.1.0', ...each('--brings')], /--brings is said 5 times, and goes up to 4/],
  ['five fewer', ['2.1.0', ...each('--withdraws')], /--withdraws is said 5 times/],
  ['a key twice', ['2.1.0', '--brings', 'a', '--brings', 'a:ml-dsa-44'], /brings a twice/],
  ['one that goes', ['2.1.0', '--brings', 'a', '--withdraws', 'a'], /takes away a, which/],
  ['two keys', ['2.1.0', ...OWN, '--key-id', 'release-1'], /--key-id stands beside --key/],
  ['two ways', ['2.1.0', ...OWN, '--alg', 'ml-dsa-44'], /--alg stands beside --key/],
  ['a version', ['2.1'], /is no version/],
  ['a defect', ['2.1.0', '--defect', 'crash-lop'], /did you mean 'crash-loop'/],
  ['a size', ['2.1.0', '--size', '12'], /--size is 12/],
  ['a key', ['2.1.0', '--key', 'fw/new.json'], /--key fw\/new\.json has no id/],
  ['a base', ['2.1.0', '--base', 'fw/broken.json'], /--base is broken/],
  ['a name', ['2.1.0', '--out', 'fw/new.img'], /NAME\.json/],
  ['what is there', ['2.1.0', '--out', 'fw/new.json'], /there already[\s\S]*--force/],
])('are not built with %s that makes no sense', async (_, flags, words) => {
  const ended = await box.run('image', 'build', ...flags);
  expect(ended.code, ended.stderr).toBe(3);
  expect(ended.stderr).toMatch(words);
  expect(ended.stdout).toBe('');
});
