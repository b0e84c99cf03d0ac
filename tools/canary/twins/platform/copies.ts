// walls: walls:twins/platform
export { here } from '#oracles';
