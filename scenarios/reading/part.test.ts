/** Where some characters of a text stand, however YAML writes it. */
import { expect, it } from 'vitest';
import { readDocument } from './document.ts';

/** What is shown to be wrong, where `dor` is. */
const shown = (written: string): string => {
  const text = `rules:\n  - when: ${written}\n`;
  const document = readDocument(text, 'a.yaml');
  const said = (document.value as { rules: { when: string }[] }).rules[0]?.when ?? '';
  const part = { from: said.indexOf('dor '), width: 3 };
  const { line = 0, column = 0, width = 0 } = document.locate('rules[0].when', 'value', part);
  const row = text.split('\n')[line - 1] ?? '';
  return `${line}: ${row.slice(column - 1, column - 1 + width)}`;
};

it.each([
  ['door > 1.0 && dor == 1.0', '2: dor'],
  ["'door > 1.0 && dor == 1.0'", '2: dor'],
  ['|\n      door > 1.0 &&\n      dor == 1.0', '4: dor'],
  ['>-\n      door > 1.0 &&\n      dor == 1.0', '4: dor'],
  ['door > 1.0 &&\n      dor == 1.0', '3: dor'],
])('finds it in %s', (written, place) => expect(shown(written)).toBe(place));

it('shows the whole of what is written otherwise than it is meant', () => {
  expect(shown('"\\u0064or == 1.0"')).toBe('2: "\\u0064or == 1.0"');
});
