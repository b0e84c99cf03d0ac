// walls: walls:twins/oracles
export { here } from '#platform';
