// walls: walls:reports
export { all } from '#harness';
