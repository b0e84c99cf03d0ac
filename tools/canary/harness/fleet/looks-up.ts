// walls: floors:fleet
export { top } from '../gears/top.ts';
