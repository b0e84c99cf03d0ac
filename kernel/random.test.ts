/** Streams must be named apart, repeatable, and spread as they claim. */
import { describe, expect, it } from 'vitest';
import { isSelected, normalAt, randomStream, streamKey, unitAt } from './random.ts';

describe('random streams', () => {
  it('repeat for one name and differ for another', () => {
    const draw = (seed: number, name: string): number[] => {
      const stream = randomStream(seed, name);
      return [stream.unit(), stream.normal(), stream.below(1000)];
    };
    expect(draw(42, 'a')).toEqual(draw(42, 'a'));
    expect(draw(42, 'a')).not.toEqual(draw(42, 'b'));
    expect(draw(42, 'a')).not.toEqual(draw(43, 'a'));
  });

  it('have pinned values: another generator would be another history', () => {
    const key = streamKey(42, 'pinned');
    expect([unitAt(key, 0), unitAt(key, 1), unitAt(key, 2 ** 33)]).toMatchInlineSnapshot(`
      [
        0.6550733940675855,
        0.9021343535277992,
        0.41899630008265376,
      ]
    `);
    expect(randomStream(42, 'pinned').unit()).toMatchInlineSnapshot(`0.3396754739806056`);
  });

  it('are uniform and normal within five sigma', () => {
    const key = streamKey(1, 'moments');
    const count = 200_000;
    let sum = 0;
    let normals = 0;
    let squares = 0;
    for (let k = 0; k < count; k++) {
      sum += unitAt(key, k);
      const z = normalAt(key, k);
      normals += z;
      squares += z * z;
    }
    expect(Math.abs(sum / count - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / count));
    expect(Math.abs(normals / count)).toBeLessThan(5 / Math.sqrt(count));
    expect(Math.abs(squares / count - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
  });

  it('select the share they were asked for', () => {
    const picked = Array.from({ length: 20_000 }, (_, k) =>
      isSelected(42, `device-${k}`, 'fault', 0.1),
    );
    const share = picked.filter(Boolean).length / picked.length;
    expect(Math.abs(share - 0.1)).toBeLessThan(5 * Math.sqrt(0.09 / picked.length));
  });
});
