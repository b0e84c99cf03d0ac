/** One half of a cycle, which is told once, at its other half. */
import { egg } from './egg.ts';
export const hen = (): unknown => egg;
