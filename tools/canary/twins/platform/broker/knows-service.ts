// walls: platform:broker
export { kept } from '../services/echo.ts';
