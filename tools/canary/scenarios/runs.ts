// walls: walls:scenarios
export { all } from '#harness';
