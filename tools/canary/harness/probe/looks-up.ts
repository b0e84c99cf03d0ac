// walls: floors:probe
export { top } from '../gears/top.ts';
