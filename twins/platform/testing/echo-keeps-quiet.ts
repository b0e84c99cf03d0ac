/** A planted bug in a service from outside: every second echo does not go back. */
import { defineMutant } from '../mutant.ts';
import type { EchoSeams } from './echo.ts';

export default defineMutant<EchoSeams>({
  kind: 'echo-keeps-quiet',
  summary: 'every second echo is counted and never sent',
  word: 'echo',
  caughtBy: 'no-acked-loss',
  scenario: 'hello-fleet',
  plant: (fired) => ({
    echo: (device, n) => {
      if (n % 2 === 0) return true;
      fired(`${device} ${n}`);
      return false;
    },
  }),
});
