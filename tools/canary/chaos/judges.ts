// walls: walls:chaos
export { here } from '#oracles';
