// walls: floors:watch
export { top } from '../gears/top.ts';
