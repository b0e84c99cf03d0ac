// walls: walls:devices
export { all } from '#harness';
