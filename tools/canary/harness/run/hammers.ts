// walls: production-not-on-tests
export { hammer } from '../../tools/hammer.ts';
