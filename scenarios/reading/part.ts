/**
 * Where some characters of a text stand in the file, whether it is written bare, in quotes or in
 * lines of its own: both are gone through together, past what YAML sets between them.
 */
import type { TextPart } from '#kernel';

type Range = readonly [from: number, to: number];

/** `said`: what stands at this range of the file. The whole range where the part is not found. */
export function partOf(text: string, range: Range, said: string, { from, width }: TextPart): Range {
  const [first, last] = range;
  // The first line of a block says how it is written, and nothing of what.
  const isBlock = text[first] === '|' || text[first] === '>';
  let at = isBlock ? text.indexOf('\n', first) + 1 : first;
  let start = -1;
  for (let index = 0; index < said.length; index++) {
    const char = said[index] ?? '';
    if (!/\s/.test(char)) {
      // Indents, quotes, and what is written otherwise than it is meant.
      while (at < last && text[at] !== char) at++;
      if (at >= last) return range;
      if (index === from) start = at;
      at++;
    }
    if (index + 1 >= from + width) return start < 0 ? range : [start, at];
  }
  // Nothing stands there: it is missing behind the end.
  return at > first && from >= said.length ? [at - 1, at] : range;
}
