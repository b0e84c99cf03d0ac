// walls: floors:run
export { top } from '../gears/top.ts';
