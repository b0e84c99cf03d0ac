// walls: floors:processes
export { top } from '../gears/top.ts';
