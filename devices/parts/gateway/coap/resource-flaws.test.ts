/** What does not go into one datagram is told before a run, with its place and a way out. */
import { expect, it } from 'vitest';
import { readParams } from '#kernel';
import { bytesMaxOf, PAYLOAD_MAX } from './payload.ts';
import { resourceFlaws } from './resource-flaws.ts';
import { RESOURCE_PARAMS } from './resource-params.ts';

const named = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `channel-${at}`);

function flawsOf(...shares: string[][]) {
  const signals = shares.flat();
  const pumps = shares.map((own, at) => ({ path: `/part/${at}`, signals: own }));
  const { values } = readParams(RESOURCE_PARAMS, { resources: { pumps } });
  const child = {
    entry: 'pumps',
    fallsBack: false,
    signals,
    commands: {},
    most: 3,
    rewordedBy: [],
  };
  return resourceFlaws(values, [child], ['bus', 'coap']);
}

it('as much as goes into one datagram is let be, and one more is not', () => {
  let most = 1;
  while (bytesMaxOf(named(most + 1)) <= PAYLOAD_MAX) most++;
  expect(flawsOf(named(most))).toEqual([]);
  expect(flawsOf(named(most + 1))).toEqual([
    {
      path: ['bus', 'coap', 'resources', 'pumps', 0, 'signals'],
      message: expect.stringMatching(
        /^\/part\/0 may say \d+ bytes, and one datagram carries 1024$/,
      ),
      hint: expect.stringContaining('block-wise transfer is not played'),
    },
  ]);
  expect(flawsOf(named(most), ['one-more'])).toEqual([]);
});
