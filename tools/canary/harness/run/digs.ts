// walls: walls:harness, doors-only
export { hen } from '../../devices/hen.ts';
