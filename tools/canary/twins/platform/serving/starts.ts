// walls: platform:serving
export { sticks } from '../start.ts';
