/** Honest: the roof enters every door. */
import { all } from '#harness';
import { here } from '#oracles';
import { verdict } from '#reports';
export const main = (): number => all + here + verdict;
