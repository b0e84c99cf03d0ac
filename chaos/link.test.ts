/**
 * A link keeps its promise whatever is done to its chain: while toxics that only shape come, change
 * and go at any moment, every byte arrives once and in order, and the end arrives once, after all
 * of them.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinkRig } from './testing/rig.ts';
import { defineToxic, passing, type ToxicContext } from './toxic.ts';

const SEED = 20_260_110;

type Step =
  | { do: 'write'; size: number }
  | { do: 'advance'; ms: number }
  | { do: 'add'; type: string; attributes: Record<string, number>; affects: boolean }
  | { do: 'update'; pick: number; attributes: Record<string, number>; affects: boolean }
  | { do: 'remove'; pick: number }
  | { do: 'end' };

const attributes = fc.record({
  latency: fc.constantFrom(-5, 0, 1, 7, 50, 1000),
  jitter: fc.constantFrom(-1, 0, 3, 100, 5000),
  rate: fc.constantFrom(0, 1, 2, 100, 1_000_000),
  average_size: fc.constantFrom(0, 1, 5, 64, 5000),
  size_variation: fc.constantFrom(0, 4, 64, 1_000_000),
  delay: fc.constantFrom(-1, 0, 1, 300, 2000, 40_000),
});
const type = fc.constantFrom('latency', 'bandwidth', 'slicer', 'slow_close', 'noop');
const affects = fc.integer({ min: 0, max: 3 }).map((n) => n > 0);
const pick = fc.nat({ max: 5 });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('write'), size: fc.nat({ max: 900 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('advance'),
      ms: fc.oneof(fc.nat({ max: 4 }), fc.nat({ max: 400 })),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('add'), type, attributes, affects }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('update'), pick, attributes, affects }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove'), pick }) },
) as fc.Arbitrary<Step>;

/**
 * Some steps, the end, and some steps more: what is done to the chain does not stop with the
 * source.
 */
const story = fc
  .tuple(
    fc.array(step, { minLength: 15, maxLength: 60, size: 'max' }),
    fc.array(step, { maxLength: 20 }),
  )
  .map(([before, after]): Step[] => [
    ...before,
    { do: 'end' },
    ...after.filter((one) => one.do !== 'write'),
  ]);

/** Plays a story and gives what was written and the toxics that are left. */
function play(rig: LinkRig, steps: readonly Step[]): { sent: Uint8Array; left: string[] } {
  const names: string[] = [];
  const sent: number[] = [];
  for (const one of steps) {
    const name = 'pick' in one ? names[one.pick % Math.max(1, names.length)] : undefined;
    if (one.do === 'write') {
      const from = sent.length;
      for (let n = 0; n < one.size; n++) sent.push((from + n) % 251);
      rig.write(Uint8Array.from(sent.slice(from)));
    } else if (one.do === 'advance') rig.clock.advance(one.ms);
    else if (one.do === 'end') rig.link.end();
    else if (one.do === 'add') names.push(rig.add(one.type, one.attributes, one.affects));
    else if (name !== undefined && one.do === 'update')
      rig.update(name, one.attributes, one.affects);
    else if (name !== undefined) {
      rig.link.remove(name);
      names.splice(names.indexOf(name), 1);
    }
  }
  return { sent: Uint8Array.from(sent), left: names };
}

