// walls: platform:api
export { kept } from '../store/honest.ts';
