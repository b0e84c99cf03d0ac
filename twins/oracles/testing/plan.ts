/** TEST ONLY. The smallest plan that the oracles can be tested with. */
export { benchPlan as testPlan } from '../bench-plan.ts';
