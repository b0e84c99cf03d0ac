// walls: platform:services
export { sticks } from '../broker/honest.ts';
