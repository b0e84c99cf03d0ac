// walls: resolvable
export { gone } from './gone.ts';
