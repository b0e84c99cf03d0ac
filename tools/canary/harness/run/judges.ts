// walls: walls:harness
export { verdict } from '#reports';
