// walls: platform:mutants
export { sticks } from '../start.ts';
