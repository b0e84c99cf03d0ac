// walls: floors:targets
export { top } from '../gears/top.ts';
