// walls: platform:store
export { sticks } from '../broker/honest.ts';
