/** A decision names the values of the decision before it, whosever that was. */
import { defineMutant } from '../mutant.ts';
import type { ActSeams } from '../services/acts.ts';

export default defineMutant<ActSeams>({
  kind: 'acts-wrong-cause',
  summary: 'a decision says why with the values of the one before',
  word: 'acts',
  caughtBy: 'acts-once',
  scenario: 'closed-loop',
  plant: (fired) => {
    let before: Readonly<Record<string, number | boolean>> | null = null;
    return {
      causeOf: (act, subject, values) => {
        const told = before ?? values;
        before = values;
        if (told !== values) fired(`${act} ${subject}`);
        return told;
      },
    };
  },
});
