// walls: floors:catalog
export { top } from '../gears/top.ts';
