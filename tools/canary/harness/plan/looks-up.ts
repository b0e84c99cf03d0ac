// walls: floors:plan
export { top } from '../gears/top.ts';
