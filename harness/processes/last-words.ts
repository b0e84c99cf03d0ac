/**
 * What a process said last of its own end, from its log: who reads that it ended would otherwise
 * have to look for the reason in a file.
 */
import { readFileSync } from 'node:fs';

const TAIL_BYTES = 16_384;
const WORDS_MAX = 400;

/** As our own processes say it, or as Node does of an error that nobody caught. */
const ERROR = /^(?:[a-z-]+: |\w*Error\b[^:]*: )(.+)$/;

/** Its last error line, or its last line; empty where it said nothing. */
export function lastWords(log: string): string {
  const lines = tailOf(log)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const error = lines.findLast((line) => ERROR.test(line));
  const words = error === undefined ? lines.at(-1) : ERROR.exec(error)?.[1];
  return (words ?? '').slice(0, WORDS_MAX);
}

function tailOf(log: string): string {
  try {
    return readFileSync(log).subarray(-TAIL_BYTES).toString('utf8');
  } catch {
    return '';
  }
}
