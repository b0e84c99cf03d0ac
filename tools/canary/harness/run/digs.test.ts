// walls: doors-only
export { hen } from '../../devices/hen.ts';
