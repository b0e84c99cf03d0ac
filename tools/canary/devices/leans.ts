// walls: production-not-on-tests
export { wait } from './testing/clock.ts';
