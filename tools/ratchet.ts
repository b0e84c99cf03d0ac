/**
 * The size and the manners of every file (tidy.ts), and a ratchet. Wide lines and long functions
 * that were there before the rule are listed in tolerated.json with their number, which may only
 * shrink: one more is a problem, and so is an entry that promises more than is true.
 *
 *   node tools/ratchet.ts            judge
 *   node tools/ratchet.ts --tighten  lower the list to what is there
 *   node tools/ratchet.ts --adopt    take what is there as it is; the diff of the list shows it
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compareWithPlants, type Sighting } from './canaries.ts';
import { CANARY, everyFile, OUTSIDE, ROOT } from './house.ts';
import { longFunctions, untidy, wideLines } from './tidy.ts';
import { finish } from './verdict.ts';

const LIST = join(ROOT, 'tools', 'tolerated.json');
/** Shared words are few: so many files in the kernel and in each of its folders. */
const KERNEL_FILES = 10;

type Tolerated = Record<string, number>;

interface Measure extends Sighting {
  key: string;
  amount: number;
  problem: string;
}

const read = (root: string, file: string): string => readFileSync(join(root, file), 'utf8');
const canary = everyFile(CANARY).flatMap((file) => {
  const text = read(CANARY, file);
  return [...untidy(file, text), ...measures(file, text)];
});
const problems = compareWithPlants(CANARY, 'tidy', canary);

const files = everyFile(ROOT);
for (const file of files) {
  for (const one of untidy(file, read(ROOT, file))) {
    problems.push(`${file}:${one.line} ${one.problem}`);
  }
}
const kernel = new Map<string, number>();
for (const file of files) {
  if (!file.startsWith('kernel/') || OUTSIDE.test(file)) continue;
  const folder = dirname(file);
  kernel.set(folder, (kernel.get(folder) ?? 0) + 1);
}
for (const [folder, count] of kernel) {
  if (count > KERNEL_FILES)
    problems.push(`${folder}/ has ${count} files, more than ${KERNEL_FILES}`);
}
if (kernel.size < 2) problems.push('kernel/ was not read');

const measured = files.flatMap((file) => measures(file, read(ROOT, file)));
const tolerated = adjusted(
  existsSync(LIST) ? (JSON.parse(readFileSync(LIST, 'utf8')) as Tolerated) : {},
);
for (const { key, amount, problem } of measured) {
  const bound = tolerated[key] ?? 0;
  if (amount > bound) problems.push(bound === 0 ? problem : `${problem}; tolerated: ${bound}`);
}
for (const [key, bound] of Object.entries(tolerated)) {
  const amount = measured.find((one) => one.key === key)?.amount ?? 0;
  if (amount < bound) problems.push(`${key} is better than ${bound} now: run with --tighten`);
}
finish('ratchet', problems, `${files.length} files, ${Object.keys(tolerated).length} tolerated`);

/** What a file has of the things that are counted rather than forbidden. */
function measures(file: string, text: string): Measure[] {
  const found = longFunctions(file, text).map(({ name, lines }) => ({
    file,
    name: 'long-function',
    key: `${file} ${name}`,
    amount: lines,
    problem: `${file} ${name} has ${lines} lines: at most 60`,
  }));
  const wide = wideLines(text);
  if (wide.length > 0) {
    const where = `${wide.slice(0, 8).join(', ')}${wide.length > 8 ? ' …' : ''}`;
    const problem = `${file} has ${wide.length} lines wider than 100 columns: ${where}`;
    found.push({ file, name: 'columns', key: `${file} columns`, amount: wide.length, problem });
  }
  return found;
}

function adjusted(list: Tolerated): Tolerated {
  const adopt = process.argv.includes('--adopt');
  if (!adopt && !process.argv.includes('--tighten')) return list;
  const now = measured
    .map(({ key, amount }) => [key, adopt ? amount : Math.min(amount, list[key] ?? 0)] as const)
    .filter(([, amount]) => amount > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const next = Object.fromEntries(now);
  writeFileSync(LIST, `${JSON.stringify(next, null, 2)}\n`);
  return next;
}
