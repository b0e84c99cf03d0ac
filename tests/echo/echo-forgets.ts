/** The mutant: every third echo is acknowledged and forgotten. */
import type { Mutant } from '../../harness/authors.ts';
import type { EchoSeams } from './echo-service.ts';

export default {
  family: 'mutant',
  kind: 'echo-forgets',
  summary: 'every third echo is acknowledged and not kept',
  word: 'echo',
  caughtBy: 'echoed',
  scenario: 'echo',
  plant: (fired): EchoSeams => ({
    keep: (device, n) => {
      if (n % 3 !== 1) return true;
      fired(`${device} ${n}`);
      return false;
    },
  }),
} satisfies Mutant & { family: string };
