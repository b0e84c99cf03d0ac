/** The card of a broker, for people: a line for each thing that was asked, and how it was seen. */
import type { Broken, Card, Finding, Grade } from '#harness';
import type { Paint } from './paint.ts';

const WIDE = 78;
const NAMES_WIDE = 22;
const WORDS: Readonly<Record<Grade, string>> = {
  kept: 'kept',
  'not-kept': 'not kept',
  fact: 'fact',
  open: 'open',
};

interface Told {
  url: string;
  broker: string | null;
  card: Card;
  broken: readonly Broken[];
}

export function cardText({ url, broker, card, broken }: Told, look: Paint): string {
  const { findings, seconds } = card;
  const count = (grade: Grade): number => findings.filter((one) => one.grade === grade).length;
  const counts = (['kept', 'not-kept', 'fact', 'open'] as const)
    .map((grade) => `${count(grade)} ${WORDS[grade]}`)
    .join(', ');
  return [
    `${look.strong(`card of ${url}`)}  ${counts}; ${seconds.toFixed(1)} s`,
    '',
    ...findings.flatMap((one) => linesOf(one, look)),
    ...promisesText(broker, broken, look),
    '',
  ].join('\n');
}

function linesOf({ line, grade, found, seen }: Finding, look: Paint): string[] {
  const colours = { kept: look.good, 'not-kept': look.bad, fact: look.accent, open: look.warn };
  const word = colours[grade](WORDS[grade].padEnd(8));
  const under = folded(seen).map((text) => look.faint(`${' '.repeat(10)}${text}`));
  return [`${word}  ${line.padEnd(NAMES_WIDE)} ${look.strong(found)}`, ...under];
}

function promisesText(broker: string | null, broken: readonly Broken[], look: Paint): string[] {
  if (broker === null) return [];
  if (broken.length === 0)
    return ['', look.good(`what ${broker} promises is kept, as far as seen`)];
  return [
    '',
    look.bad(`of what ${broker} promises, this is not kept`),
    ...broken.map(
      ({ key, promised, found, because }) =>
        `  ${key}: ${String(promised)} is promised (${because}), and ${String(found)} was found`,
    ),
  ];
}

function folded(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > WIDE) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