describe('a link', () => {
  it('loses, doubles and reorders nothing when the last toxics are removed', () => {
    let busy = 0;
    fc.assert(
      fc.property(story, (steps) => {
        const rig = new LinkRig();
        const { sent, left } = play(rig, steps);
        if (rig.endedAt === null) busy++;
        for (const name of left) rig.link.remove(name);
        expect(Buffer.compare(rig.bytes, sent)).toBe(0);
        expect(rig.endedAt).not.toBe(null);
        expect([rig.link.heldBytes(), rig.clock.pending, rig.destroyed]).toEqual([0, 0, null]);
      }),
      { seed: SEED, numRuns: 600 },
    );
    // The stories are no good if everything has long arrived when the toxics go.
    expect(busy).toBeGreaterThan(100);
  });

  it('delivers everything by itself, given time, and then its end', () => {
    fc.assert(
      fc.property(story, (steps) => {
        const rig = new LinkRig();
        const flowing = steps.map((one) =>
          'attributes' in one && one.attributes.rate === 0
            ? { ...one, attributes: { ...one.attributes, rate: 1 } }
            : one,
        );
        const { sent } = play(rig, flowing);
        rig.clock.advance(100_000_000);
        expect(Buffer.compare(rig.bytes, sent)).toBe(0);
        expect(rig.endedAt).not.toBe(null);
        expect([rig.link.heldBytes(), rig.clock.pending, rig.destroyed]).toEqual([0, 0, null]);
      }),
      { seed: SEED + 1, numRuns: 400 },
    );
  });

  it('passes data of an empty chain straight on', () => {
    const rig = new LinkRig();
    const bytes = Uint8Array.of(1, 2, 3);
    expect(rig.write(bytes)).toBe(true);
    expect(rig.arrivals[0]?.bytes).toBe(bytes);
    expect(rig.clock.pending).toBe(0);
  });

  it('keeps the order of its chain when a toxic in the middle is switched on and off', () => {
    const rig = new LinkRig();
    const first = rig.add('latency', { latency: 10 }, false);
    rig.add('bandwidth', { rate: 1 });
    rig.update(first, { latency: 10 }, true);
    rig.write('abc');
    rig.clock.advance(13);
    expect(rig.log).toEqual([[13, 'abc']]);
    rig.update(first, { latency: 1000 }, true);
    rig.write('later');
    rig.update(first, { latency: 1000 }, false);
    rig.clock.advance(5);
    expect(rig.text).toBe('abclater');
  });

  it('gives an end that is under way to a toxic that comes later', () => {
    const rig = new LinkRig();
    rig.add('slow_close', { delay: 100 });
    rig.link.end();
    rig.clock.advance(50);
    rig.add('slow_close', { delay: 30 });
    rig.clock.advance(1000);
    expect(rig.endedAt).toBe(130);
  });

  it('hears nothing more after its end, and nothing at all after it is stopped', () => {
    const ended = new LinkRig();
    ended.link.end();
    ended.write('late');
    ended.link.end();
    ended.add('latency', { latency: 1 });
    expect([ended.text, ended.endedAt, ended.clock.pending]).toEqual(['', 0, 0]);
    const stopped = new LinkRig();
    const name = stopped.add('bandwidth', { rate: 0 });
    stopped.write('held');
    stopped.link.stop();
    stopped.link.remove(name);
    stopped.write('late');
    stopped.link.end();
    stopped.add('timeout', { timeout: 1 });
    stopped.clock.advance(10);
    expect([stopped.text, stopped.endedAt, stopped.destroyed]).toEqual(['', null, null]);
  });

  it('does not listen to a toxic that has left the chain', () => {
    const rig = new LinkRig();
    let late: ToxicContext['next'] | null = null;
    const rude = defineToxic({
      kind: 'rude',
      summary: 'speaks when it has left',
      attributes: {},
      start: (context) => {
        late = context.next;
        return passing(context);
      },
    });
    const toxic = { kind: rude, attributes: {}, affects: true, random: () => 0 };
    rig.link.add({ name: 'rude', ...toxic });
    rig.add('noop');
    rig.link.remove('rude');
    const next = late as ToxicContext['next'] | null;
    next?.push({ bytes: Uint8Array.of(1), at: 0 });
    next?.end();
    expect([rig.text, rig.endedAt]).toEqual(['', null]);
  });

  it('asks the source to pause while it holds too much, and tells it once to go on', () => {
    const rig = new LinkRig();
    const name = rig.add('bandwidth', { rate: 0 });
    const mebibyte = new Uint8Array(1024 * 1024);
    const answers = Array.from({ length: 6 }, () => rig.write(mebibyte));
    expect(answers).toEqual([true, true, true, true, false, false]);
    expect([rig.link.heldBytes(), rig.relieved]).toEqual([6 * mebibyte.length, 0]);
    rig.update(name, { rate: 1000 });
    rig.clock.advance(60_000);
    expect([rig.link.heldBytes(), rig.relieved]).toEqual([0, 1]);
    expect(rig.write(mebibyte)).toBe(true);
  });

  it('relieves the source when what it held is let go, swallowed or cut off', () => {
    const full = (): { rig: LinkRig; name: string } => {
      const rig = new LinkRig();
      const name = rig.add('bandwidth', { rate: 0 });
      expect(rig.write(new Uint8Array(5_000_000))).toBe(false);
      return { rig, name };
    };
    const removed = full();
    removed.rig.link.remove(removed.name);
    expect([removed.rig.relieved, removed.rig.bytes.length]).toEqual([1, 5_000_000]);
    const swallowed = full();
    swallowed.rig.add('timeout', { timeout: 0 });
    swallowed.rig.link.remove(swallowed.name);
    expect([swallowed.rig.relieved, swallowed.rig.bytes.length]).toEqual([1, 0]);
    const paced = full();
    paced.rig.add('timeout', { timeout: 0 });
    paced.rig.update(paced.name, { rate: 1000 });
    paced.rig.clock.advance(60_000);
    expect(paced.rig.relieved).toBe(1);
  });

  it('draws nothing at random that does not come from its own stream', () => {
    const run = (): [number, string][] => {
      const rig = new LinkRig();
      rig.add('slicer', { average_size: 4, size_variation: 3, delay: 1500 });
      rig.add('latency', { latency: 20, jitter: 15 });
      rig.write('the same seed gives the same pieces at the same times');
      rig.clock.advance(1000);
      return rig.log;
    };
    expect(run()).toEqual(run());
  });
});
