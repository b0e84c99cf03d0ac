// walls: walls:devices, doors-only
export { now } from '../kernel/time.ts';
