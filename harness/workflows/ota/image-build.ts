/** Makes the files of an image: its sheet, the image itself, and a patch where there is a base. */
import { builtImage, type FirmwareImage, type ImageHead } from '#kernel';
import { sheetText } from './image-sheet.ts';
import { patchBetween } from './patches.ts';
import { keyOf, releaseOf, type Signer } from './releases.ts';

export interface BuildRequest {
  seed: number;
  head: ImageHead;
  size: number;
  counter: number;
  key: Signer;
  base: FirmwareImage | null;
  /** What the files are called, but for what they end in. */
  name: string;
}

export interface BuiltFile {
  name: string;
  content: string | Uint8Array;
}

/** The same request makes the same bytes. The sheet comes last: it speaks of the others. */
export function buildImageFiles(request: BuildRequest): BuiltFile[] {
  const { name, seed, key, base } = request;
  const release = releaseOf(seed, { ...request, spoil: 'none' });
  const { text, signature } = release;
  const [image, patch] = [`${name}.img`, `${name}.patch`];
  const sheet = { text, signature, key: keyOf(seed, key), image };
  const whole = { name: image, content: builtImage(seed, release) };
  if (base === null) return [whole, { name: `${name}.json`, content: sheetText(sheet) }];
  const content = patchBetween(seed, base, release);
  return [
    whole,
    { name: patch, content },
    { name: `${name}.json`, content: sheetText({ ...sheet, patch }) },
  ];
}
