/** Every codec of the folder keeps to the contract of codecs. */
import { expect, it } from 'vitest';
import { loadCatalog } from '../../catalog/load-catalog.ts';
import { codecConformance } from '../../testing/codec-conformance.ts';
import { codecFamily } from '../codec-family.ts';

const codecs = (await loadCatalog([codecFamily])).of(codecFamily);

it('finds the codecs', () => {
  expect([...codecs.keys()]).toContain('json');
});

for (const codec of codecs.values()) codecConformance(codec);
