// walls: walls:kernel
export { here } from '#devices';
