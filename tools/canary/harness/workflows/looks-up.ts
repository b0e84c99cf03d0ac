// walls: floors:workflows
export { top } from '../gears/top.ts';
