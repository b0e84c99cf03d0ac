/**
 * What every reporter owes: its name, one file of its own, the same text for the same result, and
 * no harm done.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NO_CATALOG, soundness } from '../../kernel/testing/soundness.ts';
import { defineReporter, type Reporter } from '../reporter.ts';
import { reporterFamily } from '../reporter-family.ts';
import { environment, everyResult } from './fixtures/results.ts';

const kinds = readdirSync(new URL('.', import.meta.url))
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => name.slice(0, -'.ts'.length))
  .sort();

const reporters = await Promise.all(
  kinds.map(async (kind) => {
    const loaded: { default: Reporter } = await import(new URL(`${kind}.ts`, import.meta.url).href);
    return { kind, reporter: loaded.default };
  }),
);

const duties = await reporterFamily.duties();

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value);
    for (const part of Object.values(value)) frozen(part);
  }
  return value;
}

describe('every reporter', () => {
  it('is found, and writes a file of its own', () => {
    expect(kinds).toEqual(['html', 'json', 'junit', 'summary']);
    expect(new Set(reporters.map(({ reporter }) => reporter.file)).size).toBe(kinds.length);
  });

  describe.each(reporters)('$kind', ({ kind, reporter }) => {
    it('is named as its file and says what it is for', () => {
      expect(reporter.kind).toBe(kind);
      expect(reporter.summary).toMatch(/\.$/);
      expect(reporter.file).toMatch(/^[a-z]+\.[a-z]+$/);
    });

    it.each(duties)('$says', async (duty) => {
      expect(await duty.flaws(reporter, NO_CATALOG)).toEqual([]);
    });

    it.each(everyResult)(
      'renders the %s result, twice the same, and changes nothing',
      (_, result) => {
        const given = frozen(structuredClone(result));
        const text = reporter.render(given, frozen(structuredClone(environment)));
        expect(reporter.render(result, environment)).toBe(text);
        expect(text).toMatch(/\S\n$/);
        expect(text.isWellFormed()).toBe(true);
        const shown = text.replaceAll(/<script>.*?<\/script>/gs, '');
        expect(shown.match(/NaN|Infinity|undefined|\[object/g)).toBeNull();
        // Codes of promises are for who has their table; the path of a curve has such letters, too.
        const words = shown.replaceAll(/ d="[^"]*"/g, '');
        if (kind !== 'json') expect(words.match(/\b[MTHX]\d{1,2}\b/g)).toBeNull();
      },
    );
  });
});

it.each<[string, Reporter['render'], RegExp]>([
  ['changes what it is shown', (result) => String(result.reasons.push('x')), /not extensible/],
  ['tells the time', () => `${performance.now()}`, /otherwise the second time/],
  ['shows an accident', () => `p99 ${Number.NaN}`, /shows 'NaN'/],
])('finds one that %s', async (_, render, words) => {
  const odd = defineReporter({ kind: 'odd', summary: 'Is odd.', file: 'odd.txt', render });
  expect(await soundness(reporterFamily, odd)).toMatch(words);
});
