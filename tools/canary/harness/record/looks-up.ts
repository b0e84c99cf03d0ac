// walls: floors:record
export { top } from '../gears/top.ts';
