/** Files of images, and keys, that something happened to, or of no meaning at all. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { damaged, defineFuzz, type FuzzSource } from '../../../kernel/testing/fuzz.ts';
import { buildImageFiles } from './image-build.ts';
import { imageIn } from './image-file.ts';
import { isFlaw } from './image-sheet.ts';
import { readKeyFile } from './key-file.ts';
import { FACTORY_KEY } from './releases.ts';

const HEAD = { version: '2.1.0', hardware: 'tw-1', defect: 'none' } as const;
const REQUEST = { seed: 1, head: HEAD, size: 700, counter: 2, key: FACTORY_KEY, base: null };
const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content;
const [IMAGE, SHEET] = buildImageFiles({ ...REQUEST, name: 'new' }).map(({ content }) =>
  bytesOf(content),
) as [Uint8Array, Uint8Array];

const KEY = bytesOf(JSON.stringify({ id: 'a', alg: 'ed25519', secret: 'ab'.repeat(32) }));

function finds(sheet: Uint8Array, image: Uint8Array): void {
  const found = imageIn((name) => (name === 'in/new.json' ? sheet : image), 'in/new.json');
  if (isFlaw(found)) return assert.ok(found.message !== '' && found.hint !== '');
  const isWhole = Buffer.compare(image, IMAGE) === 0;
  // Whatever is taken without a word is just what was built.
  if (found.flaws.length > 0) return;
  assert.ok(isWhole);
  assert.equal(found.image.version, '2.1.0');
}

const source: FuzzSource = () => [
  defineFuzz({
    parser: 'image-sheet',
    about: 'sheets that something happened to',
    input: damaged(fc.constant(SHEET)),
    survives: (sheet) => finds(sheet, IMAGE),
  }),
  defineFuzz({
    parser: 'image-sheet',
    about: 'images that something happened to, beside a good sheet',
    input: damaged(fc.constant(IMAGE)),
    survives: (image) => finds(SHEET, image),
  }),
  defineFuzz({
    parser: 'image-key',
    about: 'files of keys that something happened to',
    input: damaged(fc.constant(KEY)),
    survives: (bytes) => {
      const read = readKeyFile(bytes);
      assert.ok(isFlaw(read) || read.secret?.length === 32);
    },
  }),
];

export default source;
