/**
 * Faults that nobody could notice, each with the reason why (`equivalent.json`). An id counts
 * occurrences in a function, so it may slide to another place when the function changes. A digest
 * of the line with its fault lies beside each reason, and a reason whose line is another one is
 * refused: it was given for something else.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../tools/house.ts';
import { type Fault, faultsIn, withFault } from './mutants.ts';

export interface Equivalent {
  /** Digest of the line as it is planted. */
  planted: string;
  reason: string;
}

/** By id of the fault. */
export type Equivalents = Readonly<Record<string, Equivalent>>;

/** Throws where a reason does not fit the line that it is given for. */
export function readEquivalents(): Equivalents {
  const text = readFileSync(new URL('equivalent.json', import.meta.url), 'utf8');
  const equivalents = JSON.parse(text) as Equivalents;
  const strays = straysIn(equivalents, (file) => readFileSync(join(ROOT, file), 'utf8'));
  if (strays.length === 0) return equivalents;
  throw new Error(['bench/mutation/equivalent.json:', ...strays].join('\n  '));
}

/** A sentence for each reason that hangs on nothing, or on another line than it was given for. */
export function straysIn(equivalents: Equivalents, read: (file: string) => string): string[] {
  return Object.entries(equivalents).flatMap(([id, { planted }]) => {
    const [file = ''] = id.split('#');
    const text = read(file);
    const fault = faultsIn(file, text).find((one) => one.id === id);
    if (fault === undefined) return [`no fault is called ${id} any longer; take it out`];
    const line = plantedLine(text, fault);
    const digest = createHash('sha256').update(line).digest('hex').slice(0, 12);
    if (digest === planted) return [];
    return [
      `the reason at ${id} was given for another line than '${line}' (${file}:${fault.line}); ` +
        `where it is true of this one too, its "planted" is "${digest}"`,
    ];
  });
}

/** Whole lines, whatever their indents. */
function plantedLine(text: string, fault: Fault): string {
  const from = text.lastIndexOf('\n', fault.from - 1) + 1;
  const rest = text.indexOf('\n', fault.to);
  const to = rest < 0 ? text.length : rest;
  const lines = { ...fault, from: fault.from - from, to: fault.to - from };
  return withFault(text.slice(from, to), lines).replace(/\s+/g, ' ').trim();
}
