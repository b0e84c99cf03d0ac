// walls: no-loose-files
export { top } from './gears/top.ts';
