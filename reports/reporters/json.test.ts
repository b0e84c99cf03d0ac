import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Result } from '../result.ts';
import { environment, everyResult, failing } from './fixtures/results.ts';
import json from './json.ts';

const rendered = (result: Result): string => json.render(result, environment);

/** The same document with the keys of every object in another order. */
function reordered(value: unknown, key: (name: string) => number): unknown {
  if (Array.isArray(value)) return value.map((item) => reordered(item, key));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(
    ([name, field]) => [name, reordered(field, key)] as const,
  );
  return Object.fromEntries(entries.sort(([a], [b]) => key(a) - key(b)));
}

describe('result.json', () => {
  it.each(everyResult)('reads back as the %s result', (_, result) => {
    expect(JSON.parse(rendered(result))).toEqual(JSON.parse(JSON.stringify(result)));
  });

  it('does not depend on the order in which the object was built', () => {
    const text = rendered(failing);
    fc.assert(
      fc.property(fc.integer(), (salt) => {
        const shuffled = reordered(failing, (name) =>
          Math.imul(name.length + (name.charCodeAt(0) << 8), salt | 1),
        );
        expect(rendered(shuffled as Result)).toBe(text);
      }),
      { seed: 7, numRuns: 30 },
    );
  });

  it('opens with the schema and keeps a series on one line', () => {
    const lines = rendered(failing).split('\n');
    expect(lines[1]).toBe('  "schema": "twinstorm.result/1",');
    expect(lines.filter((line) => /^ +"values": \[.*\],?$/.test(line))).toHaveLength(
      failing.series.length,
    );
  });

  it('keeps a key named as what every object inherits', () => {
    const states = [
      { state: 's', visits: 1, devices: 1, during: { ['__proto__']: 3, b: 1, a: 2 } },
    ];
    const text = rendered({ ...failing, coverage: { states, transitions: [] } });
    expect(text).toMatch(/"__proto__": 3,\s+"a": 2,\s+"b": 1/);
  });
});
