// walls: floors:dialects
export { top } from '../gears/top.ts';
