// walls: cli-is-the-roof
export { main } from '../cli/main.ts';
