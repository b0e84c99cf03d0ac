/** Honest: the one package that the kernel may have. */
import seedrandom from 'seedrandom';
export const draw = seedrandom('a').quick();
