/**
 * Compares what a check found in a tree of plants with what the plants themselves announce: a
 * planted file opens with `// walls: rule, rule` (or `// bans:`, `// tidy:`), an honest file with
 * something else. Both a plant that is missed and an honest file that is accused make the check
 * worthless.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { everyFile } from './house.ts';

export interface Sighting {
  file: string;
  name: string;
}

/** What is wrong with the check itself; empty when it found exactly the plants. */
export function compareWithPlants(
  root: string,
  check: string,
  found: readonly Sighting[],
): string[] {
  const wrong: string[] = [];
  let plants = 0;
  for (const file of everyFile(root)) {
    const planted = announced(readFileSync(join(root, file), 'utf8'), check);
    const seen = new Set(found.filter((one) => one.file === file).map(({ name }) => name));
    plants += planted.length;
    for (const name of planted) {
      if (!seen.delete(name)) wrong.push(`the plant ${file} was not caught: ${name}`);
    }
    for (const name of seen) wrong.push(`the canary ${file} was accused of ${name}`);
  }
  if (plants === 0) wrong.push(`the canary tree announces no plant for ${check}`);
  return wrong;
}

function announced(text: string, check: string): string[] {
  const marker = `// ${check}: `;
  const line = text.split('\n').find((one) => one.startsWith(marker));
  return line === undefined ? [] : line.slice(marker.length).split(', ');
}
