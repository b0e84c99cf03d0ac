/** How calls of an inbox are told of that nobody read, such as those without the right token. */
import { formatCount } from '../wording.ts';

interface Refusal {
  status: number;
  times: number;
}

export const sayRefusals = (refusals: readonly Refusal[]): string =>
  refusals
    .toSorted((one, other) => one.status - other.status)
    .map(({ status, times }) => `${status} × ${formatCount(times)}`)
    .join(', ');
