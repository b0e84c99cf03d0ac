/** What comes over a network is an offer, or nothing. */
import { expect, it } from 'vitest';
import { manifestText } from '#kernel';
import { readOffer } from './offer.ts';

const text = manifestText({
  version: '2.1.0',
  hardware: 'tw-1',
  alg: 'ed25519',
  keyId: 'release-1',
  size: 4096,
  sha256: 'ab'.repeat(32),
  counter: 2,
});
const OFFER = { campaign: 'v2.1.0', attempt: 1, signed: { text, signature: 'ab' } };

it('reads an offer as it was made', () => {
  expect(readOffer(OFFER)).toMatchObject({ campaign: 'v2.1.0', attempt: 1, signed: { text } });
});

it.each<[string, object]>([
  ['a campaign that nobody may be called', { campaign: 'No Name!' }],
  ['a campaign that is no text', { campaign: 7 }],
  ['a campaign of 65 letters', { campaign: 'a'.repeat(65) }],
  ['an attempt before the first', { attempt: 0 }],
  ['an attempt that is not whole', { attempt: 1.5 }],
  ['more attempts than anybody makes', { attempt: 1001 }],
  ['no manifest', { signed: { text: '{}', signature: 'ab' } }],
])('takes none with %s', (_, wrong) => {
  expect(readOffer({ ...OFFER, ...wrong })).toBeNull();
});
