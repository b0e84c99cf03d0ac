/** A gateway brings a reading of one child, and it is taken for the next one that it carries. */
import { hashText } from '#kernel';
import { defineMutant } from '../mutant.ts';
import type { ThingsBoardSeams } from '../services/thingsboard/desk.ts';

const ONE_IN = 25;

export default defineMutant<ThingsBoardSeams>({
  kind: 'thingsboard-mixes-children',
  summary: 'about one reading in 25 that a gateway brings is taken for another of its children',
  word: 'thingsboard',
  caughtBy: 'no-acked-loss',
  scenario: 'thingsboard-site',
  plant: (fired) => ({
    childOfReading: (gateway, child, children, n) => {
      const isHit = hashText(`mixes-children/${child} ${n}`) % ONE_IN === 0;
      const other = children[(children.indexOf(child) + 1) % children.length];
      if (!isHit || other === undefined || other === child) return child;
      fired(`${gateway}: ${child} ${n} as ${other}`);
      return other;
    },
  }),
});
