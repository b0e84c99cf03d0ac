/** Honest: a plot of the result. */
import { result } from '../result.ts';
export const line = result;
