/** Honest: a reporter that draws a plot. */
import { line } from '../plots/line.ts';
export const plain = line;
