// walls: renderers-see-results-only
export { here } from '#oracles';
