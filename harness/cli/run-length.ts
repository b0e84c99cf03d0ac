/** What is generated may last for years. A run has a ledger of all of it, and somebody waits. */
import { AuthorError, type Plan, phaseOf } from '#kernel';

const DAY_MS = 86_400_000;
const DAYS_MOST = 30;

export function guardLength({ phases }: Pick<Plan, 'phases'>): void {
  const days = phaseOf(phases, 'drain').to / DAY_MS;
  if (days <= DAYS_MOST) return;
  const message = `the scenario lasts ${Math.ceil(days)} days, and a run at most ${DAYS_MOST}`;
  const hint = 'make it shorter; twinstorm generate makes data sets of years';
  throw new AuthorError([{ code: 'length', message, hint }]);
}
