/** An image out of a file: what a plan refuses beside and of it, and what it leaves to devices. */
import { describe, expect, it } from 'vitest';
import type { FirmwareImage, ParamValues } from '#kernel';
import { buildImageFiles } from './image-build.ts';
import { imageGiven, USUAL_BYTES } from './image-param.ts';
import { FACTORY_KEY, keyOf, releaseOf, type Signer } from './releases.ts';

const HEAD = { version: '2.1.0', hardware: 'tw-1', defect: 'none' } as const;
const USUAL = {
  ...{ image: 'new.json', to: '2.1.0', spoil: 'none', size: USUAL_BYTES, defect: 'none' },
  ...{ delta: false, key: FACTORY_KEY.id, alg: FACTORY_KEY.alg, brings: [], withdraws: [] },
} as ParamValues;

interface Asked {
  counter?: number;
  key?: Signer;
  base?: FirmwareImage;
  head?: object;
  seed?: number;
  /** What somebody makes of it. */
  sheet?: (text: string) => string;
}

const saidOf = (asked: Asked, more: ParamValues = {}): string[] =>
  givenOf(asked, more).problems.map(({ path, message }) => `${path}: ${message}`);

function givenOf(
  { counter = 2, key = FACTORY_KEY, base, head, seed = 1, sheet = (text) => text }: Asked,
  more: ParamValues,
) {
  const request = { seed, size: 9000, counter, key, base: base ?? null, name: 'new' };
  const built = buildImageFiles({ ...request, head: { ...HEAD, ...head } });
  const files = new Map(built.map(({ name, content }) => [name, Buffer.from(content)]));
  files.set('new.json', Buffer.from(sheet(String(files.get('new.json')))));
  return imageGiven(1, { ...USUAL, ...more }, (name) => files.get(name) ?? null);
}

describe('the size beside it', () => {
  const sizes = [USUAL_BYTES, 9000, 4000];

  it('is its own, or nothing is said', () => {
    expect(sizes.map((size) => saidOf({}, { size }))).toEqual([
      ...[[], [], ['size: an image out of a file says itself what its size is']],
    ]);
  });

  it('is of the image that its patch is for', () => {
    const key = FACTORY_KEY;
    const old = { head: { ...HEAD, version: '1.0.0' }, size: 4000, counter: 1, key };
    const base = releaseOf(1, { ...old, spoil: 'none' });
    expect(sizes.flatMap((size) => saidOf({ base }, { size }))).toEqual([]);
  });
});

describe('its counter', () => {
  const OLDER = 'image: new.json has counter 0, and devices leave the factory with 1';

  it('is none that no device would take', () => {
    expect(saidOf({ counter: 0 })).toEqual([OLDER]);
    expect(saidOf({ counter: 1 })).toEqual([]);
    expect(saidOf({ counter: 0 }, { spoil: 'as-it-is' })).toEqual([]);
  });

  it('may be any of what is no firmware', () => {
    const artefact = { kind: 'config', says: { setpoint: 5 } };
    expect(saidOf({ counter: 0, head: { artefact } })).toEqual([]);
  });
});

it('leaves it to devices which keys they trust by then', () => {
  expect(saidOf({ key: { id: 'release-9', alg: 'ed25519' } })).toEqual([]);
  expect(saidOf({ head: { withdraws: [FACTORY_KEY.id] } })).toEqual([]);
});

it('tells of one that says nothing of itself, and that devices would run', () => {
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const brings = ids.map((id) => keyOf(1, { id, alg: 'ed25519' }));
  expect(saidOf({ head: { brings } })).toEqual([
    expect.stringMatching(/is signed, and nobody can read what it says of itself/),
  ]);
  expect(saidOf({ head: { brings } }, { spoil: 'as-it-is' })).toEqual([]);
});

describe('what is shipped as it is', () => {
  const own = keyOf(1, FACTORY_KEY);
  const others = keyOf(2, FACTORY_KEY);
  const acme: Signer = { id: 'acme-1', alg: 'ml-dsa-44', secret: new Uint8Array(32).fill(3) };
  const brings = ['a', 'b', 'c', 'd', 'e'].map((id) => keyOf(1, { id, alg: 'ed25519' }));

  it.each<[string, Asked, object | null]>([
    ['nobody can read', { head: { brings } }, own],
    ['another key lies beside', { sheet: (text) => text.replace(own.public, others.public) }, own],
    ['has a key of its own', { key: acme, counter: 0 }, keyOf(1, acme)],
    ['is of another seed', { seed: 2 }, others],
    ['was changed', { sheet: (text) => text.replace('counter\\":2', 'counter\\":3') }, null],
    ['is signed in no way', { sheet: (text) => text.replaceAll('ed25519', 'ed25518') }, null],
    ['names another', { sheet: (text) => text.replace('keyId\\":\\"re', 'keyId\\":\\"pe') }, null],
  ])('says by which key its signature holds where it %s', (_, asked, key) => {
    const { given, problems } = givenOf(asked, { spoil: 'as-it-is' });
    expect(problems).toEqual([]);
    expect(given?.signing).toEqual({ signedBy: key });
  });

  it('alone says so', () => {
    expect(givenOf({}, {}).given?.signing).toEqual({});
  });
});
