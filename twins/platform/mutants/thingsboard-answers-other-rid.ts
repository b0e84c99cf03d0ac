/** The answer to a request is filed as the answer to the one before. */
import { hashText } from '#kernel';
import { defineMutant } from '../mutant.ts';
import type { ThingsBoardSeams } from '../services/thingsboard/desk.ts';

const ONE_IN = 8;

export default defineMutant<ThingsBoardSeams>({
  kind: 'thingsboard-answers-other-rid',
  summary: 'about one answer in eight is taken for that to the request before',
  word: 'thingsboard',
  caughtBy: 'no-acked-loss',
  scenario: 'thingsboard-site',
  plant: (fired) => ({
    requestOfAnswer: (device, id) => {
      if (id === 0 || hashText(`other-rid/${device} ${id}`) % ONE_IN !== 0) return id;
      fired(`${device}: ${id} as ${id - 1}`);
      return id - 1;
    },
  }),
});
