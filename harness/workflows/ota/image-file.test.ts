/** Images in files: what was built is found again, and whatever is wrong with it is told. */
import { describe, expect, it } from 'vitest';
import { builtImage, type FirmwareImage, readImage } from '#kernel';
import { survived } from '../../../kernel/testing/fuzz.ts';
import { buildImageFiles } from './image-build.ts';
import { type ImageFound, imageIn } from './image-file.ts';
import source from './image-sheet.fuzz.ts';
import { isFlaw } from './image-sheet.ts';
import { readKeyFile } from './key-file.ts';
import { FACTORY_KEY, keyOf, type Signer } from './releases.ts';

const K2: Signer = { id: 'acme-2', alg: 'ml-dsa-44', secret: new Uint8Array(32).fill(3) };
const head = (version: string) => ({ version, hardware: 'tw-1', defect: 'crash-loop' }) as const;

function built(version: string, key: Signer = FACTORY_KEY, base: FirmwareImage | null = null) {
  const brings = [keyOf(1, { id: 'release-2', alg: 'ml-dsa-44' })];
  const request = { seed: 1, size: 9000, counter: 2, key, base, name: version };
  const files = buildImageFiles({ ...request, head: { ...head(version), brings } });
  return new Map(files.map(({ name, content }) => [`fw/${name}`, Buffer.from(content)]));
}

function found(files: ReadonlyMap<string, Uint8Array>, name: string): ImageFound {
  const image = imageIn((file) => files.get(file) ?? null, name);
  if (isFlaw(image)) throw new Error(image.message);
  return image;
}

it.each([FACTORY_KEY, K2])('finds what was built, signed with %j', (key) => {
  const files = built('2.1.0', key);
  const { image, flaws, key: own } = found(files, 'fw/2.1.0.json');
  expect(flaws).toEqual([]);
  expect(own).toEqual(keyOf(1, key));
  expect(image).toMatchObject({ version: '2.1.0', defect: 'crash-loop', counter: 2, size: 9000 });
  expect(image.brings).toEqual([keyOf(1, { id: 'release-2', alg: 'ml-dsa-44' })]);
  // Of no seed: it is what lay in the file.
  expect(Buffer.from(builtImage(99, image)).equals(files.get('fw/2.1.0.img') as Buffer)).toBe(true);
  expect(built('2.1.0', key)).toEqual(files);
});

it('makes a patch for another one', () => {
  const before = built('2.1.0');
  const base = found(before, 'fw/2.1.0.json').image;
  const files = built('2.2.0', FACTORY_KEY, base);
  const { image, flaws } = found(files, 'fw/2.2.0.json');
  expect(flaws).toEqual([]);
  expect(image.delta).toMatchObject({
    base: base.sha256,
    size: files.get('fw/2.2.0.patch')?.length,
  });
  expect(readImage(builtImage(1, image))?.version).toBe('2.2.0');
});

const turned = (bytes: Buffer, at: number): Buffer =>
  Buffer.from(bytes.map((byte, place) => (place === at ? byte ^ 1 : byte)));
const changed = (bytes: Buffer, change: (sheet: Record<string, unknown>) => object): Buffer =>
  Buffer.from(JSON.stringify({ ...change(JSON.parse(bytes.toString()) as never) }));
const SHEET = 'fw/2.1.0.json';

describe('tells what is wrong', () => {
  const files = built('2.1.0');
  const [sheet, image] = [files.get(SHEET) as Buffer, files.get('fw/2.1.0.img') as Buffer];
  const said = (change: (sheet: Record<string, unknown>) => object): Map<string, Buffer> =>
    new Map([...files, [SHEET, changed(sheet, (one) => ({ ...one, ...change(one) }))]]);
  const text = (from: string, to: string) =>
    said((one) => ({ text: String(one.text).replace(from, to) }));

  it.each<[string, ReadonlyMap<string, Buffer>, RegExp]>([
    ['a bit that turned', new Map([...files, ['fw/2.1.0.img', turned(image, 4000)]]), /is broken/],
    ['an end that is missing', new Map([...files, ['fw/2.1.0.img', image.subarray(1)]]), /8999 by/],
    ['another manifest', text('"counter":2', '"counter":3'), /was not signed with its key/],
    ['an alg that there is not', text('ed25519', 'ed25518'), /nobody knows how/],
    ['the name of another key', text('release-1', 'release-9'), /beside it lies another key/],
    ['another key', said(() => ({ key: keyOf(2, FACTORY_KEY) })), /was not signed with its key/],
    ['a patch that nobody knows', said(() => ({ patch: '2.1.0.img' })), /knows not/],
  ])('%s', (_, wrong, words) => {
    expect(found(wrong, SHEET).flaws[0]?.message).toMatch(words);
  });

  it.each<[string, ReadonlyMap<string, Buffer>, RegExp]>([
    ['no sheet', new Map(), /cannot be read/],
    ['a sheet that is none', new Map([[SHEET, image]]), /no sheet of an image/],
    ['no image', new Map([[SHEET, sheet]]), /2\.1\.0\.img cannot be read/],
    ['an image elsewhere', said(() => ({ image: '../2.1.0.img' })), /in its own folder/],
    ['no manifest', said(() => ({ text: '{}' })), /no signed manifest/],
    ['no key', said(() => ({ key: 7 })), /no key/],
  ])('%s', (_, wrong, words) => {
    const none = imageIn((file) => wrong.get(file) ?? null, SHEET);
    expect(isFlaw(none) ? none.message : '').toMatch(words);
  });
});

it.each([
  ['no key', /is no key/],
  ['{"id":"A"}', /no id/],
  ['{"id":"a","alg":"ed2551"}', /no alg/],
  ['{"id":"a","alg":"ed25519","secret":"ab"}', /no secret/],
])('reads no key in %s', (text, words) => {
  const none = readKeyFile(Buffer.from(text));
  expect(isFlaw(none) ? none.message : '').toMatch(words);
});

it('survives whatever comes', () => {
  for (const fuzz of source({} as never)) expect(survived(fuzz, 1, 700)).toBe(700);
});
