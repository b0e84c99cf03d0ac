// walls: production-not-on-tests
export { noise } from './noise.fuzz.ts';
