/** What a server says on hawkBit's DDI, as a device reads it: what cannot be read is none. */
import { describe, expect, it } from 'vitest';
import { manifestText } from '#kernel';
import { survived } from '../../../../../kernel/testing/fuzz.ts';
import source from './wire.fuzz.ts';
import { actionOf, feedbackOf, readDeployment, readRoot } from './wire.ts';

const SHA = 'ab'.repeat(32);
const MANIFEST = manifestText({
  ...{ version: '2.1.0', hardware: 'tw-1', alg: 'ed25519', keyId: 'k1' },
  ...{ size: 9000, sha256: SHA, counter: 2 },
});
const SIGNATURE = btoa('s'.repeat(64));
const METADATA = [
  { key: 'manifest', value: MANIFEST },
  { key: 'signature', value: SIGNATURE },
];
const artifact = (sha256: string, href: string) => ({
  hashes: { sha256 },
  _links: { 'download-http': { href } },
});
const deployment = (chunk: object, id: unknown = '7') =>
  readDeployment(
    JSON.stringify({
      id,
      deployment: {
        chunks: [
          { name: 'spring', metadata: METADATA, artifacts: [artifact(SHA, '/a/image')], ...chunk },
        ],
      },
    }),
  );

it('reads what is to be done, and by which path', () => {
  const found = deployment({});
  expect(found).toMatchObject({ job: { campaign: 'spring', attempt: 7, ref: '7' } });
  expect([...(typeof found === 'string' ? [] : found.paths)]).toEqual([[SHA, '/a/image']]);
  const named = { metadata: [...METADATA, { key: 'attempt', value: '3' }] };
  expect(deployment(named)).toMatchObject({ job: { attempt: 3 } });
  expect(deployment({ name: 'Not A Name' }, 8)).toMatchObject({ job: { campaign: 'action-8' } });
});

describe('of a set of several modules', () => {
  const own = { name: 'spring', metadata: METADATA, artifacts: [artifact(SHA, '/a/image')] };
  const NOTES = { name: 'notes', artifacts: [artifact('cd'.repeat(32), '/a/notes')] };
  const of = (...chunks: object[]) =>
    readDeployment(JSON.stringify({ id: '7', deployment: { chunks } }));

  it.each<[string, object]>([
    ['has no metadata', NOTES],
    ['has other metadata', { ...NOTES, metadata: [{ key: 'manifest', value: 'read me' }] }],
    ['cannot be read', 7 as never],
  ])('takes the one with the manifest where another %s', (_, other) => {
    for (const chunks of [
      [other, own],
      [own, other],
    ]) {
      const found = of(...chunks);
      expect(found).toMatchObject({ job: { campaign: 'spring', signed: { text: MANIFEST } } });
      expect([...(typeof found === 'string' ? [] : found.paths)]).toEqual([[SHA, '/a/image']]);
    }
  });

  it('finds its artifact in that one alone, and says so where none has a manifest', () => {
    const elsewhere = { name: 'files', artifacts: own.artifacts };
    expect(of(elsewhere, { ...own, artifacts: [] })).toBe('no artifact of its manifest');
    expect(of(NOTES, elsewhere)).toBe('no signed manifest');
    expect(of()).toBe('no deployment');
  });
});

it('looks at so many parts of a list and no more', () => {
  const filled = (count: number) => Array.from({ length: count }, () => artifact('', '/x'));
  const own = artifact(SHA, 'http://h:80/a/image#here');
  expect(deployment({ artifacts: [...filled(31), own] })).toMatchObject({ job: { ref: '7' } });
  expect(deployment({ artifacts: [...filled(32), own] })).toBe('no artifact of its manifest');
});

it.each([
  [{ metadata: [] }, 'no signed manifest'],
  [{ metadata: [...METADATA, { key: 'attempt', value: '0' }] }, 'no attempt'],
  [{ artifacts: [artifact(SHA, 'no path')] }, 'no artifact of its manifest'],
  [{ artifacts: [artifact(SHA, `/${'a'.repeat(1024)}`)] }, 'no artifact of its manifest'],
])('says why nothing can be done with %j', (chunk, why) => {
  expect(deployment(chunk)).toBe(why);
});

it('says that there is no deployment', () => {
  expect(readDeployment('{')).toBe('no deployment');
  expect(deployment({}, 'seven')).toBe('no deployment');
});

it('reads until when it need not ask', () => {
  const sleepOf = (sleep: unknown) =>
    readRoot(JSON.stringify({ config: { polling: { sleep } } }))?.sleepMs;
  expect(['00:00:05', '01:02:03', '00:00:00', '1:2:3', 5].map(sleepOf)).toEqual([
    ...[5000, 3_723_000, null, null, null],
  ]);
});

it('knows an action by its path', () => {
  expect(['/x/deploymentBase/12?c=3', '/x/cancelAction/9', '/x/none'].map(actionOf)).toEqual([
    ...['12', '9', null],
  ]);
  expect(feedbackOf('/x/deploymentBase/12?c=3')).toBe('/x/deploymentBase/12/feedback');
});

it('survives whatever comes', () => {
  for (const fuzz of source({} as never)) expect(survived(fuzz, 1, 300)).toBe(300);
});
