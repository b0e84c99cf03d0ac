/**
 * What is asked of every checker: stories in which it passes, fails and leaves the question open.
 */
import type { Story } from './story.ts';

export interface CheckerFixtures {
  passing: Record<string, () => Story>;
  failing: Record<string, () => Story>;
  undecided: Record<string, () => Story>;
}
