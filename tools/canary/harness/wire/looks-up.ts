// walls: floors:wire
export { top } from '../gears/top.ts';
