// walls: renderers-see-results-only
export { judge } from '../judge.ts';
