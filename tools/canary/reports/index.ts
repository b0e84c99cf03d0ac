/** Honest: reports may enter the oracles. */
import { here } from '#oracles';
export const verdict = here;
