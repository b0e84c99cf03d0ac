/** However the fleet was split and whoever wrote what, the merged ledger has one order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesSource, LedgerEncoder, type LedgerEntry, type Plan } from '#kernel';
import { filled } from '../../kernel/testing/fields.ts';
import { blocksOf } from '../../kernel/testing/ledger-blocks.ts';
import { Story } from '../testing/story.ts';
import { mergedEntries, openable, type Segment } from './segments.ts';

const DEVICES = 6;
const LANES = [4, 1, 7];
const { plan } = new Story({ devices: DEVICES, lanes: LANES });

interface Line {
  t: number;
  /** -1: a note of the process itself. */
  device: number;
  text: string;
}

function segmentOf(name: string, lanes: number[], lines: readonly Line[]): Segment {
  const parts: Uint8Array[] = [];
  const header = { schema: 'twinstorm.ledger/1', segment: name, planSha256: '', lanes } as const;
  const encoder = new LedgerEncoder({ ...header, lanes }, (bytes) => parts.push(bytes.slice()));
  for (const { t, device, text } of lines) {
    // One that is not asked for stands between any two.
    encoder.write(t, 'boot', filled('boot', { device: 0 }));
    if (device < 0) encoder.write(t, 'note', { text });
    else encoder.write(t, 'state', { device, state: text });
  }
  encoder.close();
  return { name, source: bytesSource(Buffer.concat(parts)) };
}

const laneOf = (plan: Plan, device: number): number => plan.devices[device]?.lane ?? -1;

const textOf = (entry: LedgerEntry): string =>
  entry.op === 'note' ? entry.text : entry.op === 'state' ? entry.state : entry.op;

const merged = (segments: readonly Segment[]): string[] =>
  [...mergedEntries(plan, segments, ({ op }) => op === 'note' || op === 'state')].map(
    (entry) => `${entry.t} ${textOf(entry)}`,
  );

/** Few instants, so that many entries share one. */
const lines = fc.array(
  fc.record({ t: fc.nat({ max: 6 }), device: fc.integer({ min: -1, max: DEVICES - 1 }) }),
  { maxLength: 60 },
);
/** Which shard has which lane; -1 is none of them, the harness itself. */
const split = fc.array(fc.nat({ max: 2 }), { minLength: LANES.length, maxLength: LANES.length });

describe('segments as one', () => {
  it('come by t, lane and seq, as a naive sort has them, whatever the order of the files', () => {
    fc.assert(
      fc.property(lines, split, fc.boolean(), (drawn, shardOf, reversed) => {
        const told = drawn
          .map((line, seq) => ({ ...line, text: `entry ${seq}` }))
          .sort((a, b) => a.t - b.t);
        const shards = [0, 1, 2].flatMap((shard) => {
          const lanes = LANES.filter((_, index) => shardOf[index] === shard);
          const mine = told.filter(({ device }) => lanes.includes(laneOf(plan, device)));
          return lanes.length === 0 ? [] : [segmentOf(`shard-${shard}`, lanes, mine)];
        });
        const harness = told.filter(({ device }) => device < 0);
        const segments = [...shards, segmentOf('harness', [], harness)];
        if (reversed) segments.reverse();
        const naive = [...told].sort(
          (a, b) => a.t - b.t || laneOf(plan, a.device) - laneOf(plan, b.device),
        );
        expect(merged(segments)).toEqual(naive.map(({ t, text }) => `${t} ${text}`));
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('have what concerns no device first: the harness, then shards by their lanes', () => {
    const note = (text: string): Line[] => [{ t: 1, device: -1, text }];
    const segments = [
      segmentOf('shard-0', [7, 4], note('of 4 and 7')),
      segmentOf('shard-1', [1], [{ t: 1, device: 1, text: 'a device' }, ...note('of 1')]),
      segmentOf('harness', [], note('of us')),
    ];
    const expected = ['1 of us', '1 of 1', '1 of 4 and 7', '1 a device'];
    expect(merged(segments)).toEqual(expected);
    expect(merged([...segments].reverse())).toEqual(expected);
  });

  it('tell a lane once, and nothing of devices that nobody knows', () => {
    const first = segmentOf('shard-0', [4], [{ t: 1, device: 0, text: 'first' }]);
    const again = segmentOf(
      'shard-1',
      [4],
      [
        { t: 1, device: 0, text: 'again' },
        { t: 2, device: -1, text: 'a note of it' },
      ],
    );
    const strange = segmentOf(
      'harness',
      [],
      [
        { t: 3, device: 99, text: 'nobody' },
        { t: 4, device: 3, text: 'of a device, by the harness' },
      ],
    );
    const expected = ['1 first', '4 of a device, by the harness'];
    expect(merged([first, again, strange])).toEqual(expected);
  });

  it('are read to where one is torn, and left out where not even the header can be read', () => {
    const whole = segmentOf('shard-0', [4], [{ t: 1, device: 0, text: 'whole' }]);
    const torn = segmentOf('shard-1', [1], [{ t: 1, device: 1, text: 'torn' }]);
    const { source } = torn;
    const [block] = blocksOf(source.read(0, source.size));
    const cut = { ...torn, source: bytesSource(source.read(0, (block?.to ?? 0) - 1)) };
    const garbage = { name: 'shard-2', source: bytesSource(Buffer.from('nothing')) };
    const { segments, unreadable } = openable([whole, cut, garbage]);
    expect(unreadable).toEqual([{ name: 'shard-2', why: 'it is not a ledger' }]);
    expect(segments.map(({ name }) => name)).toEqual(['shard-0', 'shard-1']);
    expect(merged(segments)).toEqual(['1 whole']);
  });
});
